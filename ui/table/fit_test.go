package table

import (
	"strings"
	"testing"

	"timebound/ui/theme"
)

// Columns that were measured get what their rows need and no more; what is left
// goes to the one without a bound.
func TestWhatIsMeasuredLeavesItsRoomToOthers(t *testing.T) {
	columns := fruitColumns()
	columns[2].Varied = true
	tb := New(columns, func(f *fruit) string { return f.name })
	tb.SetStyles(theme.New(theme.Options{}))
	tb.SetSize(40, 4)
	rows := []*fruit{{"apple-of-the-garden", "the cellar under the old house"}, {"fig-of-the-garden-12", "a shelf"}}
	tb.SetRows(rows)
	tb.Fit(rows)
	if want := "   fig-of-the-garden-12 a shelf"; !strings.Contains(tb.text(), want) {
		t.Errorf("no %q in\n%s", want, tb.text())
	}
	if tb.SetSize(64, 4); !strings.Contains(tb.text(), "apple-of-the-garden  the cellar under the old house") {
		t.Errorf("cells stay blank while others are cut:\n%s", tb.text())
	}
	if !strings.Contains(tb.text(), "LEN") {
		t.Errorf("what differs is left out:\n%s", tb.text())
	}
	rows = []*fruit{{"apple", "x"}, {"grape", "y"}}
	if tb.SetRows(rows); strings.Contains(tb.text(), "apple x") {
		t.Error("rows that come in move columns")
	}
	if tb.Fit(rows); !strings.Contains(tb.text(), "apple x") || strings.Contains(tb.text(), "LEN") {
		t.Errorf("it is not measured anew:\n%s", tb.text())
	}
	for width := range 70 {
		tb.SetSize(width, 4)
		for _, line := range strings.Split(strings.TrimSuffix(tb.text(), "\n"), "\n") {
			if theme.Width(line) != width {
				t.Fatalf("width %d: %q", width, line)
			}
		}
	}
}
