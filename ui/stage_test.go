package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/internal/sample"
)

// onto puts the cursor of the tokens on a token.
func (d *driver) onto(name string) {
	d.t.Helper()
	for _, f := range d.root.assessment.Findings {
		if f.Token.Name == name {
			d.root.tokens.show(f.Token.Key)
			d.send(tea.WindowSizeMsg{Width: d.root.width, Height: d.root.height})
			return
		}
	}
	d.t.Fatalf("no token %s", name)
}

// staged gives what is staged.
func (d *driver) staged() string {
	var ids []string
	for _, i := range d.root.env.staging.batch.Items() {
		ids = append(ids, i.ID())
	}
	return strings.Join(ids, ", ")
}

func TestATokenIsStagedAndSaysSo(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.Idle)
	d.press("i")
	d.sees("payments/ledger-token-7bbc staged to invalidate")
	d.sees("7 Staged·1")
	d.sees("▌ i ", "ledger-token-7bbc") // without colour too
	d.sees("i Staged: invalidate, 7 shows it")
	d.press("u")
	d.sees("1 unstaged")
	d.misses("Staged·")
	d.misses("Staged: invalidate")
}

func TestTheTokensOneAnswerReplacesTheOther(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.Dead)
	d.press("d")
	d.sees("batch/gone-token-1qaz staged to delete")
	d.press("i")
	d.sees("it cannot authenticate any more: there is nothing to switch off")
	d.onto(sample.Knocked)
	d.press("o")
	d.sees("partner-feed-token staged to reactivate")
	if got := d.staged(); got != "delete Secret batch/gone-token-1qaz, reactivate Secret batch/partner-feed-token" {
		t.Error(got)
	}
}

func TestHiddenMarksAreLeftOutAndCounted(t *testing.T) {
	d := load(t, 120, 40, "2")
	for _, name := range []string{sample.Idle, sample.IdleOnce, sample.Dead, sample.Quiet} {
		d.onto(name)
		d.press("space")
	}
	d.press("/")
	d.write("ns:payments token-")
	d.press("enter")
	d.sees("4 marked (2 hidden)")
	d.press("i")
	d.sees("2 staged to invalidate, 2 marked rows are hidden by the filter and were left out")
	if got := d.staged(); got != "invalidate Secret payments/export-token-x2m1, invalidate Secret payments/ledger-token-7bbc" {
		t.Error(got)
	}
	d.sees("2 marked (2 hidden)") // what was staged is not marked any more
	d.press("i")
	d.sees("the filter hides 2 marked rows, and hidden rows are never staged")
	if d.root.env.staging.len() != 2 {
		t.Error("a row without a mark was staged in place of hidden ones")
	}
}

func TestProtectedTokensAreRefusedForGood(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.Protected)
	d.press("i")
	d.sees("protected: OpenShift control plane recovery")
	d.press("d")
	d.sees("protected: OpenShift control plane recovery")
	if d.root.env.staging.len() > 0 || d.root.overlay != nil {
		t.Error("a protected token got further than that")
	}
}

func TestAnOverrideNeedsATypedReason(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.InUse)
	d.press("i")
	d.sees("Stage in spite of it?")
	d.sees("! in use: last used on 2026-11-21.")
	d.press("enter")
	d.sees("A reason has 3 letters at least")
	d.write("  x ")
	d.press("enter")
	if d.root.env.staging.len() > 0 {
		t.Fatal("staged for no reason")
	}
	d.write("owner moved to OIDC \x1b]52;c;aGk=\a")
	d.press("enter")
	d.sees("payments/ci-deployer-token staged to invalidate")
	item := d.root.env.staging.batch.Items()[0]
	if !strings.HasPrefix(item.Override, "x owner moved to OIDC") {
		t.Errorf("override %q", item.Override)
	}
	d.sees("in spite of it: x owner moved")
	d.press("i", "esc")
	d.sees("1 skipped without a reason")
	if d.root.env.staging.len() != 1 {
		t.Error("skipping took something out")
	}
}

func TestManyAreAskedOneAtATimeAndTheRestCanBeSkipped(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.press("*", "i")
	d.sees("Stage in spite of it? 1 of 5")
	d.sees("3 staged to invalidate, 5 need a reason, 5 refused: for several reasons")
	d.write("asked the owner")
	d.press("enter")
	d.sees("Stage in spite of it? 2 of 5")
	d.press("esc")
	d.sees("Stage in spite of it? 3 of 5")
	d.press("ctrl+n")
	d.sees("4 staged to invalidate, 4 skipped without a reason, 5 refused")
	d.sees("Not staged: 5, and no reason lets it be")
	d.sees("it is switched off already, since 2026-09-01")
	d.press("esc")
	d.sees("9 marked") // what was not staged keeps its mark
	d.sees("7 Staged·4")
}

func TestADialogThatOpensByItselfSwallowsKeys(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.InUse)
	d.hasty = true
	d.press("i")
	d.sees("Stage in spite of it?")
	d.press("a", "b", "c", "d", "enter", "esc")
	d.send(tea.PasteMsg{Content: "a reason that was meant for something else"})
	if d.root.overlay == nil || d.root.env.staging.len() > 0 {
		t.Fatal("keys that came too early answered the dialog")
	}
	d.send(d.heard[0])
	d.write("abc")
	d.press("enter")
	if d.root.env.staging.len() != 1 {
		t.Error("the dialog stays deaf")
	}
}

func TestAWorkloadIsStagedFromThePlan(t *testing.T) {
	d := load(t, 140, 40, "4")
	d.press("/")
	d.write("kind:deployment ns:payments")
	d.press("enter", "p")
	d.sees("Deployment payments/legacy-app staged to project")
	d.sees("p ", "legacy-app")
	item := d.root.env.staging.batch.Items()[0]
	if item.Kind != plan.Project || item.Source == "" || len(item.Change) == 0 {
		t.Errorf("%+v", item)
	}
	d.press("esc", "/")
	d.write("kind:pod")
	d.press("enter", "p")
	d.sees("what has to be changed is the template")
}

func TestAnAccountsDanglingNamesAreStaged(t *testing.T) {
	d := load(t, 140, 40, "3")
	d.press("d")
	d.sees("staged to detach")
	d.press("u")
	d.sees("1 unstaged")
	d.press("u")
	d.sees("nothing is staged for it")
}

func TestAStepOfThePlanIsStagedAsAWhole(t *testing.T) {
	d := load(t, 120, 40, "6")
	to(d, "TB-304")
	d.press("s")
	d.sees("2 staged to invalidate")
	to(d, "TB-204")
	d.press("s")
	d.sees("this step names no change that could be staged")
	for _, i := range d.root.env.staging.batch.Items() {
		if !strings.HasSuffix(i.Source, "/TB-304") {
			t.Errorf("it comes from %q", i.Source)
		}
	}
}

func TestDetailsStageWhatTheyShow(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.IdleOnce)
	d.press("space")
	d.onto(sample.Idle)
	d.press("enter", "i")
	if got := d.staged(); got != "invalidate Secret payments/ledger-token-7bbc" {
		t.Errorf("details of one token staged %q", got)
	}
}

func TestWithoutAClusterUIDNothingIsStaged(t *testing.T) {
	d := drive(t, 120, 40)
	snap := sample.Snapshot()
	snap.Inventory.Cluster.UID = ""
	d.push(snap)
	d.press("2")
	d.onto(sample.Idle)
	d.press("i")
	d.sees("this cluster cannot be told from others")
	if d.root.env.staging.batch == nil || d.root.env.staging.batch.Len() > 0 {
		t.Error("staged on a cluster that nobody knows")
	}
}

func TestBefore129NothingIsSwitchedOffByLabel(t *testing.T) {
	d := drive(t, 120, 40)
	snap := sample.Snapshot()
	snap.Inventory.Cluster.Servers = []model.ServerVersion{{Version: model.Version{Minor: 28, Git: "v1.28.3"}, Answers: 1}}
	d.push(snap)
	d.press("2")
	d.onto(sample.Idle)
	d.press("i")
	d.sees("API servers before 1.29 ignore the label, and 1.28 runs")
}

// While the filter cannot be read, the list shows what an earlier one let
// through: nothing is done to that.
func TestABrokenFilterStagesAndMarksNothing(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.onto(sample.Idle)
	d.press("space")
	d.onto(sample.IdleOnce)
	d.press("/")
	d.write("ns:payments idle:>x")
	d.press("enter")
	for _, key := range []string{"*", "i", "d", "u"} {
		d.press(key)
		d.sees("the filter cannot be read: / mends it, esc drops it")
	}
	d.press("enter", "i") // one that fills the page is meant, whatever the filter says
	if got := d.staged(); got != "invalidate Secret payments/"+sample.IdleOnce {
		t.Errorf("staged %q", got)
	}
	d.press("esc", "esc")
	d.sees("1 marked")
	d.press("*")
	d.sees("13 marked")
}
