package usage

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"timebound/model"
)

// naive adds one subject's events up with nothing bounded, and bounds the result.
func naive(events []Event, uses int, b bounds) (grain Grain, callers map[CallerKey][]Event, days map[model.Day]Stages) {
	t := newTexts()
	for grain = GrainFull; ; grain++ {
		callers = map[CallerKey][]Event{}
		for _, e := range events {
			k := t.keepCaller(t.callerOf(&e, grain))
			callers[k] = append(callers[k], e)
		}
		if len(callers) <= b.callersOf(uses) {
			break
		}
	}
	days = map[model.Day]Stages{}
	for _, e := range events {
		if d := model.DayOf(e.When().Time()); e.When() != 0 {
			s := days[d]
			s[e.place()]++
			days[d] = s
		}
	}
	for len(days) > b.days {
		delete(days, slices.Min(slices.Collect(maps.Keys(days))))
	}
	return grain, callers, days
}

func naiveNames(events []Event, name func(*Event) string) (n Names) {
	counts := map[string]uint64{}
	for _, e := range events {
		if s := name(&e); s != "" {
			counts[s]++
		}
	}
	for len(counts) > maxNames {
		n.More = true
		delete(counts, slices.Max(slices.Collect(maps.Keys(counts))))
	}
	if len(counts) > 0 {
		n.Counts = counts
	}
	return n
}

func TestAgainstNaive(t *testing.T) {
	reached := 0
	for seed := range 400 {
		r := rand.New(rand.NewPCG(uint64(seed), 11))
		s := newBounded(tight)
		all := map[Subject][]Event{}
		subjects := 1 + r.IntN(3)
		for range 1 + r.IntN(250) {
			e := Event{
				Tells: Legacy, Account: model.Key{Namespace: "ns", Name: fmt.Sprint("sa", r.IntN(subjects))}, Stage: Stage(r.IntN(StageCount)),
				Received: Micros(20_000*microsPerDay + r.Int64N(7*microsPerDay)), Agent: fmt.Sprint("tool/", r.IntN(1+seed%6)), Peer: fmt.Sprintf("10.0.%d.%d", r.IntN(1+seed%4), r.IntN(3)),
				Verb: fmt.Sprint("v", r.IntN(40)), Code: oneOf(r, 200, 403, 500),
			}
			s.Add(&e)
			subject := Subject{Class: Legacy, Account: e.Account}
			all[subject] = append(all[subject], e)
		}
		s.settle()
		for subject, events := range all {
			u := s.Uses[subject]
			grain, callers, days := naive(events, len(all), tight)
			if u.Grain != grain || len(u.Callers) != len(callers) || len(u.Days) != len(days) {
				t.Fatalf("seed %d: grain %d, %d callers, %d days; want %d, %d, %d", seed, u.Grain, len(u.Callers), len(u.Days), grain, len(callers), len(days))
			}
			earlier := u.Stages
			for _, d := range u.Days {
				if d.Stages() != days[d.Day] {
					t.Fatalf("seed %d: %v on %s; want %v", seed, d.Stages(), d.Day, days[d.Day])
				}
				for i, n := range d.Stages() {
					earlier[i] -= n
				}
			}
			if earlier != u.Earlier() {
				t.Fatalf("seed %d: earlier %v, want %v", seed, u.Earlier(), earlier)
			}
			for k, list := range callers {
				c := u.Callers[k]
				if c == nil {
					t.Fatalf("seed %d: no caller %v", seed, k)
				}
				var stages Stages
				var forbidden, ends uint64
				first, last := list[0].Received, list[0].Received
				for _, e := range list {
					stages[e.place()]++
					first, last = min(first, e.Received), max(last, e.Received)
					if e.Stage != StageReceived && e.Stage != StageStarted {
						ends++
						if e.Code == 403 {
							forbidden++
						}
					}
				}
				codes := c.Codes()
				if c.Stages() != stages || c.First != first || c.Last != last || codes.Forbidden != forbidden || codes.OK+codes.Forbidden+codes.Server5xx != ends {
					t.Fatalf("seed %d: %v: %v %v; want %v, %d forbidden of %d", seed, k, c.Stages(), codes, stages, forbidden, ends)
				}
				want := naiveNames(list, func(e *Event) string { return e.Verb })
				if want.More {
					reached++
				}
				if got := c.Verbs(); !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d: verbs %v, want %v", seed, got, want)
				}
			}
		}
	}
	if reached < 50 {
		t.Errorf("only %d callers had more names than are kept", reached)
	}
}
