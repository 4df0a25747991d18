package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
)

// counting is the sample with audit logs read and counters of API servers, so
// many minutes later.
func counting(minutes int) model.Snapshot {
	s := sample.UsedSnapshot()
	s.Inventory.Cluster.Counters = sample.Counted(minutes)
	return s
}

func driveUsed(t *testing.T, width, height int, change ...func(*Options)) *driver {
	t.Helper()
	d := drive(t, width, height, change...)
	d.push(counting(0))
	d.push(counting(10))
	return d
}

// What audit logs and counters bring to each page.
func TestUsesAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		d := driveUsed(t, size[0], size[1])
		planSample(d)
		for name, keys := range map[string]string{"overview": "1", "tokens": "2 G k k k k k k k", "accounts": "3 / legacy-app enter", "cluster": "5"} {
			d.press("1")
			for _, k := range strings.Fields(keys) {
				if len(k) > 1 && k != "enter" {
					d.write(k)
				} else {
					d.press(k)
				}
			}
			golden.Require(t, fmt.Sprintf("used-%s-%dx%d", name, size[0], size[1]), strings.Join(d.lines(), "\n"))
		}
	}
}

func TestUsesWithoutColourAndInASCII(t *testing.T) {
	d := driveUsed(t, 160, 40, func(o *Options) { o.ASCII, o.NoColor = true, true })
	for p := range pageCount {
		d.press(itoa(int(p) + 1))
		if p == PageTokens || p == PageAccounts {
			d.press("enter")
			requireASCII(t, d)
			d.press("esc")
		}
		requireASCII(t, d)
	}
	d.press("2", "G", "k", "k", "k", "k", "k", "k", "k")
	golden.Require(t, "used-tokens-ascii", d.content())
}

func TestUsedByIsThereOnlyIfALogWasRead(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.misses("USED BY")
	d.push(sample.UsedSnapshot())
	d.sees("USED BY", "VERDICT")
	d.sees("ci-deployer", "↗ curl 8.5.0 +3")
	d.sees("export-token-y7k2", "? kubectl 1.27.4")
	d.sees("ledger-token", "not seen")
	resize(d, 80, 24)
	d.misses("USED BY")
	resize(d, 200, 30)
	d.sees("ACCOUNT", "USED BY", "REFS")
	d.push(sample.Snapshot())
	d.misses("USED BY")
}

func TestUsedBySortsByRequests(t *testing.T) {
	d := drive(t, 200, 30)
	d.push(sample.UsedSnapshot())
	d.press("2")
	for range 12 {
		if d.shows("USED BY ↑") {
			break
		}
		d.press("s")
	}
	d.press("S", "g")
	d.sees("USED BY ↓")
	if got := d.selected(); !strings.Contains(got, sample.Dormant) {
		t.Errorf("the busiest is not first: %q", got)
	}
}

// Rates come from the last two readings, however often facts come with one.
func TestFactsWithoutANewReadingKeepTheRates(t *testing.T) {
	d := driveUsed(t, 120, 40)
	d.press("5")
	d.sees("an hour", "over 10m", "720")
	d.push(counting(10))
	d.sees("an hour", "over 10m", "720")
	d.push(counting(11))
	d.sees("an hour", "over 1m", "720")
	d.push(sample.Snapshot()) // the metrics were not readable this time
	d.misses("an hour")
}

func TestTheOverviewSaysWhatTheLogsCover(t *testing.T) {
	d := driveUsed(t, 120, 60)
	d.press("1")
	d.sees("AUDIT LOGS  2026-11-01 to 2026-11-22, of 2 API servers, 1 gap")
	d.sees("114,049 requests with 4 long-lived tokens, 2 of them from outside the cluster.")
	d.sees("41 requests were refused with 401; whose token it was nobody knows.")
	d.push(sample.Snapshot())
	d.misses("AUDIT LOGS")
	d.sees("no audit log was read")
}

// A frame costs the same however many callers a token has.
func TestCallersCostNothingPerFrame(t *testing.T) {
	frame := func(callers int) time.Duration {
		d := drive(t, 200, 60)
		s := sample.UsedSnapshot()
		for _, use := range s.Inventory.Usage.Tokens {
			for i := range callers {
				use.Callers = append(use.Callers, model.Caller{Agent: fmt.Sprintf("curl/%d", i), Address: fmt.Sprintf("203.0.%d.%d", i/250%250, i%250), Requests: 1})
			}
		}
		d.push(s)
		d.press("2", "G")
		best := time.Hour
		for range 20 {
			begun := time.Now()
			d.root.dirty = true
			d.root.View()
			best = min(best, time.Since(begun))
		}
		return best
	}
	if few, many := frame(3), frame(20_000); many > 3*few+time.Millisecond {
		t.Errorf("%v with few callers, %v with many", few, many)
	}
}
