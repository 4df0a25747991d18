package ui

import (
	"strings"
	"testing"

	"timebound/model"
	"timebound/ui/internal/sample"
)

func emptySnapshot() model.Snapshot {
	snap := sample.Snapshot()
	snap.Inventory.Tokens, snap.Inventory.Accounts, snap.Inventory.Workloads = nil, nil, nil
	return snap
}

// A cluster without tokens is a good cluster, and every page says so in words
// that are not cut.
func TestAnEmptyClusterSaysWhatItMeans(t *testing.T) {
	for page, want := range map[string]string{
		"1": "There is no long-lived token here: nothing has to be moved.",
		"2": "No long-lived service account token was found in what could be read.",
		"3": "No service account was found in what could be read.",
		"4": "No workload points at a long-lived token, in what could be read.",
		"5": "SETTINGS",
	} {
		for _, width := range []int{60, 80, 120, 200} {
			d := drive(t, width, 30)
			d.push(emptySnapshot())
			d.press(page)
			if got := strings.Join(strings.Fields(strings.Join(d.lines(), " ")), " "); !strings.Contains(got, want) {
				t.Errorf("page %s, %d wide, does not say %q:\n%s", page, width, want, strings.Join(d.lines(), "\n"))
			}
			if page != "1" && page != "5" {
				d.sees("5 tells what was read")
				d.misses("│")
			}
			d.press("down", "space", "enter", "s", "a", "w", "t", "esc", "*")
		}
	}
}

func TestAnEmptyListDoesNotSpeakTooEarly(t *testing.T) {
	d := drive(t, 100, 30)
	snap := emptySnapshot()
	snap.Inventory.Coverage.Kinds[model.KindTokens] = model.KindCoverage{State: model.CoveragePending}
	d.push(snap)
	d.misses("nothing has to be moved")
	d.sees("Reading the cluster: no token has been judged so far.")
	d.press("2")
	d.sees("No token so far; not everything was read yet.")
	d.misses("was found")
}

func TestAFilterWithoutAMatchSaysHowToLeave(t *testing.T) {
	d := load(t, 100, 30, "2")
	d.press("/")
	d.write("verdict:idle ns:nowhere")
	d.sees("No token fits this filter.")
	d.sees("esc drops it, ? tells how filters are written")
	d.sees("0/13")
	d.press("enter", "a")
	d.sees("the list is empty")
	d.press("esc")
	d.sees("13/13")
}
