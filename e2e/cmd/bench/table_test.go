package main

import (
	"strings"
	"testing"
	"time"
)

// On the bar is good enough, anything above it is not, and one miss is enough.
func TestBars(t *testing.T) {
	kubectl := figure{wall: 30 * time.Second, peak: 1200e6}
	raw := figure{wall: 800 * time.Millisecond}
	for name, c := range map[string]struct {
		timebound figure
		met       bool
		says      string
	}{
		"all aims":      {figure{wall: time.Second, peak: 50e6}, true, "aim reached"},
		"on the bars":   {figure{wall: 2 * time.Second, peak: 100e6}, true, "bar met"},
		"too slow":      {figure{wall: 2001 * time.Millisecond, peak: 50e6}, false, "MISSED"},
		"too much held": {figure{wall: time.Second, peak: 101e6}, false, "MISSED"},
	} {
		var out strings.Builder
		met := printRatios(&out, ratiosOf(results{kubectl: kubectl, timebound: c.timebound, raw: raw}))
		if met != c.met || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: met is %t, in\n%s", name, met, &out)
		}
	}
}

func TestMedianTakesEachFigureByItself(t *testing.T) {
	got := median([]figure{{wall: 3, peak: 10}, {wall: 1, peak: 30}, {wall: 2, peak: 20}})
	if want := (figure{wall: 2, peak: 20}); got != want {
		t.Errorf("the median is %+v, want %+v", got, want)
	}
}
