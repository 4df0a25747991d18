package audit

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"timebound/k8s/audit/auditlog"
	"timebound/k8s/audit/source"
	"timebound/model/usage"
)

// usesOf gives what was used, in the one spelling of a summary.
func usesOf(tb testing.TB, sum *usage.Summary) string {
	tb.Helper()
	clear(sum.Sources)
	return encoded(tb, sum)
}

// A log of lines, the same as one array, and the same as it grows tell of the same
// uses: buffers that are used again are the trap.
func TestLinesArraysAndGrowingLogsTellTheSame(t *testing.T) {
	for name, prefix := range map[string]string{"plain": "", "prefixed": "node-7 "} {
		t.Run(name, func(t *testing.T) {
			shares := auditlog.UsualShares()
			shares.Legacy, shares.Stale = 200, 50
			log, truth := made(t, auditlog.Options{Seed: 11, Size: 2 << 20, Prefix: prefix, Shares: shares})
			var o Options
			for id := range truth.Issued {
				o.Credentials = append(o.Credentials, id)
			}
			sum, _ := read(t, o, file(t, "audit.log", log))
			servers := len(sum.Sources)
			want := usesOf(t, sum)
			if len(sum.Uses) < 50 || len(o.Credentials) == 0 {
				t.Fatal("the log is too tame to tell a difference")
			}

			events := 0
			grown, err := Follow(t.Context(), o, source.Stream{Name: "audit.log"}, &portions{log, 1}, func(*usage.Event) { events++ })
			if err != nil {
				t.Fatal(err)
			}
			if len(grown.Sources) < servers {
				t.Errorf("%d servers while it grew, %d in whole", len(grown.Sources), servers)
			}
			if got := usesOf(t, grown); got != want || events == 0 {
				t.Errorf("as it grows it differs (%d events told):\n%s", events, difference(got, want))
			}
			if prefix != "" {
				return // a prefix stands before lines alone
			}
			array := append([]byte("[\n"), bytes.ReplaceAll(bytes.TrimSpace(log), []byte("\n"), []byte(",\n"))...)
			document := pipe("audit.json", append(array, ']'))
			document.Shape = source.Document
			whole, _ := read(t, o, document)
			if got := usesOf(t, whole); got != want {
				t.Errorf("as an array it differs:\n%s", difference(got, want))
			}
		})
	}
}

func TestFollowEndsAndPassesLongLinesOver(t *testing.T) {
	log := legacyLine("1", 10) + "\n" + legacyLine("2", 5000) + "\n" + legacyLine("3", 10) + "\n" + legacyLine("3", 10) + "\n"
	var r Report
	sum, err := Follow(t.Context(), Options{MaxLine: 2000, Report: &r}, source.Stream{Name: "a"}, &portions{[]byte(log), 7}, func(*usage.Event) {})
	if err != nil || uses(sum) != 2 || lost(sum, "")[2] != 1 || r.Repeats != 1 {
		t.Errorf("%v: %d uses, %v lost, %d repeats", err, uses(sum), lost(sum, ""), r.Repeats)
	}
	broken := errors.New("broken")
	if _, err := Follow(t.Context(), Options{}, source.Stream{}, failing{broken}, func(*usage.Event) {}); !errors.Is(err, broken) {
		t.Errorf("a log that cannot be read gives %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Follow(gone, Options{}, source.Stream{}, failing{gone.Err()}, func(*usage.Event) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("an end that was asked for gives %v", err)
	}
}
