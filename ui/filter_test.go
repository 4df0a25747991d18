package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"timebound/ui/internal/sample"
)

func TestFilterAsYouType(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("/")
	d.write("led")
	d.sees("/ led", "1/13")
	if cursor := d.root.View().Cursor; cursor == nil || cursor.X != 6 || cursor.Y != linesAbove {
		t.Errorf("the text cursor is at %+v", cursor)
	}
	d.press("enter")
	if d.root.View().Cursor != nil {
		t.Error("the text cursor stays after enter")
	}
	d.sees("▌", "ledger-token")
	d.press("esc")
	d.sees("13/13")
	d.sees("▌", "ledger-token") // the cursor stays on what was found
}

func TestLooseMatchesComeAfterExactOnes(t *testing.T) {
	d := load(t, 120, 30, "2", nil...)
	d.press("/")
	d.write("lgr")
	d.sees("1/13")
	d.sees("▌", "ledger-token")
}

func TestTermsFilterAndMistakesKeepTheLastGoodList(t *testing.T) {
	d := load(t, 140, 30, "2")
	d.press("/")
	d.write("verdict:idle")
	d.sees("2/13")
	d.send(tea.PasteMsg{Content: " nonsense:1"})
	d.sees("no field", "nonsense", "2/13") // the parser's own words
	d.press("esc")
	d.sees("13/13")
}

func TestKeysAreTextWhileAFilterIsTyped(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("/")
	d.write("q?1r")
	if d.quit || d.feed.reloads > 0 || d.root.overlay != nil || d.root.current != PageTokens {
		t.Fatal("a letter of the filter did something")
	}
	d.sees("/ q?1r")
	d.send(tea.PasteMsg{Content: "pasted"})
	d.sees("/ q?1rpasted")
	d.press("ctrl+c")
	if !d.quit {
		t.Error("ctrl+c does not quit")
	}
}

func TestMarksSurviveFilterSortAndReload(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("space", "space")
	d.sees("2 marked")
	d.press("/")
	d.write("ledger")
	d.sees("2 marked (2 hidden)")
	d.press("enter", "*")
	d.sees("3 marked (2 hidden)")
	d.press("esc", "s", "S")
	d.push(sample.Snapshot())
	d.sees("3 marked")
	d.misses("hidden)")
	d.sees("✓", "ledger-token")
	d.press("-")
	d.misses("marked")
}

func TestSortingGoesThroughTheColumnsAndKeepsTheCursor(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("down", "down")
	d.sees("NAMESPACE ↑")
	d.press("s")
	d.sees("TOKEN ↑")
	d.sees("▌", "partner-feed")
	d.press(">", "s", "s")
	d.sees("LAST USED ↑")
	d.press("S")
	d.sees("LAST USED ↓")
	d.press("g")
	if got := d.selected(); !strings.Contains(got, "yesterday") {
		t.Errorf("the most recently used is not first: %q", got)
	}
	d.press("<", "<", "<")
	d.sees("TOKEN ↑")
}

func TestATermThatIsHalfTypedFiltersNothingYet(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("/")
	for _, step := range []struct{ text, sees string }{{"ns:payments", "6/13"}, {" verdict:", "6/13"}, {"id", "6/13"}, {"le", "2/13"}} {
		d.write(step.text)
		d.sees(step.sees)
	}
	d.press("esc", "/")
	d.write("verdict:i")
	d.sees("13/13", "no verdict")
}
