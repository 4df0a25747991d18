package counted

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

var plain = theme.New(theme.Options{NoColor: true})

func page(st *theme.Styles, width int, now, before model.Counters) string {
	b := lines.New(st, width)
	Table(b, now, before)
	b.Gap()
	Sum(b, now, before)
	return theme.Plain(strings.Join(b.Lines(), "\n"))
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestGoldens(t *testing.T) {
	for _, width := range []int{76, 116} {
		golden.Require(t, fmt.Sprintf("once-%d", width), page(plain, width, sample.Counted(0), model.Counters{}))
		golden.Require(t, fmt.Sprintf("twice-%d", width), page(plain, width, sample.Counted(10), sample.Counted(0)))
	}
	golden.Require(t, "twice-116-ascii", page(theme.New(theme.Options{NoColor: true, ASCII: true}), 116, sample.Counted(10), sample.Counted(0)))
}

func TestRatesNeedTwoReadings(t *testing.T) {
	if got := page(plain, 116, sample.Counted(10), model.Counters{}); strings.Contains(got, "an hour") {
		t.Errorf("a rate of one reading:\n%s", got)
	}
	got := flat(page(plain, 116, sample.Counted(10), sample.Counted(0)))
	for _, want := range []string{"an hour over 10m 720 600 120 0 60 2,400", "an hour over 10m 720 ? ? ? 60 2,400", ", 1,440 an hour now"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// After a restart the old number must not be subtracted, and that is said.
func TestARestartIsTold(t *testing.T) {
	now := sample.Counted(10)
	now.Servers[0].Started = now.Servers[0].Read.Add(-5 * time.Minute)
	now.Servers[0].Tokens.Legacy.Value = 50
	if got := flat(page(plain, 116, now, sample.Counted(0))); !strings.Contains(got, "an hour began anew, 5m ago 600") {
		t.Errorf("no restart in\n%s", got)
	}
}

func TestWhatIsNotKnownIsNotNothing(t *testing.T) {
	got := flat(page(plain, 116, sample.Counted(0), model.Counters{}))
	for _, want := range []string{
		"10.0.0.12:6443 2026-10-12 09:30 81,204 ? ? ? 310 1,204,551", // before 1.29
		"10.0.0.13:6443 was not read: connection refused", "2 of 3 API servers counted 162,408 uses", "Stale 620, valid 2,409,102.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	one := model.Counters{Why: "needs verb get on /metrics", Servers: []model.ServerCounters{{}}}
	if got := flat(page(plain, 116, one, model.Counters{})); !strings.Contains(got, "whichever answered not said ? ?") || !strings.Contains(got, "not asked one by one: needs verb get on /metrics.") || !strings.Contains(got, "could not be read") {
		t.Errorf("one that says nothing:\n%s", got)
	}
	if got := page(plain, 116, model.Counters{}, model.Counters{}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// What the numbers do not mean stands beside them.
func TestTheLimitsAreSaid(t *testing.T) {
	got := flat(page(plain, 80, sample.Counted(0), model.Counters{}))
	for _, want := range []string{"remembers it for ten seconds", "A restart begins anew", "Refused uses and TokenReviews count too", "No token is named"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestRatesAreNeverRoundedToNothing(t *testing.T) {
	for f, want := range map[float64]string{0: "0", 0.001: "<0.1", 0.26: "0.3", 9.94: "9.9", 9.96: "10", 1439.6: "1,440"} {
		if got := perHour(f); got != want {
			t.Errorf("%v: %q, want %q", f, got, want)
		}
	}
}

func TestPagesFitAnyWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	now := sample.Counted(10)
	now.Servers[1].Server, now.Missing[0].Why, now.Why = strings.Repeat("漢", 90), sample.Hostile, sample.Hostile
	for range 200 {
		width := 20 + rng.IntN(200)
		for _, line := range strings.Split(page(plain, width, now, sample.Counted(0)), "\n") {
			if w := theme.Width(line); w > width {
				t.Fatalf("width %d: %d cells: %q", width, w, line)
			}
			if strings.ContainsAny(line, "\x1b\x07\u202e") {
				t.Fatalf("raw control character in %q", line)
			}
		}
	}
}
