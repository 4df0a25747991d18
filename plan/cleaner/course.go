package cleaner

import (
	"slices"
	"time"

	"timebound/model"
)

// Manner is how the cleaner goes about a token that it finds unused.
type Manner uint8

// The manners.
const (
	Off         Manner = iota // it does not run
	Deletes                   // 1.28: deleted at once
	Invalidates               // 1.29 and later: labelled first, deleted a period later
)

// Span is a time during which the cleaner behaves in one way. It lasts until
// the next one begins.
type Span struct {
	From   model.Day
	Manner Manner
	// Period is --legacy-service-account-token-clean-up-period.
	Period time.Duration
}

// Course is what the cleaner goes by, now and later.
type Course struct {
	// Spans are in the order of their days. Before the first one no cleaner runs.
	Spans []Span
	// Since is the day in the tracking configmap.
	Since model.DayLabel
	// Today is the first day on which a pass may act.
	Today model.Day
	// PassAt is the time of day, in UTC, at which the cleaner goes round: every
	// 24 hours, counted from the start of kube-controller-manager. Zero takes
	// the last moment of the day, which gives the earliest possible days.
	PassAt time.Duration
}

const day = 24 * time.Hour

func (c Course) passAt() time.Duration {
	if c.PassAt == 0 {
		return day - time.Nanosecond
	}
	return c.PassAt
}

// Fate foretells what becomes of a token.
func (c Course) Fate(t Token) Fate {
	if why := c.spared(t); why != SparedNot {
		return Fate{Spared: why}
	}
	var f Fate
	labelled, from := t.InvalidSince, c.Today
	for i, s := range c.Spans {
		end := model.Day(0) // of the span; 0 is never
		if i+1 < len(c.Spans) {
			end = c.Spans[i+1].From
		}
		from = max(from, s.From)
		over := func(d model.Day) bool { return end != 0 && d >= end }
		if s.Manner == Off || over(from) {
			continue
		}
		acts := max(from, c.unused(t, s.Period))
		if over(acts) {
			continue
		}
		if s.Manner == Deletes {
			f.Deleted = acts
			return f
		}
		if !labelled.Valid {
			labelled = model.DayLabel{Raw: acts.String(), Day: acts, Valid: true}
			f.Invalidated = acts
			acts++ // one pass does one thing
		}
		acts = max(acts, c.before(labelled.Day, s.Period))
		if !over(acts) {
			f.Deleted = acts
			return f
		}
	}
	return f
}

func (c Course) spared(t Token) Spared {
	switch {
	case !slices.ContainsFunc(c.Spans, func(s Span) bool { return s.Manner != Off }):
		return SparedNoCleaner
	case !c.Since.Valid:
		return SparedNoTracking
	case t.Deleting:
		return SparedDeleting
	case t.LastUsed.Unparsable():
		return SparedLabelNoDay
	case !t.Listed:
		return SparedNotListed
	case t.Mounted:
		return SparedMounted
	}
	return SparedNot
}

// unused gives the first day on whose pass the token counts as unused.
func (c Course) unused(t Token, period time.Duration) model.Day {
	// Uses must have been recorded for the period; the day on which that began
	// is not whole and does not count. A pass at that very moment acts.
	tracked := c.first((c.Since.Day + 1).Time().Add(period), true)
	// Older than the period: not from that very moment on.
	created := c.first(t.Created.Add(period), false)
	if t.LastUsed.Absent() {
		return max(tracked, created)
	}
	return max(tracked, created, c.before(t.LastUsed.Day, period))
}

// before gives the first day on whose pass a day lies before the day that was
// one period ago.
func (c Course) before(d model.Day, period time.Duration) model.Day {
	return c.first((d + 1).Time().Add(period), true)
}

// first gives the first day whose pass comes after t, or at t itself.
func (c Course) first(t time.Time, orAt bool) model.Day {
	d := model.DayOf(t)
	pass := d.Time().Add(c.passAt())
	if pass.After(t) || orAt && pass.Equal(t) {
		return d
	}
	return d + 1
}
