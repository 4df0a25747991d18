package ui

import (
	"slices"
	"testing"

	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/internal/sample"
)

// A run that was cut off with nothing to put back is ended by undoing it, so
// that others may begin.
func TestARunWithNothingToPutBackIsOver(t *testing.T) {
	for name, c := range map[string]struct {
		done int // of three
		want string
	}{
		"nothing was changed":     {0, "20261121-080000-cccc false"},
		"everything is as it was": {3, "20261121-080000-cccc true"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeChanger()
			h := historyOf("20261121-080000-cccc", 3, 3-c.done)
			h.Ended, h.Why = false, ""
			fake.history[h.ID] = h
			fake.runs = []RunSummary{summaryOf(h, sample.Now.AddDate(0, 0, -1))}
			for _, r := range h.Results {
				fake.problems[r.Item.On.Name] = "it is not switched off any more"
			}
			fake.code = string(change.SkipAlready)
			d := drive(t, 120, 40, withChanger(fake))
			d.push(sample.Snapshot())
			d.press("enter", "8", "z")
			if !slices.Contains(fake.over, c.want) {
				t.Errorf("ended %v, want %s", fake.over, c.want)
			}
			d.sees("nothing of run " + h.ID + " is left to put back; it is over")
		})
	}
}

// What is left out for another reason keeps the run open.
func TestWhatMovedKeepsARunOpen(t *testing.T) {
	o := run.Order{Purpose: run.Undo, Whole: true}
	for code, want := range map[change.SkipCode]bool{change.SkipAlready: true, change.SkipChanged: false, "": false} {
		v := &run.Review{Items: []run.Reviewed{{Code: string(change.SkipAlready)}, {Code: string(code)}}}
		if got := nothingToUndo(o, v); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}
