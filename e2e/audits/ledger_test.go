package audits

import (
	"net/http"
	"sync"
	"time"
)

// ledger is what the clients know of their own requests.
type ledger struct {
	mu      sync.Mutex
	entries map[caller]*entry
}

// caller is who presented what, as far as an audit log can tell.
type caller struct {
	holder         *holder
	agent, address string
	// refused: the API server answered 401, and so does not know the holder.
	refused bool
}

// entry counts a caller's requests. The API server received the first of them
// within first, and the last within last.
type entry struct {
	requests    uint64
	first, last interval
	codes       map[int]uint64
	verbs       map[string]uint64
}

// interval is the time in which a request was under way.
type interval struct{ sent, answered time.Time }

// note writes one request down. verb is the API's, not HTTP's.
func (l *ledger) note(who caller, verb string, when interval, code int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	who.refused = code == http.StatusUnauthorized
	e := l.entries[who]
	if e == nil {
		e = &entry{first: when, codes: map[int]uint64{}, verbs: map[string]uint64{}}
		l.entries[who] = e
	}
	e.requests++
	e.last = when
	e.codes[code]++
	e.verbs[verb]++
}

// counting notes every request that goes over a connection, whichever client
// made it.
type counting struct {
	ledger *ledger
	who    caller
	next   http.RoundTripper
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := time.Now()
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	c.ledger.note(c.who, verbOf(r), interval{sent, time.Now()}, response.StatusCode)
	return response, nil
}

// verbOf is what the API server calls a request of these tests. They get single
// objects only by paths that end in a name, so the namespace's depth tells.
func verbOf(r *http.Request) string {
	switch r.Method {
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	case http.MethodPatch:
		return "patch"
	case http.MethodDelete:
		return "delete"
	}
	if r.URL.Query().Get("watch") != "" {
		return "watch"
	}
	if isCollection(r.URL.Path) {
		return "list"
	}
	return "get"
}
