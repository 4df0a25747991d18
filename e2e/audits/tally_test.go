package audits

import (
	"testing"
	"time"

	"timebound/model"
)

// The classes of use that are told apart.
const (
	legacy  = "legacy"
	stale   = "stale"
	refused = "refused"
)

// row is a caller of a token, or of an account where the log does not name the
// token; of nobody's if refused.
type row struct {
	class   string
	account model.Key
	secret  string

	agent, address string
}

type count struct {
	requests    uint64
	first, last time.Time // to the second at least
}

type tally map[row]count

func (t tally) add(r row, c count) {
	old, known := t[r]
	if !known {
		t[r] = c
		return
	}
	if c.first.Before(old.first) {
		old.first = c.first
	}
	if c.last.After(old.last) {
		old.last = c.last
	}
	old.requests += c.requests
	t[r] = old
}

// wanted is what somebody did: the first request reached the server within
// first, the last within last.
type wanted struct {
	requests    uint64
	first, last interval
}

// wants is what was done, as an audit log of this version can tell it.
func (s *stage) wants() map[row]wanted {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	want := map[row]wanted{}
	for who, e := range s.ledger.entries {
		r := row{agent: who.agent, address: who.address}
		switch {
		case who.refused:
			r.class = refused
		case who.holder.secret != "":
			r.class, r.account = legacy, who.holder.account
			if s.namesSecrets() {
				r.secret = who.holder.secret
			}
		case who.holder.stale:
			r.class, r.account = stale, who.holder.account
		default:
			continue // a bound token, or none
		}
		sum, known := want[r]
		if !known {
			sum = wanted{first: e.first, last: e.last}
		}
		if e.first.sent.Before(sum.first.sent) {
			sum.first = e.first
		}
		if e.last.sent.After(sum.last.sent) {
			sum.last = e.last
		}
		sum.requests += e.requests
		want[r] = sum
	}
	return want
}

// compare holds what a reader found against what was done.
func (s *stage) compare(t *testing.T, reader string, got tally) {
	t.Helper()
	want := s.wants()
	for r, w := range want {
		g, found := got[r]
		if !found {
			t.Errorf("%s: %+v made %d requests and was not found", reader, r, w.requests)
			continue
		}
		if g.requests != w.requests {
			t.Errorf("%s: %+v made %d requests, found %d", reader, r, w.requests, g.requests)
		}
		if !w.first.holds(g.first) || !w.last.holds(g.last) {
			t.Errorf("%s: %+v: first at %s and last at %s, want within %+v and %+v", reader, r, g.first, g.last, w.first, w.last)
		}
	}
	for r, g := range got {
		if _, real := want[r]; !real {
			t.Errorf("%s: %+v with %d requests is invented", reader, r, g.requests)
		}
	}
}

// holds says that a time, which may have been cut to the second, is of a request
// that was under way then.
func (i interval) holds(at time.Time) bool {
	return !at.Before(i.sent.Truncate(time.Second)) && !at.After(i.answered)
}
