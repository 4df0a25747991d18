package ui

import (
	"testing"
	"time"
)

func TestAgesChangeSeldom(t *testing.T) {
	for d, want := range map[time.Duration]struct {
		text  string
		holds time.Duration
	}{
		-time.Second:             {"0s", time.Second},
		0:                        {"0s", time.Second},
		9500 * time.Millisecond:  {"9s", 500 * time.Millisecond},
		10 * time.Second:         {"10s", 10 * time.Second},
		34 * time.Second:         {"30s", 6 * time.Second},
		90 * time.Second:         {"1m", 30 * time.Second},
		59*time.Minute + 1:       {"59m", time.Minute - 1},
		47 * time.Hour:           {"47h", time.Hour},
		72*time.Hour + time.Hour: {"3d", 23 * time.Hour},
	} {
		if text, holds := ageText(d); text != want.text || holds != want.holds {
			t.Errorf("%s is %q for %s, want %q for %s", d, text, holds, want.text, want.holds)
		}
	}
}
