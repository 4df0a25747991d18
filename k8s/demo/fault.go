package demo

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Fault is what goes wrong with a request.
type Fault struct {
	// Status is the HTTP code to answer with, in the form in which a real
	// server refuses (401, 403, 404, 410, 429, 500, 503, 504); 0 answers
	// normally, subject to the fields below.
	Status int
	// RetryAfter is announced in the header of that name, in whole seconds.
	RetryAfter time.Duration
	// Truncate cuts the connection after that many bytes of the body; 0 does
	// not cut.
	Truncate int
	// Delay waits before the answer begins.
	Delay time.Duration
	// Times is how often it happens; 0 means until healed.
	Times int
}

type fault struct {
	Fault
	match func(*http.Request) bool
	left  int
}

// Fail makes requests that match go wrong, until heal is called. Of several
// faults that match, the one set last wins.
func (s *Server) Fail(match func(*http.Request) bool, f Fault) (heal func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	broken := &fault{Fault: f, match: match, left: f.Times}
	s.faults = append(s.faults, broken)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(o *fault) bool { return o == broken })
	}
}

// Resource matches every request for a resource ("pods"), in any namespace.
func Resource(name string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return slices.Contains(strings.Split(r.URL.Path, "/"), name)
	}
}

// Watches narrows a match to watches.
func Watches(match func(*http.Request) bool) func(*http.Request) bool {
	return func(r *http.Request) bool { return isWatch(r) && match(r) }
}

// Lists narrows a match to plain reads.
func Lists(match func(*http.Request) bool) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == http.MethodGet && !isWatch(r) && match(r) }
}

func isWatch(r *http.Request) bool {
	w := r.URL.Query().Get("watch")
	return w == "1" || w == "true"
}

// faultFor finds and counts the fault that hits the request.
func (s *Server) faultFor(r *http.Request) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range slices.Backward(s.faults) {
		if f.Times > 0 && f.left == 0 || !f.match(r) {
			continue
		}
		f.left--
		return f.Fault, true
	}
	return Fault{}, false
}

// answer refuses the request as a real server does. It reports false if the
// fault lets the request through.
func (f Fault) answer(c *call) bool {
	if f.RetryAfter > 0 {
		c.w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
	}
	gr := c.target.gr()
	switch f.Status {
	case 0:
		return false
	case http.StatusUnauthorized:
		c.refuse(apierrors.NewUnauthorized("Unauthorized"))
	case http.StatusForbidden:
		c.refuse(c.target.forbidden(c.server.world.User))
	case http.StatusNotFound:
		c.refuse(errNoSuchPath)
	case http.StatusGone:
		c.refuse(apierrors.NewResourceExpired("The resourceVersion for the provided list is too old."))
	case http.StatusTooManyRequests:
		// API priority and fairness answers in plain text, without a Status
		// (k8s.io/apiserver pkg/server/filters/priority-and-fairness.go).
		http.Error(c.w, "Too many requests, please try again later.", f.Status)
	case http.StatusInternalServerError:
		c.refuse(apierrors.NewInternalError(errors.New("etcdserver: request timed out")))
	case http.StatusGatewayTimeout:
		c.refuse(apierrors.NewTimeoutError("request did not complete within the allotted timeout", 0))
	default:
		c.refuse(apierrors.NewGenericServerResponse(f.Status, c.r.Method, gr, c.target.name, "", 0, true))
	}
	return true
}

// cutter lets the first bytes of a body through and then breaks the
// connection, after announcing the whole length.
type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(b []byte) (int, error) {
	if len(b) <= c.left {
		c.left -= len(b)
		return c.ResponseWriter.Write(b)
	}
	_, _ = c.ResponseWriter.Write(b[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *cutter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
