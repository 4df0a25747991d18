package ui

import (
	"testing"
	"time"

	"timebound/ui/internal/sample"
)

// A dashboard that stays open judges again when the server's day is over,
// whatever this machine's clock says, and not before.
func TestTheNextDayIsJudgedAnew(t *testing.T) {
	for _, skew := range []time.Duration{0, 6 * time.Hour, -6 * time.Hour, 20 * time.Hour} {
		d := drive(t, 120, 30)
		snap := sample.Snapshot()
		snap.Inventory.Cluster.ClockSkew = skew
		d.push(snap)
		d.press("2")
		first := d.root.assessment
		tick := func() {
			d.send(d.ticks[len(d.ticks)-1])
			if want := d.now.Add(skew).UTC().Truncate(24 * time.Hour); !d.root.assessment.Policy.Today.Time().Equal(want) {
				t.Fatalf("skew %v, at %v: today is %v, want %v", skew, d.now, d.root.assessment.Policy.Today, want)
			}
		}
		midnight := sample.Now.Add(skew).UTC().Truncate(24 * time.Hour).Add(24*time.Hour - skew)
		d.now = midnight.Add(-time.Second)
		tick()
		if d.root.assessment != first {
			t.Errorf("skew %v: it judged again on the same day", skew)
		}
		if wait := d.wakeups[len(d.wakeups)-1]; wait > time.Second {
			t.Errorf("skew %v: a second before midnight it wants to sleep for %v", skew, wait)
		}
		d.now = midnight.Add(time.Millisecond)
		tick()
		second := d.root.assessment
		if second == first {
			t.Errorf("skew %v: the new day was slept through", skew)
		}
		d.now = d.now.Add(time.Hour)
		tick()
		d.press("down", "up")
		if d.root.assessment != second {
			t.Errorf("skew %v: the same facts were judged twice for one day", skew)
		}
	}
}

func TestAKeyAfterASleepOverMidnightJudgesAnew(t *testing.T) {
	d := load(t, 120, 30, "2")
	today := d.root.assessment.Policy.Today
	d.now = d.now.Add(24 * time.Hour) // no timer fired
	d.press("down")
	if got := d.root.assessment.Policy.Today; got != today+1 {
		t.Errorf("today is %v still", got)
	}
}
