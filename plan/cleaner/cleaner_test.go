package cleaner

import (
	"math/rand/v2"
	"testing"
	"time"

	"timebound/model"
)

const year = 365 * 24 * time.Hour

var today = model.DayOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))

func label(d model.Day) model.DayLabel { return model.NewDayLabel(d.String()) }

// settled is a course on which everything has been recorded for long.
func settled(spans ...Span) Course {
	return Course{Spans: spans, Since: label(today - 2000), Today: today}
}

func unused() Token { return Token{Created: (today - 3000).Time(), Listed: true} }

func TestDatesOfTheDefaultPeriod(t *testing.T) {
	now := Span{From: today, Manner: Invalidates, Period: year}
	for _, c := range []struct {
		name   string
		course Course
		token  func(*Token)
		want   Fate
	}{
		{"never used, all conditions met", settled(now), nil, Fate{Invalidated: today, Deleted: today + 366}},
		// A day counts as old from 00:00 of the day after it, one period on.
		{"last used yesterday", settled(now), func(t *Token) { t.LastUsed = label(today - 1) }, Fate{Invalidated: today + 365, Deleted: today + 365 + 366}},
		{"last used today", settled(now), func(t *Token) { t.LastUsed = label(today) }, Fate{Invalidated: today + 366, Deleted: today + 366 + 366}},
		{"created lately", settled(now), func(t *Token) { t.Created = (today - 10).Time().Add(time.Hour) }, Fate{Invalidated: today + 355, Deleted: today + 355 + 366}},
		{"labelled 100 days ago", settled(now), func(t *Token) { t.InvalidSince = label(today - 100) }, Fate{Deleted: today + 266}},
		{"labelled long ago", settled(now), func(t *Token) { t.InvalidSince = label(today - 1000) }, Fate{Deleted: today}},
		{"labelled with garbage", settled(now), func(t *Token) { t.InvalidSince = model.NewDayLabel("yes") }, Fate{Invalidated: today, Deleted: today + 366}},
		{"recorded for too short", Course{Spans: []Span{now}, Since: label(today - 100), Today: today}, nil, Fate{Invalidated: today + 266, Deleted: today + 266 + 366}},
		{"1.28 deletes at once", settled(Span{From: today + 5, Manner: Deletes, Period: year}), nil, Fate{Deleted: today + 5}},
		{"1.28 for a while, then 1.29", settled(Span{today, Deletes, year}, Span{today + 50, Invalidates, year}), func(t *Token) { t.LastUsed = label(today - 300) },
			Fate{Invalidated: today + 66, Deleted: today + 66 + 366}},
		{"nothing until the upgrade", settled(Span{today, Off, year}, Span{today + 30, Invalidates, year}), nil, Fate{Invalidated: today + 30, Deleted: today + 396}},
		{"switched off again between label and deletion", settled(now, Span{today + 10, Off, year}), nil, Fate{Invalidated: today}},
		{"no cleaner ever", settled(Span{today, Off, year}), nil, Fate{Spared: SparedNoCleaner}},
		{"not listed", settled(now), func(t *Token) { t.Listed = false }, Fate{Spared: SparedNotListed}},
		{"a pod names it", settled(now), func(t *Token) { t.Mounted = true }, Fate{Spared: SparedMounted}},
		{"a label that is no date", settled(now), func(t *Token) { t.LastUsed = model.NewDayLabel("2026-11-22T10-00-00Z") }, Fate{Spared: SparedLabelNoDay}},
		{"an empty label", settled(now), func(t *Token) { t.LastUsed = model.EmptyDayLabel() }, Fate{Spared: SparedLabelNoDay}},
		{"being deleted", settled(now), func(t *Token) { t.Deleting = true }, Fate{Spared: SparedDeleting}},
		{"since when is not known", Course{Spans: []Span{now}, Today: today}, nil, Fate{Spared: SparedNoTracking}},
	} {
		token := unused()
		if c.token != nil {
			c.token(&token)
		}
		if got := c.course.Fate(token); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, told(got), told(c.want))
		}
	}
}

func told(f Fate) string {
	return "spared " + string('0'+rune(f.Spared)) + ", invalidated " + f.Invalidated.String() + ", deleted " + f.Deleted.String()
}

// pass is one round of the cleaner, written down from upstream's loop: what it
// would do at this moment.
func pass(now time.Time, since model.Day, manner Manner, period time.Duration, t *Token) (labelled, deleted bool) {
	const form = "2006-01-02"
	if now.Before(since.Time().AddDate(0, 0, 1).Add(period)) {
		return false, false
	}
	cut := now.Add(-period)
	cutDay := cut.Format(form)
	if !t.Created.Before(cut) || t.Deleting {
		return false, false
	}
	if raw := t.LastUsed.Raw; raw != "" {
		if _, err := time.Parse(form, raw); err != nil || raw >= cutDay {
			return false, false
		}
	}
	if !t.Listed || t.Mounted {
		return false, false
	}
	if manner == Deletes {
		return false, true
	}
	if _, err := time.Parse(form, t.InvalidSince.Raw); err != nil {
		t.InvalidSince = model.NewDayLabel(now.Format(form))
		return true, false
	}
	return false, t.InvalidSince.Raw < cutDay
}

// TestFateIsWhatPassAfterPassDoes lets the loop run day by day over random
// tokens and courses.
func TestFateIsWhatPassAfterPassDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	near := func(n int) model.Day { return today + model.Day(rng.IntN(2*n)-n) }
	someLabel := func(n int) model.DayLabel {
		switch rng.IntN(4) {
		case 0:
			return model.DayLabel{}
		case 1:
			return model.NewDayLabel([]string{"soon", "2026-13-01", "2026-11-22T00:00:00Z"}[rng.IntN(3)])
		}
		return label(near(n))
	}
	const days = 120
	for range 20_000 {
		period := []time.Duration{10 * time.Second, time.Hour, 24 * time.Hour, 36 * time.Hour, 20 * 24 * time.Hour}[rng.IntN(5)]
		c := Course{Since: label(near(30)), Today: today, PassAt: time.Duration(1+rng.IntN(86399)) * time.Second}
		at := today - model.Day(rng.IntN(5))
		for range 1 + rng.IntN(3) {
			c.Spans = append(c.Spans, Span{From: at, Manner: Manner(rng.IntN(3)), Period: period})
			at += model.Day(1 + rng.IntN(40))
		}
		token := Token{
			Created: near(40).Time().Add(time.Duration(rng.IntN(86400)) * time.Second), Deleting: rng.IntN(20) == 0,
			LastUsed: someLabel(40), InvalidSince: someLabel(40), Listed: rng.IntN(10) != 0, Mounted: rng.IntN(10) == 0,
		}
		got := c.Fate(token)

		var want Fate
		state := token
		for d := today; d < today+days && want.Deleted == 0; d++ {
			manner := Off
			for _, s := range c.Spans {
				if s.From <= d {
					manner = s.Manner
				}
			}
			if manner == Off {
				continue
			}
			labelled, deleted := pass(d.Time().Add(c.PassAt), c.Since.Day, manner, period, &state)
			if labelled {
				want.Invalidated = d
			}
			if deleted {
				want.Deleted = d
			}
		}
		if got.Invalidated >= today+days {
			got.Invalidated = 0
		}
		if got.Deleted >= today+days {
			got.Deleted = 0
		}
		if got.Invalidated != want.Invalidated || got.Deleted != want.Deleted {
			t.Fatalf("%+v on %+v: %s, want %s", token, c, told(got), told(want))
		}
		if got.Spared != SparedNot && (want.Invalidated != 0 || want.Deleted != 0) {
			t.Fatalf("%+v on %+v is spared, but %s", token, c, told(want))
		}
	}
}
