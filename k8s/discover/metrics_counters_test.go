package discover

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timebound/model"
)

// What real API servers write: the lines around tokens of /metrics of 1.28.15
// and 1.30.14, before anybody used one.
func TestRealMetrics(t *testing.T) {
	zero := model.Counter{Known: true}
	for file, want := range map[string]struct {
		git     string
		tokens  model.TokenCounters
		started string
	}{
		"metrics-1.28.15.txt": {"v1.28.15", model.TokenCounters{Legacy: zero, Stale: zero, Valid: zero}, "2026-11-24T22:19:04.38Z"},
		"metrics-1.30.14.txt": {"v1.30.14", model.TokenCounters{Legacy: zero, Stale: zero, Valid: zero, Auto: zero, Manual: zero, Refused: zero}, "2026-11-24T22:19:12.21Z"},
	} {
		body, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		m, err := readMetrics(strings.NewReader(string(body)))
		if err != nil || !m.whole || m.build.Git != want.git || m.tokens != want.tokens || len(m.gates) == 0 {
			t.Errorf("%s: %+v, %v", file, m, err)
		}
		if at := m.started.Round(time.Millisecond).Format(time.RFC3339Nano); at != want.started {
			t.Errorf("%s: started %s, want %s", file, at, want.started)
		}
	}
}

func TestOddCountersAreUnknown(t *testing.T) {
	for value, want := range map[string]model.Counter{
		"0": {Known: true}, "61": {Known: true, Value: 61}, "1.2e+06": {Known: true, Value: 1200000}, "12 1700000000000": {Known: true, Value: 12},
		"NaN": {}, "-1": {}, "+Inf": {}, "-Inf": {}, "1e300": {}, "many": {},
	} {
		m, err := readMetrics(strings.NewReader("serviceaccount_stale_tokens_total " + value + "\n"))
		if err != nil || m.tokens.Stale != want {
			t.Errorf("%q: %+v, %v", value, m.tokens.Stale, err)
		}
	}
	for value, known := range map[string]bool{"1.79555874438e+09": true, "0": false, "-5": false, "NaN": false, "+Inf": false, "1e300": false} {
		m, err := readMetrics(strings.NewReader("process_start_time_seconds " + value))
		if err != nil || m.started.IsZero() == known {
			t.Errorf("started %q: %v, %v", value, m.started, err)
		}
	}
}

func TestNeighboursAreNotCounted(t *testing.T) {
	m, err := readMetrics(strings.NewReader("serviceaccount_legacy_tokens_total_created 7\nserviceaccount_auto_generated_tokens_total 7\nprocess_start_time_seconds_sum 7\n"))
	if err != nil || m.counts() || !m.started.IsZero() {
		t.Errorf("%+v, %v", m, err)
	}
}

// The end of a line that was too long must not pass for the last line.
func TestTailOfALongLineIsNoLine(t *testing.T) {
	long := "apiserver_x{path=\""
	long += strings.Repeat("y", lineLimit-len(long)) + "serviceaccount_legacy_tokens_total 9"
	m, err := readMetrics(strings.NewReader(long))
	if err != nil || !m.whole || m.counts() {
		t.Errorf("%+v, %v", m.tokens, err)
	}
}
