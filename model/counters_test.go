package model

import (
	"testing"
	"time"
)

func atSecond(seconds int) time.Time { return time.Unix(1700000000+int64(seconds), 0) }

func counted(n int64) Counter { return Counter{Known: true, Value: n} }

// readingOf is of a server that was started at 0, if it says.
func readingOf(server string, started, read time.Time, tokens TokenCounters) Counters {
	return Counters{Servers: []ServerCounters{{Server: server, Started: started, Read: read, Tokens: tokens}}}
}

func TestRatesBetweenTwoReadings(t *testing.T) {
	never := time.Time{}
	few, many := TokenCounters{Legacy: counted(10), Stale: counted(4)}, TokenCounters{Legacy: counted(70), Stale: counted(4), Refused: counted(3)}
	for name, c := range map[string]struct {
		before, now Counters
		want        Rates // Server "-": nothing can be said
	}{
		"the same process": {readingOf("a", atSecond(0), atSecond(100), few), readingOf("a", atSecond(0), atSecond(160), many),
			Rates{Server: "a", Over: time.Minute, Tokens: TokenCounters{Legacy: counted(60), Stale: counted(0)}}},
		"behind the address": {readingOf("", atSecond(0), atSecond(100), few), readingOf("", atSecond(0), atSecond(160), many),
			Rates{Over: time.Minute, Tokens: TokenCounters{Legacy: counted(60), Stale: counted(0)}}},
		"a restart": {readingOf("a", atSecond(0), atSecond(100), many), readingOf("a", atSecond(150), atSecond(160), few),
			Rates{Server: "a", Over: 10 * time.Second, Restarted: true, Tokens: few}},
		"a restart that counted more since": {readingOf("a", atSecond(0), atSecond(100), few), readingOf("a", atSecond(150), atSecond(160), many),
			Rates{Server: "a", Over: 10 * time.Second, Restarted: true, Tokens: many}},
		"a clock ahead": {readingOf("a", atSecond(0), atSecond(100), few), readingOf("a", atSecond(500), atSecond(160), many),
			Rates{Server: "a", Restarted: true}},
		"start not said": {readingOf("a", never, atSecond(100), few), readingOf("a", never, atSecond(160), many),
			Rates{Server: "a", Over: time.Minute, Tokens: TokenCounters{Legacy: counted(60), Stale: counted(0)}}},
		"start not said, fell": {readingOf("a", never, atSecond(100), many), readingOf("a", never, atSecond(160), few),
			Rates{Server: "a", Restarted: true}},
		"start not said, behind the address": {readingOf("", never, atSecond(100), few), readingOf("", never, atSecond(160), many), Rates{Server: "-"}},
		"another server":                     {readingOf("a", atSecond(0), atSecond(100), few), readingOf("b", atSecond(0), atSecond(160), many), Rates{Server: "-"}},
		"out of order":                       {readingOf("a", atSecond(0), atSecond(160), few), readingOf("a", atSecond(0), atSecond(100), many), Rates{Server: "-"}},
		"the same reading":                   {readingOf("a", atSecond(0), atSecond(100), few), readingOf("a", atSecond(0), atSecond(100), few), Rates{Server: "-"}},
		"a counter that fell by itself": {readingOf("a", atSecond(0), atSecond(100), many), readingOf("a", atSecond(0), atSecond(160), few),
			Rates{Server: "a", Over: time.Minute, Tokens: TokenCounters{Stale: counted(0)}}},
	} {
		got := c.now.Since(c.before)
		if c.want.Server == "-" {
			if len(got) != 0 {
				t.Errorf("%s: %+v", name, got)
			}
			continue
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestPerHour(t *testing.T) {
	r := Rates{Over: 90 * time.Second}
	if got := r.PerHour(counted(3)); got != 120 {
		t.Errorf("%v an hour", got)
	}
	if r.PerHour(Counter{Value: 3}) != 0 || (Rates{}).PerHour(counted(3)) != 0 {
		t.Error("a rate of what is not known")
	}
}

func TestTotalKnowsWhatEveryServerKnows(t *testing.T) {
	old := ServerCounters{Tokens: TokenCounters{Legacy: counted(5)}}
	young := ServerCounters{Tokens: TokenCounters{Legacy: counted(7), Refused: counted(2)}}
	for name, c := range map[string]struct {
		servers []ServerCounters
		want    TokenCounters
	}{
		"none":        {nil, TokenCounters{}},
		"one":         {[]ServerCounters{young}, TokenCounters{Legacy: counted(7), Refused: counted(2)}},
		"mixed":       {[]ServerCounters{young, old}, TokenCounters{Legacy: counted(12)}},
		"mixed again": {[]ServerCounters{old, young}, TokenCounters{Legacy: counted(12)}},
	} {
		if got := (Counters{Servers: c.servers}).Total(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
