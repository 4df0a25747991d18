package ui

import (
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/ui/internal/sample"
)

// unreachable is what the feed gives while no answer ever came.
func unreachable(d *driver, in time.Duration) model.Snapshot {
	snap := model.Snapshot{Load: 1, Inventory: &model.Inventory{}, Link: model.Link{State: model.LinkRetrying, Since: d.now, Retry: d.now.Add(in)}}
	snap.Inventory.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{}
	for kind := range sample.Inventory().Coverage.Kinds {
		snap.Inventory.Coverage.Kinds[kind] = model.KindCoverage{}
		snap.Progress = append(snap.Progress, model.Progress{Kind: kind, Total: -1})
	}
	snap.Problems = []model.Problem{{What: "connect to https://10.0.0.1:6443", Why: "connection refused", Remedy: "check the address in the kubeconfig, the network, a VPN or proxy", Fatal: true}}
	return snap
}

func TestAServerThatCannotBeReachedIsToldOnEveryPageAndTriedAgainCalmly(t *testing.T) {
	d := drive(t, 80, 24)
	d.push(unreachable(d, 4*time.Second))
	for _, page := range []string{"1", "2", "3", "4", "5"} {
		d.press(page)
		d.sees("× cannot connect to https://10.0.0.1:6443")
		d.sees("→ check the address in the kubeconfig")
		d.sees("tried again by itself")
		d.sees("r try at once")
		d.sees("retrying in 4s")
		for _, claim := range []string{"0 long-lived tokens", "No token", "was found", "not everything could be read"} {
			d.misses(claim)
		}
	}
	d.press("2", "/", "x", "enter", "down", "enter", "s", "?", "esc", "!", "esc")
	for left := 3; left > 0; left-- {
		d.now = d.now.Add(time.Second)
		d.send(d.ticks[len(d.ticks)-1])
		d.sees("retrying in " + itoa(left) + "s")
	}
	d.push(sample.Snapshot())
	d.misses("cannot connect")
}

func TestWhatWasReadStaysWhenTheServerGoesAway(t *testing.T) {
	d := load(t, 120, 30, "2")
	snap := sample.Snapshot()
	snap.Problems, snap.Link = unreachable(d, time.Second).Problems, unreachable(d, time.Second).Link
	d.push(snap)
	d.sees("▌", "batch-token")
	d.sees("× cannot connect to https://10.0.0.1:6443: connection refused")
	if !strings.Contains(d.lines()[0], "retrying in 1s, data 4s old") {
		t.Errorf("the header says %q", d.lines()[0])
	}
}
