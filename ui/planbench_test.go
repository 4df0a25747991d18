package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// benchmarkPlanKeys presses keys on the Plan page of a cluster with n tokens
// that the cleaner takes, after others have led to a view.
func benchmarkPlanKeys(b *testing.B, n int, view, keys string) {
	b.Helper()
	d := drive(b, 120, 40)
	d.push(forecastSnapshot(n))
	d.press("6")
	d.press(strings.Fields(view)...)
	var pressed []tea.Msg
	for _, k := range strings.Fields(keys) {
		pressed = append(pressed, keyOf(k))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		d.root.Update(pressed[i%len(pressed)])
		d.root.View()
		i++
	}
}

// planKeys are what somebody does on each view of the plan.
var planKeys = map[string][2]string{
	"steps":    {"", "down down right up left pgdown"},
	"story":    {"d", "n down n pgdown p up"},
	"forecast": {"f", "down down pgdown up ctrl+d pgup"},
	"impact":   {"x", "down up pgdown pgup"},
}

func BenchmarkPlanKey(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		for view, keys := range planKeys {
			b.Run(fmt.Sprintf("%s/%d", view, n), func(b *testing.B) { benchmarkPlanKeys(b, n, keys[0], keys[1]) })
		}
	}
}

// A key on the Plan page must cost the same whatever the number of objects and
// of tokens in the forecast.
func TestPlanBudgets(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	slack := time.Duration(5)
	if raceDetector {
		slack = 50
	}
	for view, keys := range planKeys {
		var allocs [2]int64
		for i, n := range []int{1_000, 100_000} {
			key := testing.Benchmark(func(b *testing.B) {
				b.Helper()
				benchmarkPlanKeys(b, n, keys[0], keys[1])
			})
			allocs[i] = key.AllocsPerOp()
			if limit := 3 * time.Millisecond * slack; time.Duration(key.NsPerOp()) > limit {
				t.Errorf("a key on the %s of %d tokens takes %v, more than %v", view, n, time.Duration(key.NsPerOp()), limit)
			}
			if limit := int64(6000); allocs[i] > limit {
				t.Errorf("a key on the %s of %d tokens makes %d allocations, more than %d", view, n, allocs[i], limit)
			}
		}
		if allocs[1] > allocs[0]*5/4+50 {
			t.Errorf("a key on the %s makes %d allocations with 1,000 tokens and %d with 100,000", view, allocs[0], allocs[1])
		}
	}
}
