package ui

import (
	"errors"
	"fmt"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"timebound/model"
	"timebound/plan/batch"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
)

// stageSome stages something of every kind, one of them in spite of a reason.
func stageSome(d *driver) {
	d.t.Helper()
	d.press("2")
	for _, name := range []string{sample.Idle, sample.IdleOnce, sample.Quiet} {
		d.onto(name)
		d.press("i")
	}
	d.onto(sample.InUse)
	d.press("i")
	d.write("owner moved to OIDC, ticket 4711")
	d.press("enter")
	d.onto(sample.Dead)
	d.press("d")
	d.press("4", "/")
	d.write("kind:deployment ns:payments")
	d.press("enter", "p", "esc", "3", "d", "7")
}

// drifting is the sample with one of the staged tokens used meanwhile.
func drifting() model.Snapshot {
	snap := sample.Snapshot()
	for _, t := range snap.Inventory.Tokens {
		if t.Name == sample.Idle {
			t.LastUsed = model.NewDayLabel("2026-11-22")
		}
	}
	return snap
}

func TestWhatIsStagedAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		d := load(t, size[0], size[1], "2")
		stageSome(d)
		d.push(drifting())
		golden.Require(t, fmt.Sprintf("staged-some-%dx%d", size[0], size[1]), ansi.Strip(d.content()))
	}
	d := load(t, 120, 40, "2", func(o *Options) { o.NoColor, o.ASCII = true, true })
	stageSome(d)
	d.push(drifting())
	golden.Require(t, "staged-some-ascii", d.content())
	requireASCII(t, d)
}

func TestTheStoryOfAStagedChange(t *testing.T) {
	d := load(t, 100, 36, "2")
	stageSome(d)
	d.root.stagedList.show("invalidate Secret payments/" + sample.InUse)
	d.press("enter")
	golden.Require(t, "staged-story", ansi.Strip(d.content()))
}

func TestStagedChangesAreTakenOutOneByOneOrAll(t *testing.T) {
	d := load(t, 120, 40, "2")
	stageSome(d)
	d.sees("7/7")
	d.press("u")
	d.sees("1 unstaged")
	d.sees("6/6")
	d.press("space", "space", "u")
	d.sees("2 unstaged")
	d.sees("4/4")
	d.press("U")
	d.sees("Take 4 staged changes out again?")
	d.press("enter") // no is the answer unless somebody chooses yes
	d.sees("4/4")
	d.press("U", "j", "enter")
	d.sees("4 unstaged")
	d.sees("Nothing is staged.")
	d.press("U")
	d.sees("nothing is staged")
}

func TestLinksFromStagedChanges(t *testing.T) {
	d := load(t, 120, 40, "2")
	stageSome(d)
	d.root.stagedList.show("invalidate Secret payments/" + sample.Idle)
	d.press("t")
	d.sees("▌ i ", "ledger-token")
	d.press("[")
	d.press("a")
	d.sees("▌", "ledger")
	d.press("[", "G", "t")
	if d.root.current != PageAccounts {
		t.Errorf("an account is shown on %s", d.root.current)
	}
	d.press("[", "k", "t")
	if d.root.current != PageWorkloads {
		t.Errorf("a workload is shown on %s", d.root.current)
	}
}

func TestTheListFiltersByWordAndTerm(t *testing.T) {
	d := load(t, 120, 40, "2")
	stageSome(d)
	d.press("/")
	d.write("ledger")
	d.sees("1/7")
	d.press("esc", "/")
	d.write("verdict:idle")
	d.sees("2/7")
	d.press("esc", "/")
	d.write("detach")
	d.sees("1/7")
}

func TestWhatIsStagedIsKeptAndComesBackWithItsDrift(t *testing.T) {
	store := &memory{}
	d := load(t, 120, 40, "2", withStore(store))
	stageSome(d)
	if store.saves == 0 {
		t.Fatal("nothing was kept")
	}
	again := drive(t, 120, 40, withStore(store))
	again.push(drifting())
	again.sees("7 changes were staged before, and nothing was done; 7 shows them")
	again.press("7")
	again.sees("7/7")
	again.sees("ledger-token", "! drifted: ")
	again.sees("ci-deployer-token", "✓ ready")
	again.sees("owner moved to OIDC, ticket 4711")
	again.press("U", "j", "enter")
	if b, _, err := batch.Decode(store.text, sample.Inventory().Cluster.UID); err != nil || b.Len() != 0 {
		t.Errorf("what is kept is not what is staged: %v", err)
	}
}

func TestAFileThatCannotBeReadIsLeftAlone(t *testing.T) {
	for name, store := range map[string]*memory{
		"damaged": {text: []byte(`{"apiVersion":`)}, "unreadable": {err: errors.New("staged.json: permission denied")},
		"another cluster": {text: []byte(`{"apiVersion":"timebound/v1","kind":"Staged","cluster":"x","saved":"2026-11-22T09:30:00Z","items":[]}`)},
	} {
		before := string(store.text)
		d := load(t, 120, 40, "2", withStore(store))
		d.press("1")
		fresh := drive(t, 120, 40, withStore(store))
		fresh.push(sample.Snapshot())
		fresh.sees("what is staged is not kept:")
		fresh.press("2")
		fresh.onto(sample.Idle)
		fresh.press("i")
		if store.saves > 0 || string(store.text) != before {
			t.Errorf("%s: it was written over", name)
		}
		if fresh.root.env.staging.len() != 1 {
			t.Errorf("%s: nothing can be staged", name)
		}
	}
}

func TestAnotherClusterHasItsOwnBatch(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.Idle)
	d.press("i")
	snap := sample.Snapshot()
	snap.Inventory.Cluster.UID = "another"
	d.push(snap)
	d.misses("Staged·")
	if d.root.env.staging.batch.Cluster() != "another" || d.root.env.staging.len() > 0 {
		t.Error("what was staged on one cluster is staged on another")
	}
}

func TestReviewNeedsSomethingStagedAndACluster(t *testing.T) {
	d := load(t, 120, 40, "7")
	d.press("v")
	d.sees("nothing is staged")
	d = load(t, 120, 40, "2")
	stageSome(d)
	d.press("v")
	d.sees("this cluster can only be looked at from here")
}

// A long batch is held against new facts in a command. What comes out is what
// the short way gives.
func TestALongBatchIsRecheckedInACommand(t *testing.T) {
	d := load(t, 120, 40, "7")
	d.root.env.staging.batch.Add(manyItems(2 * syncRows)...)
	d.run(d.root.staged())
	d.sees("2,000/2,000")
	d.sees("! 2,000 drifted", "invalidate 2,000")
	d.press("*", "u")
	d.sees("2,000 unstaged")
	d.sees("Nothing is staged.")
	d.press("2")
	d.onto(sample.Idle)
	d.press("i", "7")
	d.sees("1/1")
	d.misses("drifted")
}
