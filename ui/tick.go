package ui

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
)

// tickMsg says that a text on the screen that tells a time has grown old.
type tickMsg struct{ gen int }

// freshness is the text at the right end of the header: how the data stays
// current, how old it is, and for how long this text holds (0: for ever).
func freshness(snap model.Snapshot, now time.Time) (text string, holds time.Duration) {
	var taken time.Time
	if snap.Inventory != nil {
		taken = snap.Inventory.Taken
	}
	if l, under := loadingOf(snap); under {
		return l.String(), 0
	}
	age, holds := ageText(now.Sub(taken))
	switch link := snap.Link; link.State {
	case model.LinkConnecting:
		return "connecting", 0
	case model.LinkLoading:
		return "loading", 0
	case model.LinkRetrying:
		text = "reconnecting"
		if wait := link.Retry.Sub(now); wait > 0 {
			text = "retrying in " + strconv.Itoa(int((wait+time.Second-1)/time.Second)) + "s"
		}
		if !taken.IsZero() {
			text += ", data " + age + " old"
		}
		return text, time.Second
	case model.LinkFixed:
		if taken.IsZero() {
			return "", 0
		}
		return "data of " + taken.UTC().Format("2006-01-02 15:04"), 0
	}
	if taken.IsZero() {
		return "live", 0
	}
	if now.Sub(taken) < time.Second { // or the clock that wrote it runs ahead
		return "live, changed just now", time.Second - now.Sub(taken)
	}
	return "live, changed " + age + " ago", holds
}

// ageText tells a duration in its largest unit, and for how long that holds.
// From ten seconds on it counts in tens: nobody needs more, and every change
// wakes the program up.
func ageText(d time.Duration) (text string, holds time.Duration) {
	d = max(d, 0)
	for _, u := range []struct {
		upTo, step, unit time.Duration
		sign             string
	}{
		{10 * time.Second, time.Second, time.Second, "s"},
		{time.Minute, 10 * time.Second, time.Second, "s"},
		{time.Hour, time.Minute, time.Minute, "m"},
		{48 * time.Hour, time.Hour, time.Hour, "h"},
		{1 << 62, 24 * time.Hour, 24 * time.Hour, "d"},
	} {
		if d < u.upTo {
			return strconv.Itoa(int(d.Truncate(u.step)/u.unit)) + u.sign, u.step - d%u.step
		}
	}
	return "", 0
}

// scheduleTick asks to be woken when the header's text stops being true or
// the day changes, and not before: an idle dashboard sleeps.
func (m *Root) scheduleTick() tea.Cmd {
	now := m.clock()
	_, holds := freshness(m.snapshot, now)
	if m.assessment != nil {
		if day := untilNextDay(now.Add(m.assessment.Inventory.Cluster.ClockSkew)); holds <= 0 || day < holds {
			holds = day
		}
	}
	if holds <= 0 {
		return nil
	}
	due := now.Add(holds)
	if m.tickDue.After(now) && !due.Before(m.tickDue) {
		return nil // one that comes early enough is under way
	}
	m.tickGen++
	m.tickAsked, m.tickDue = now, due
	return m.after(holds, tickMsg{m.tickGen})
}

func (m *Root) onTick(msg tickMsg) tea.Cmd {
	if msg.gen != m.tickGen {
		return nil
	}
	m.tickDue = time.Time{}
	if text, _ := freshness(m.snapshot, m.clock()); text != m.freshShown {
		m.dirty = true
	}
	if !m.clock().After(m.tickAsked) {
		return nil // the clock stands still, as the demo's does: nothing grows old
	}
	return tea.Batch(m.scheduleTick(), m.rejudge())
}

// untilNextDay gives the time to the next midnight in UTC.
func untilNextDay(now time.Time) time.Duration {
	return now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
}

// after delivers a message later.
func after(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}
