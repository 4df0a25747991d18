package overview

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

var (
	colored = theme.New(theme.Options{Dark: true})
	plain   = theme.New(theme.Options{NoColor: true})
	ascii   = theme.New(theme.Options{NoColor: true, ASCII: true})
)

func text(ls []string) string { return theme.Plain(strings.Join(ls, "\n")) }

func flat(ls []string) string { return strings.Join(strings.Fields(text(ls)), " ") }

func loading() (*model.Assessment, model.Snapshot) {
	snap := sample.Loading()
	return model.Assess(snap.Inventory, model.Knowledge{}, model.DefaultPolicy(sample.Now)), snap
}

func TestGoldens(t *testing.T) {
	a := sample.Assessment()
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		name := fmt.Sprintf("overview-%dx%d", size[0], size[1])
		golden.Require(t, name, strings.Join(Lines(a, sample.Snapshot(), Beside{}, colored, size[0], size[1]), "\n"))
		golden.Require(t, name+"-plain", text(Lines(a, sample.Snapshot(), Beside{}, plain, size[0], size[1])))
	}
	golden.Require(t, "overview-80x24-ascii", text(Lines(a, sample.Snapshot(), Beside{}, ascii, 80, 24)))
	early, snap := loading()
	golden.Require(t, "loading-120x40", text(Lines(early, snap, Beside{}, plain, 120, 40)))
}

func TestReadinessIsOnePlainSentence(t *testing.T) {
	v130, _ := model.ParseVersion("v1.30.14")
	v127, _ := model.ParseVersion("v1.27.3")
	complete := model.Coverage{Kinds: map[model.ObjectKind]model.KindCoverage{model.KindTokens: {State: model.CoverageComplete}}}
	for _, c := range []struct {
		name    string
		version model.Version
		counts  map[model.Verdict]int
		cover   model.Coverage
		link    model.LinkState
		want    string
	}{
		{"all kinds of work", v130, map[model.Verdict]int{model.VerdictIdle: 12, model.VerdictInUse: 20, model.VerdictReferenced: 11, model.VerdictQuiet: 4, model.VerdictUnknown: 5}, complete, model.LinkLive,
			"12 tokens can be switched off, 31 need their users moved first, 9 cannot be judged yet."},
		{"one of each", v130, map[model.Verdict]int{model.VerdictIdle: 1, model.VerdictInUse: 1, model.VerdictKnocked: 1, model.VerdictUnknown: 1}, complete, model.LinkLive,
			"1 token can be switched off, 1 needs its users moved first, 1 is switched off but still tried, 1 cannot be judged yet."},
		{"before 1.29", v127, map[model.Verdict]int{model.VerdictIdle: 2}, complete, model.LinkLive,
			"2 tokens are idle. Switching off by label takes API servers of 1.29 or later; here v1.27.3 answers."},
		{"version unknown", model.Version{}, map[model.Verdict]int{model.VerdictIdle: 2}, complete, model.LinkLive, "2 tokens are idle."},
		{"settled", v130, map[model.Verdict]int{model.VerdictInvalidated: 4, model.VerdictDead: 1, model.VerdictProtected: 2}, complete, model.LinkLive,
			"No token asks for anything now. 4 tokens are switched off already, 1 cannot authenticate any more, 2 are kept for the systems that need them."},
		{"none", v130, nil, complete, model.LinkLive, "There is no long-lived token here: nothing has to be moved."},
		{"none, but not all was read", v130, nil, model.Coverage{}, model.LinkLive, "No long-lived token was seen, but not everything could be read."},
		{"loading", v130, nil, model.Coverage{}, model.LinkLoading, "Reading the cluster: no token has been judged so far."},
	} {
		a := &model.Assessment{Policy: model.DefaultPolicy(sample.Now), Inventory: &model.Inventory{
			Cluster: model.Cluster{Servers: []model.ServerVersion{{Version: c.version, Answers: 1}}}, Coverage: c.cover,
		}}
		for v, n := range c.counts {
			a.Counts.ByVerdict[v] = n
			a.Counts.Tokens += n
		}
		got := flat(Lines(a, model.Snapshot{Link: model.Link{State: c.link}}, Beside{}, plain, 160, 40))
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: no %q in\n%s", c.name, c.want, got)
		}
	}
}

// Every verdict belongs to exactly one part of the sentence: no token may be
// counted twice or left out.
func TestEveryVerdictIsCountedOnce(t *testing.T) {
	seen := map[model.Verdict]int{}
	for _, g := range append(open(true), settled...) {
		for _, v := range g.verdicts {
			seen[v]++
		}
	}
	for v := range model.VerdictCount {
		if seen[model.Verdict(v)] != 1 {
			t.Errorf("%s is counted %d times", model.Verdict(v), seen[model.Verdict(v)])
		}
	}
}

func TestColumnsStandOnTheGroundWithTheirNumberOnTop(t *testing.T) {
	want := [][]string{
		{" ", " ", " ", "80"},
		{" ", " ", " ", "█"},
		{" ", " ", "40", "█"},
		{" ", "1", "█", "█"},
		{"0", "▁", "█", "█"},
	}
	for r, row := range chart(plain.Glyphs.Columns, []int{0, 1, 40, 80}, 4) {
		for i, c := range row {
			if c.text != want[r][i] {
				t.Errorf("row %d, column %d is %q, want %q", r, i, c.text, want[r][i])
			}
		}
	}
}

func TestUsesFallIntoTheirBuckets(t *testing.T) {
	today := model.DayOf(sample.Now)
	a := &model.Assessment{Policy: model.DefaultPolicy(sample.Now)}
	for _, ago := range []int{0, 1, 7, 8, 30, 90, 91, 180, 365, 366, 4000, -1} {
		label := model.NewDayLabel((today - model.Day(ago)).String())
		a.Findings = append(a.Findings, &model.Finding{Token: &model.Token{LastUsed: label}})
	}
	for _, raw := range []string{"", "soon"} {
		a.Findings = append(a.Findings, &model.Finding{Token: &model.Token{LastUsed: model.NewDayLabel(raw)}})
	}
	u := countUses(a)
	if got := fmt.Sprint(u.counts, u.noDay, u.future); got != "[1 2 2 1 2 1 2 1] 1 1" {
		t.Errorf("got %s", got)
	}
}

// "never" is a claim, and where uses are not recorded nobody can make it.
func TestNeverIsOnlySaidWhereUsesAreRecorded(t *testing.T) {
	a := sample.Assessment()
	if !strings.Contains(text(Lines(a, sample.Snapshot(), Beside{}, plain, 120, 40)), "never") {
		t.Error("uses are recorded, but never is not said")
	}
	for _, state := range []model.TrackingState{model.TrackingAbsent, model.TrackingUnreadable, model.TrackingPending} {
		a.Inventory.Cluster.Tracking = model.Tracking{State: state}
		if strings.Contains(text(Lines(a, sample.Snapshot(), Beside{}, plain, 120, 40)), "never") {
			t.Errorf("tracking state %d: never is said", state)
		}
	}
}

func TestProgressIsToldUntilEverythingWasRead(t *testing.T) {
	a, snap := loading()
	got := flat(Lines(a, snap, Beside{}, plain, 80, 24))
	for _, want := range []string{"READING", "secrets 12,000 of 20,000", "15,000/s", "pods 1,500", "could not be read"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for i := range snap.Progress {
		snap.Progress[i].Done = true
	}
	if strings.Contains(flat(Lines(a, snap, Beside{}, plain, 80, 24)), "READING") {
		t.Error("everything was read, but progress stays")
	}
	if got := flat(Lines(nil, model.Snapshot{Progress: []model.Progress{{Kind: model.KindPods, Count: 7, Total: -1, Elapsed: time.Second}}}, Beside{}, plain, 80, 24)); !strings.Contains(got, "pods 7") {
		t.Errorf("before the first data: %s", got)
	}
}

func TestFullestNamespacesComeFirst(t *testing.T) {
	rows := workByNamespace(sample.Assessment())
	for i := 1; i < len(rows); i++ {
		if rows[i-1].all() < rows[i].all() {
			t.Errorf("%s with %d stands before %s with %d", rows[i-1].namespace, rows[i-1].all(), rows[i].namespace, rows[i].all())
		}
	}
	if rows[0].namespace != "payments" || rows[0].idle != 2 || rows[0].move != 3 || rows[0].doubtful != 1 {
		t.Errorf("first is %+v", rows[0])
	}
}

func TestPagesFitAnyWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	a := sample.Assessment()
	a.Inventory.Cluster.Context = sample.Hostile + strings.Repeat("漢字-", 90)
	a.Findings[5].Token.Namespace = strings.Repeat("漢", 100)
	early, snap := loading()
	for range 300 {
		width, height := 20+rng.IntN(231), 5+rng.IntN(60)
		for _, st := range []*theme.Styles{colored, plain, ascii} {
			for _, line := range append(Lines(a, sample.Snapshot(), Beside{Plan: sample.Plan()}, st, width, height), Lines(early, snap, Beside{}, st, width, height)...) {
				if w := theme.Width(line); w > width {
					t.Fatalf("width %d: %d cells: %q", width, w, line)
				}
				if strings.ContainsAny(theme.Plain(line), "\x1b\x07\n\u202e") {
					t.Fatalf("raw control character in %q", line)
				}
			}
		}
	}
}

func TestHopsAreNamedFromHereOn(t *testing.T) {
	p := sample.Plan()
	got := flat(Lines(sample.Assessment(), sample.Snapshot(), Beside{Plan: p}, plain, 120, 35))
	for _, want := range []string{"READY FOR 1 step overdue from versions that are behind", "1.27 now", "1.28 2026-12-22? ", "1.30 2027-04-01 ", "○4", "×1"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for range 6 {
		p.Hops = append(p.Hops, p.Hops[4])
	}
	if got := flat(Lines(sample.Assessment(), sample.Snapshot(), Beside{Plan: p}, plain, 120, 35)); !strings.Contains(got, "and 6 hops more") {
		t.Errorf("got %s", got)
	}
}

// The plan comes after everything else. When it comes, the page must not jump,
// and what was not seen must stay where it can be read.
func TestThePlanMovesNothingWhenItComes(t *testing.T) {
	for _, size := range [][2]int{{76, 19}, {116, 35}, {196, 55}} {
		a, snap := sample.Assessment(), sample.Snapshot()
		before, after := Lines(a, snap, Beside{}, plain, size[0], size[1]), Lines(a, snap, Beside{Plan: sample.Plan()}, plain, size[0], size[1])
		at := func(ls []string) (first, last int) {
			for i, line := range ls {
				if strings.Contains(line, "NOT SEEN") {
					first = i
				}
				if strings.Contains(line, "leaves no trace here") {
					last = i
				}
			}
			return first, last
		}
		was, lastWas := at(before)
		is, lastIs := at(after)
		if is > was+2 {
			t.Errorf("%v: what was not seen goes from line %d to %d", size, was, is)
		}
		if lastWas < size[1] && lastIs >= size[1] {
			t.Errorf("%v: what was not seen is pushed off", size)
		}
	}
}

func TestABarShowsEveryStateThatOccurs(t *testing.T) {
	for _, c := range []struct {
		counts map[plan.State]int
		want   string
	}{
		{map[plan.State]int{plan.Done: 12}, "✓✓✓✓✓✓✓✓✓✓✓✓"},
		{map[plan.State]int{plan.Done: 100, plan.Blocked: 1}, "✓✓✓✓✓✓✓✓✓✓✓×"},
		{map[plan.State]int{plan.Done: 1, plan.ToDo: 1, plan.Overdue: 1, plan.CannotTell: 1, plan.Blocked: 100}, "✓?○!××××××××"},
		{nil, strings.Repeat(" ", hopBar)},
	} {
		var b strings.Builder
		for _, s := range stateBar(plain, c.counts) {
			b.WriteString(s.Text)
		}
		if b.String() != c.want {
			t.Errorf("%v: %q, want %q", c.counts, b.String(), c.want)
		}
	}
}
