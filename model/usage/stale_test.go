package usage

import (
	"testing"

	"timebound/model"
)

// Of a caller the newest threshold counts, whatever the order of its events: the
// holder may have read the file again in between.
func TestTheNewestThresholdOfACallerCounts(t *testing.T) {
	const hour = Micros(3_600_000_000)
	account := model.Key{Namespace: "shop", Name: "robot"}
	event := func(at Micros, past int64) *Event {
		return &Event{Tells: Stale, Received: at, Account: account, Pod: model.Key{Namespace: "shop", Name: "web-0"}, PastWarning: past}
	}
	for name, c := range map[string]struct {
		events []*Event
		want   Micros
	}{
		"one":                     {[]*Event{event(noon, 3600)}, noon - hour},
		"the same token again":    {[]*Event{event(noon, 3600), event(noon+hour, 7200)}, noon - hour},
		"a newer one":             {[]*Event{event(noon, 7200), event(noon+hour, 1800)}, noon},
		"a newer one, read first": {[]*Event{event(noon+hour, 1800), event(noon, 7200)}, noon},
		"below zero":              {[]*Event{event(noon, -1)}, 0},
		"before 1970":             {[]*Event{event(noon, 1<<62)}, 0},
		"no time":                 {[]*Event{event(0, 10)}, 0},
	} {
		s, o := New(), New()
		for i, e := range c.events {
			if i%2 == 0 {
				s.Add(e)
			} else {
				o.Add(e)
			}
		}
		s.Merge(o)
		use := s.Usage().Stale[account]
		if use == nil || len(use.Callers) != 1 {
			t.Fatalf("%s: %+v", name, use)
		}
		got := use.Callers[0].Stale
		if want := c.want; want == 0 && !got.IsZero() || want != 0 && !got.Equal(want.Time()) {
			t.Errorf("%s: since %v, want %v", name, got, want.Time())
		}
	}
}
