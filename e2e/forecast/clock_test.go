package forecast

import (
	"testing"
	"time"

	"timebound/model"
)

const day = 24 * time.Hour

// slack is the longest that all passes of a run may take together. They stand
// for passes at one time of day, so no moment at which the cleaner's mind
// changes may lie between the first and the last.
const slack = 10 * time.Minute

// clock is the time of a run: the real day, on which all of it happens, and the
// time of day at which the cleaner is said to go round.
type clock struct {
	today  model.Day
	passAt time.Duration
	end    time.Time // by which the last pass must be over
}

// startClock waits, if need be, until neither midnight nor the time of day at
// which a day is a period ago comes within the slack.
func startClock(t *testing.T, period time.Duration) clock {
	t.Helper()
	for _, turn := range []time.Duration{0, period % day} {
		now := time.Now().UTC()
		next := now.Truncate(day).Add(turn)
		if next.Before(now) {
			next = next.Add(day)
		}
		if left := next.Sub(now); left < slack {
			t.Logf("at %s the cleaner's mind changes: waiting for %s", next.Format(time.TimeOnly), left.Round(time.Second))
			select {
			case <-time.After(left + time.Second):
			case <-t.Context().Done():
			}
		}
	}
	now := time.Now().UTC()
	today := model.DayOf(now)
	return clock{today: today, passAt: now.Add(slack / 2).Sub(today.Time()), end: now.Add(slack)}
}

// check fails the test when the passes no longer stand for one time of day.
func (c clock) check(t *testing.T) {
	t.Helper()
	if time.Now().After(c.end) {
		t.Fatalf("the run took longer than %s: its passes are too far apart to stand for one time of day", slack)
	}
}

// clear says that a token made at this moment comes of age, one period later,
// at a time of day well away from the passes.
func (c clock) clear(created time.Time, period time.Duration) bool {
	apart := (created.Add(period).Sub(c.today.Time().Add(c.passAt))%day + day) % day
	return apart > slack && apart < day-slack
}
