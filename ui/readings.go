package ui

import (
	"time"

	"timebound/model"
)

// readings are the last two readings of what API servers count: rates come from
// both. Facts may come many times with one reading.
type readings struct{ before, now model.Counters }

func (r *readings) take(c model.Counters) {
	if !readAt(c).After(readAt(r.now)) {
		return
	}
	r.before, r.now = r.now, c
}

// readAt is when the newest of the servers was read; zero if none was.
func readAt(c model.Counters) time.Time {
	var at time.Time
	for _, s := range c.Servers {
		if s.Read.After(at) {
			at = s.Read
		}
	}
	return at
}
