package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// race is some contestants on one log. They take turns, so that what the machine
// does besides meets all alike.
type race struct {
	name     string
	log      log
	file     string
	runners  []contestant
	compared []comparison
}

// comparison is a bar: ours must be so many times as fast as the other.
type comparison struct {
	ours, other string
	bar         float64
}

// The names of contestants that several comparisons use.
const (
	oneWorker = "timebound, one worker"
	defaults  = "timebound"
	grepJQ    = "grep -F | jq"
	grepCJQ   = "LC_ALL=C grep -F | jq"
)

// races are those that the project's bars speak of.
func (s *stage) races() []race {
	usual := race{name: "usual log", log: s.usual, file: s.usual.path, runners: []contestant{
		s.reads(oneWorker, s.usual, s.usual.path, 1),
		s.reads(defaults, s.usual, s.usual.path, 0),
		shell("jq", `jq -r "$SELECTS" "$FILE"`, s.usual.path, true),
		shell(grepJQ, `LC_ALL=C.UTF-8 grep -F `+filters+` "$FILE" | jq -r "$SELECTS"`, s.usual.path, true),
		shell(grepCJQ, `LC_ALL=C grep -F `+filters+` "$FILE" | jq -r "$SELECTS"`, s.usual.path, true),
		shell("rg -cF", `rg -cF `+filters+` "$FILE"`, s.usual.path, false),
		byTheBook(s.usual),
		shell("cat", `cat "$FILE"`, s.usual.path, false),
	}, compared: []comparison{
		{oneWorker, "jq", 20}, {oneWorker, grepJQ, 3}, {oneWorker, grepCJQ, 0}, {oneWorker, "rg -cF", 0.5},
		{oneWorker, "encoding/json, minimal struct", 10}, {defaults, "cat", 0.35},
	}}
	legacy := race{name: "every line legacy", log: s.legacy, file: s.legacy.path, runners: []contestant{
		s.reads(oneWorker, s.legacy, s.legacy.path, 1),
		s.reads(defaults, s.legacy, s.legacy.path, 0),
		shell(grepJQ, `LC_ALL=C.UTF-8 grep -F `+filters+` "$FILE" | jq -r "$SELECTS"`, s.legacy.path, true),
	}, compared: []comparison{{oneWorker, grepJQ, 15}, {defaults, grepJQ, 15}}}
	legacy.runners[2].slow = true
	races := []race{usual, legacy}
	if file := s.packed[".gz"]; file != "" {
		races = append(races, race{name: "gzip", log: s.usual, file: file, runners: []contestant{
			s.reads(defaults, s.usual, file, 0),
			shell("zcat | grep -F | jq", `zcat "$FILE" | LC_ALL=C.UTF-8 grep -F `+filters+` | jq -r "$SELECTS"`, file, true),
		}, compared: []comparison{{defaults, "zcat | grep -F | jq", 2}}})
	}
	if file := s.packed[".zst"]; file != "" {
		races = append(races, race{name: "zstd", log: s.usual, file: file, runners: []contestant{
			s.reads(defaults, s.usual, file, 0),
			shell("zstd -dc", `zstd -q -dc "$FILE"`, file, false),
		}, compared: []comparison{{defaults, "zstd -dc", 0.6}}})
	}
	return races
}

// race runs one and prints its comparisons. Wrong results are as bad as a missed
// bar.
func (s *stage) race(ctx context.Context, t *table, r race) (bool, error) {
	warm := shell("cat", `cat "$FILE"`, r.file, false)
	if _, _, err := warm.read(ctx); err != nil {
		return false, err
	}
	took, want, right := map[string][]time.Duration{}, int64(total(r.log.truth)), true
	for turn := range s.options.turns {
		for _, c := range r.runners {
			if c.slow && turn >= 2 {
				continue
			}
			if program := c.missing(); program != "" {
				if turn == 0 {
					note("%s is not installed: %q is left out", program, c.name)
				}
				continue
			}
			time, found, err := c.read(ctx)
			if err != nil {
				return false, err
			}
			if found != unknown && found != want {
				note("%s, %s: found %d requests, there are %d", r.name, c.name, found, want)
				right = false
			}
			took[c.name] = append(took[c.name], time)
		}
	}
	for _, c := range r.runners {
		if times := took[c.name]; len(times) > 0 {
			t.figure(r.name, c.name, times, r.log.truth.Bytes)
		}
	}
	met := right
	for _, c := range r.compared {
		if ours, other := took[c.ours], took[c.other]; len(ours) > 0 && len(other) > 0 {
			met = t.ratio(fmt.Sprintf("%s: %s / %s", r.name, c.ours, c.other), ours, other, c.bar) && met
		}
	}
	return met, nil
}

// median is the middle one, or the later of the two in the middle.
func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}
