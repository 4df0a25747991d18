package ui

import (
	"strings"
	"testing"

	"timebound/model"
	"timebound/ui/internal/sample"
)

func TestThePlanShowsTheWayAndTheStepsOfOneHop(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.sees("1.29", "1.30", "1.37 target")
	d.sees("passed", "you are here", "assumed")
	d.sees("1.29, which runs now (OpenShift 4.16)")
	d.sees("▌ ○ to do", "TB-204")
	d.sees("│ TB-204 API servers of different") // the story beside it
	d.press("right")
	d.sees("1.29 to 1.30 (OpenShift 4.17)", "upgrade on")
	d.press("l", "l", "l")
	d.sees("1.30 to 1.37")
	d.press("left", "h", "h", "h", "h", "h", "h")
	d.sees("1.23 to 1.24")
}

func TestEachHopRemembersItsStep(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.press("j", "j", "j")
	step := d.selected()
	d.press("right", "G")
	d.sees("▌ →", "changes")
	d.press("left")
	if got := d.selected(); got != step {
		t.Errorf("back at %q, want %q", got, step)
	}
	d.press("right")
	d.sees("▌ →", "changes")
}

func TestWhatAVersionChangesByItselfIsRead(t *testing.T) {
	d := load(t, 80, 24, "6")
	d.press("right", "G", "enter")
	d.sees("what 1.30 changes, whatever is set")
	d.sees("Every issued token carries an ID")
	d.press("m")
	d.sees("this is no step: it happens by itself")
	d.press("enter")
	d.sees("this is no step: it happens by itself")
	d.press("esc")
	d.sees("▌ →", "changes")
}

// to puts the cursor on the step of a code.
func to(d *driver, code string) {
	d.t.Helper()
	d.press("g")
	for range 60 {
		if strings.Contains(d.selected(), code) {
			return
		}
		d.press("j")
	}
	d.t.Fatalf("no step %s:\n%s", code, strings.Join(d.lines(), "\n"))
}

func TestAStepLeadsToItsObjectsAndBack(t *testing.T) {
	for code, want := range map[string][2]string{
		"TB-304": {"of step TB-304", "2/2"}, "TB-301": {"of step TB-301", "2/2"}, "TB-309": {"of step TB-309", "12/12"},
	} {
		d := load(t, 120, 40, "6")
		to(d, code)
		d.press("enter")
		d.sees(want[0])
		if code != "TB-309" {
			d.sees(want[1])
		}
		d.press("esc")
		d.sees("▌", code)
		if d.root.current != PagePlan {
			t.Fatalf("%s: back on %s", code, d.root.current)
		}
	}
}

func TestAStepWithoutObjectsOpensItsStory(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.press("enter")
	d.sees("Plan · 1.29 · TB-204 · 1 of")
	d.press("enter")
	d.sees("no object stands behind this step")
	d.press("n")
	d.sees("2 of")
	d.press("N", "esc")
	d.sees("▌", "TB-204")
}

func TestBelowAHundredColumnsTheStoryOpensFirst(t *testing.T) {
	d := load(t, 80, 24, "6")
	d.misses("│ TB-")
	to(d, "TB-304")
	d.press("enter")
	d.sees("TB-304 switch 2 idle tokens off by label")
	d.sees("OBJECTS  2, to invalidate")
	d.press("enter")
	d.sees("of step TB-304")
	d.press("esc")
	d.sees("OBJECTS  2, to invalidate")
	d.press("d")
	d.sees("▌", "TB-304")
}

func TestMarkingTheTokensOfAStep(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.press("m")
	d.sees("there is no token to mark in this step")
	to(d, "TB-304")
	d.press("m")
	d.sees("2 tokens of TB-304 marked; 2 shows 2 marked tokens")
	d.press("2")
	d.sees("2 marked")
	d.sees("✓", "ledger-token-7bbc")
	d.sees("✓", "export-token-x2m1")
	d.press("6")
	to(d, "TB-307") // one is ready, one has to wait
	d.press("m")
	d.sees("1 token of TB-307 marked, 1 left out: nothing can be done to them now; 2 shows 3 marked tokens")
}

func TestTheViewsOfThePlan(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.sees("Steps", "f Forecast", "x Impact")
	d.press("f")
	d.sees("IF NOBODY ACTS")
	d.sees("esc Steps", "Forecast", "x Impact")
	d.press("x")
	d.sees("auto-generated secret", "manual secret", "projected into pods")
	d.press("x")
	d.sees("you are here")
	d.press("f", "f")
	d.sees("you are here")
	d.press("f", "esc")
	d.sees("you are here")
	d.press("2", "a", "6", "esc") // a link was followed before: back leads there
	if d.root.current != PageTokens {
		t.Errorf("esc leads to %s", d.root.current)
	}
}

func TestATokenOfTheForecastIsGoneTo(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.push(forecastSnapshot(12))
	d.press("f")
	d.sees("WANTED AGAIN BY")
	d.press("j", "j")
	name := strings.Fields(d.selected())[3]
	d.press("enter")
	d.sees("▌", name)
	if d.root.current != PageTokens {
		t.Fatalf("on %s", d.root.current)
	}
	d.press("[")
	d.sees("WANTED AGAIN BY")
	if got := strings.Fields(d.selected())[3]; got != name {
		t.Errorf("back at %s, want %s", got, name)
	}
}

// forecastSnapshot is the sample with n tokens that the cleaner takes.
func forecastSnapshot(n int) model.Snapshot {
	snap := sample.Snapshot()
	snap.Inventory.Cluster.Observed = nil
	for i := range n {
		name := "stale-token-" + itoa(100000+i)
		snap.Inventory.Tokens = append(snap.Inventory.Tokens, &model.Token{Key: model.Key{Namespace: "batch", Name: name}, UID: name, Account: "stale-" + itoa(i),
			AccountUID: "u" + itoa(i), Created: sample.Now.AddDate(-4, 0, 0), LastUsed: model.NewDayLabel(sample.Now.AddDate(0, 0, -i%300).Format("2006-01-02"))})
		snap.Inventory.Accounts = append(snap.Inventory.Accounts, &model.Account{Key: model.Key{Namespace: "batch", Name: "stale-" + itoa(i)}, UID: "u" + itoa(i), Secrets: []string{name}})
	}
	return snap
}

// On a low screen what stands above the tokens scrolls away line by line, and
// comes back when somebody goes up from the first one.
func TestTheHeadOfTheForecastMakesRoom(t *testing.T) {
	d := load(t, 80, 24, "6")
	d.push(forecastSnapshot(40))
	d.press("f")
	d.sees("IF NOBODY ACTS")
	for range 20 {
		d.press("j")
		d.selected()
	}
	d.misses("IF NOBODY ACTS")
	d.sees("OFF FROM")
	d.press("g")
	d.sees("IF NOBODY ACTS")
	d.press("G")
	d.misses("IF NOBODY ACTS")
	d.press("pgup", "pgup", "pgup", "pgup", "pgup")
	for range 20 {
		d.press("k")
	}
	d.sees("IF NOBODY ACTS")
	resize(d, 60, 15)
	d.selected()
	d.press("G")
	d.selected()
}

func TestTheCursorStaysWithItsStepWhenFactsChange(t *testing.T) {
	d := load(t, 120, 40, "6")
	to(d, "TB-306")
	line := 0
	for i, l := range d.lines() {
		if strings.HasPrefix(l, "▌") {
			line = i
		}
	}
	snap := sample.Snapshot()
	snap.Inventory.Cluster.Servers = snap.Inventory.Cluster.Servers[1:] // one step is done now
	d.push(snap)
	if got := d.selected(); !strings.Contains(got, "TB-306") {
		t.Fatalf("the cursor stands on %q", got)
	}
	if !strings.HasPrefix(d.lines()[line], "▌") {
		t.Errorf("the step left line %d:\n%s", line, strings.Join(d.lines(), "\n"))
	}
}

func TestTheStoryOfAStepWaitsForTheCursorToRest(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.hasty = true
	d.press("j", "j")
	d.sees("│ TB-204")
	d.send(d.rests[len(d.rests)-1])
	d.misses("│ TB-204")
}

func TestTheOverviewTellsHowReadyEachHopIs(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {200, 60}} {
		d := load(t, size[0], size[1], "1")
		d.sees("READY FOR")
		d.sees("1.29", "now", "✓", "○")
		d.sees("1.37", "2028-02-15?")
		d.sees("Ask the") // what was not seen stays to its end
	}
	d := load(t, 80, 24, "1")
	d.press("G")
	d.sees("READY FOR")
}
