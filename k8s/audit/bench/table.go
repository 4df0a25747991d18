package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// table prints figures as they come, and says which bars they meet.
type table struct{ to io.Writer }

func newTable(to io.Writer) *table { return &table{to} }

// figure prints the times of one contestant.
func (t *table) figure(race, name string, times []time.Duration, bytes int64) {
	least := slices.Min(times)
	fmt.Fprintf(t.to, "%-18s %-32s min %7.3f s  median %7.3f s  %6.0f MB/s\n",
		race, name, least.Seconds(), median(times).Seconds(), float64(bytes)/1e6/least.Seconds())
}

// ratio prints how many times as fast ours is as the other, by the medians and
// by the best times, and says whether the medians meet the bar. A bar of 0 is
// none.
func (t *table) ratio(name string, ours, other []time.Duration, bar float64) bool {
	of := median(other).Seconds() / median(ours).Seconds()
	best := slices.Min(other).Seconds() / slices.Min(ours).Seconds()
	met := of >= bar
	verdict := fmt.Sprintf("bar %5.2f×  %s", bar, passed(met))
	if bar == 0 {
		verdict = "no bar"
	}
	fmt.Fprintf(t.to, "  %-64s %6.2f× (best %6.2f×)  %s\n", name, of, best, verdict)
	return met
}

// peak prints the most memory that the program held.
func (t *table) peak(name string, bytes, bar int64) bool {
	met := bytes <= bar
	fmt.Fprintf(t.to, "  %-64s %6.1f MB               bar %5d MB  %s\n", name, float64(bytes)/(1<<20), bar>>20, passed(met))
	return met
}

func passed(met bool) string {
	if met {
		return "pass"
	}
	return "FAIL"
}
