package ui

import (
	"strings"
	"testing"

	"timebound/model"
)

func TestTheStoryFollowsWhenTheCursorHasRested(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.sees("│ batch/batch-token-88sd") // the first selection, at once
	d.hasty = true
	d.press("down", "j")
	if got := d.selected(); strings.Contains(got, "batch-token") {
		t.Fatalf("the cursor waits on %q", got)
	}
	d.sees("│ batch/batch-token-88sd")
	d.send(d.rests[0]) // a key came since
	d.sees("│ batch/batch-token-88sd")
	d.send(d.rests[1])
	d.sees("│ " + storyName(d))
	if len(d.rests) != 2 || len(d.ticks) > 1 {
		t.Errorf("%d rests and %d ticks for two keys", len(d.rests), len(d.ticks))
	}
}

// storyName is the title that the story of the row under the cursor has.
func storyName(d *driver) string {
	row, _ := d.root.tokens.table.Current()
	return model.Printable(row.Token.Key.String())
}

func TestTheStoryFollowsAtOnceWhereSomebodyArrives(t *testing.T) {
	for name, keys := range map[string]string{
		"another page and back": "3 2", "details and back": "enter esc", "a link and back": "a [",
	} {
		d := load(t, 120, 30, "2")
		d.hasty = true
		d.press("down", "down", "down", "down")
		d.misses("│ " + storyName(d))
		d.press(strings.Fields(keys)...)
		if !d.shows("│ " + storyName(d)) {
			t.Errorf("%s: the story waits:\n%s", name, strings.Join(d.lines(), "\n"))
		}
	}
}

func TestAFilterLeavesTheStoryAloneWhileLettersCome(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.hasty = true
	d.press("/")
	d.write("ledger")
	d.sees("│ batch/batch-token-88sd")
	d.press("enter")
	d.sees("│ payments/ledger-token-7bbc")
}

func TestAResizeWhileTheCursorRestsTellsAnew(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.hasty = true
	d.press("down", "down")
	d.push(d.root.snapshot) // newer facts do not hurry it
	d.sees("│ batch/batch-token-88sd")
	resize(d, 150, 30)
	d.sees("│ " + storyName(d))
}
