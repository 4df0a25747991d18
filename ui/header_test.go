package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/internal/sample"
)

func TestTheHeaderSaysThatListsAreStillBeingRead(t *testing.T) {
	d := drive(t, 120, 30)
	snap := sample.Snapshot() // whose link is live already
	snap.Progress = []model.Progress{
		{Kind: model.KindTokens, Count: 1000, Total: 4000}, {Kind: model.KindPods, Count: 204, Total: -1}, {Kind: model.KindAccounts, Count: 40, Done: true},
	}
	snap.Inventory.Coverage.Kinds[model.KindTracking] = model.KindCoverage{State: model.CoveragePending}
	d.push(snap)
	d.sees("loading 3 kinds, 1,244 read")
	d.misses("live,")
	snap.Progress[0].Done, snap.Progress[1].Failed, snap.Progress[1].Done = true, true, true
	d.push(snap)
	d.sees("loading 1 kind, 1,244 read")
	done := sample.Snapshot()
	done.Progress = snap.Progress
	d.push(done)
	d.sees("live, changed 4s ago")
}

func TestTheHeaderNamesVersionAndPlatformAsPeopleDo(t *testing.T) {
	d := drive(t, 140, 30)
	snap := sample.Snapshot()
	snap.Inventory.Cluster.Servers = []model.ServerVersion{{Version: model.Version{Minor: 29, Patch: 6, Git: "v1.29.6+aba1e8d"}, Answers: 2}}
	d.push(snap)
	for _, page := range []string{"1", "5"} {
		d.press(page)
		header := d.lines()[0]
		if !strings.Contains(header, "v1.29.6   OpenShift 4.16.8") {
			t.Errorf("the header reads %q", header)
		}
		body := strings.Join(d.lines()[1:], "\n")
		if !strings.Contains(body, "OpenShift 4.16.8") || strings.Contains(body, "v1.29.6+aba1e8d") != (page == "5") {
			t.Errorf("page %s says:\n%s", page, body)
		}
	}
}

func TestDataFromTheFutureIsNew(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.now = sample.Now.Add(-3 * time.Hour)
	d.push(sample.Snapshot())
	d.sees("live, changed just now")
}

func TestAClockThatStandsStillWakesNobody(t *testing.T) {
	d := load(t, 120, 30, "2")
	for i := 0; i < len(d.ticks); i++ {
		if i > 3 {
			t.Fatal("it wakes up again and again for nothing")
		}
		d.send(d.ticks[i])
	}
}

func TestTheNarrowestHeaderIsWhole(t *testing.T) {
	d := load(t, 60, 15, "2")
	d.sees("prod-eu-1   13 tokens    read-only", "live, changed 4s ago")
	d.sees("1 2 Tokens 3 4 5 6 7 8")
	d.push(model.Snapshot{Inventory: sample.Inventory(), Link: model.Link{State: model.LinkRetrying, Retry: d.now.Add(29 * time.Second)}})
	d.sees("prod-eu-1   13 tokens", "retrying in 29s, data 4s old")
}

func TestCtrlZSuspendsFromEverywhere(t *testing.T) {
	for _, keys := range []string{"1", "2 /", "2 ?", "2 enter"} {
		d := load(t, 100, 30, "2")
		d.press(strings.Fields(keys)...)
		_, cmd := d.root.Update(keyOf("ctrl+z"))
		if cmd == nil {
			t.Fatalf("%s: nothing happens", keys)
		}
		if _, ok := cmd().(tea.SuspendMsg); !ok {
			t.Errorf("%s: it does not suspend", keys)
		}
		d.now = d.now.Add(time.Hour)
		d.send(tea.ResumeMsg{})
		d.sees("changed 1h ago")
	}
}
