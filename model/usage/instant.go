package usage

import (
	"time"

	"timebound/model"
)

const (
	microsPerDay = 24 * 60 * 60 * 1_000_000
	// lastInstant ends the year 9999, the last that RFC 3339 can write.
	lastInstant Micros = 253_402_300_799_999_999
)

// known says that m is an instant between 1970 and the year 10000. Others come
// from broken logs and are taken as none.
func (m Micros) known() bool { return m > 0 && m <= lastInstant }

// Time gives the instant in UTC; the zero Time if there is none.
func (m Micros) Time() time.Time {
	if !m.known() {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// Day gives the UTC day of an instant.
func (m Micros) Day() model.Day { return model.Day(m / microsPerDay) }

// When gives the instant that the event is counted at: that of the request's
// arrival, which all its stages share; 0 if the event says none.
func (e *Event) When() Micros {
	switch {
	case e.Received.known():
		return e.Received
	case e.Staged.known():
		return e.Staged
	}
	return 0
}

// widen takes from and until into the time between first and last. Instants that
// are not known are left out.
func widen(first, last *Micros, from, until Micros) {
	for _, at := range [2]Micros{from, until} {
		if !at.known() {
			continue
		}
		if *first == 0 || at < *first {
			*first = at
		}
		*last = max(*last, at)
	}
}
