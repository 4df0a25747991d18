package scenarios

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"timebound/k8s"
	"timebound/model"
)

// Waiting between attempts grows with each, so coming back may take a while
// even after a short outage.
const eventually = 40 * time.Second

// While the line to the server is cut, the last data stays and says that it
// grows old. What changed meanwhile is seen when the line is back.
func (s *stage) theLineIsCut(t *testing.T) {
	ns := s.namespace(t, "cut")
	s.account(t, ns, "robot")
	for _, name := range []string{"deleted", "labelled"} {
		s.token(t, ns, name, "robot")
	}
	line := layLine(t, s.Server())
	v, _ := s.follow(t, func(c *k8s.Config) { c.REST.Host = "https://" + line.address() })
	v.seesLink(t, eventually, model.LinkLive)
	tokens := len(v.last.Inventory.Tokens)

	line.cut()
	v.seesLink(t, 10*time.Second, model.LinkRetrying)
	wantOldData(t, v.last, tokens)

	must(t, s.admin.CoreV1().Secrets(ns).Delete(t.Context(), "deleted", metav1.DeleteOptions{}))
	labelled, err := s.admin.CoreV1().Secrets(ns).Get(t.Context(), "labelled", metav1.GetOptions{})
	must(t, err)
	s.label(t, labelled, model.LabelLastUsed, "2024-02-29")
	s.token(t, ns, "made", "robot")

	line.mend()
	v.seesToken(t, eventually, ns, "made", "was made during the outage", there)
	v.seesToken(t, soon, ns, "deleted", "was deleted during the outage", gone)
	v.seesToken(t, soon, ns, "labelled", "was used during the outage", usedOn("2024-02-29"))
	v.seesLink(t, eventually, model.LinkLive)
	if len(v.last.Problems) > 0 {
		t.Errorf("after the outage there are still problems: %v", v.last.Problems)
	}
}

// A server that is killed and comes back has forgotten its watches, and
// answers 410 to most of them. The feed reads again by itself, and all that it
// started ends with its context.
func (s *stage) theServerIsKilled(t *testing.T) {
	ns := s.namespace(t, "killed")
	s.account(t, ns, "robot")
	s.token(t, ns, "before", "robot")
	var wire recorder
	// A member of system:masters needs no roles, which the server has to read
	// first: that is the next scenario's matter.
	v, end := s.follow(t, func(c *k8s.Config) { c.REST = rest.CopyConfig(s.config) }, wire.on)
	v.seesLink(t, eventually, model.LinkLive)
	// A change of secrets alone leaves all other watches behind.
	s.token(t, ns, "last", "robot")
	v.seesToken(t, soon, ns, "last", "was made before the end", there)
	tokens := len(v.last.Inventory.Tokens)

	s.KillAPIServer()
	v.seesLink(t, 10*time.Second, model.LinkRetrying)
	wantOldData(t, v.last, tokens)

	must(t, s.RestartAPIServer(t.Context()))
	must(t, s.admin.CoreV1().Secrets(ns).Delete(t.Context(), "before", metav1.DeleteOptions{}))
	s.tokenInBackground(t, ns, "after")
	v.seesToken(t, eventually, ns, "after", "was made after the restart", there)
	v.seesToken(t, soon, ns, "before", "was deleted after the restart", gone)
	v.seesLink(t, eventually, model.LinkLive)
	if !bytes.Contains(wire.bytes(), []byte("too old resource version")) {
		t.Error("no watch was told that its version is too old: the server remembers more than it was thought to")
	}

	end()
	for began := time.Now(); ; {
		_, err := v.feed.Next(t.Context()) // some snapshots may have been on their way
		if errors.Is(err, context.Canceled) {
			break
		}
		if err != nil || time.Since(began) > soon {
			t.Fatalf("after its end the feed goes on, with %v", err)
		}
	}
	wantNothingRunning(t)
}

// A server that has just started answers before it has read its roles, and
// refuses everybody until then. What it allowed before is asked for again.
func (s *stage) theServerKnowsNoRolesYet(t *testing.T) {
	ns := s.namespace(t, "roleless")
	s.account(t, ns, "robot")
	line := layLine(t, s.Server())
	var refuses atomic.Bool
	v, _ := s.follow(t, func(c *k8s.Config) {
		c.REST.Host = "https://" + line.address()
		c.REST.Wrap(func(next http.RoundTripper) http.RoundTripper { return refusing(next, &refuses) })
	})
	v.seesLink(t, eventually, model.LinkLive)
	tokens := len(v.last.Inventory.Tokens)

	refuses.Store(true)
	line.cut()
	line.mend()
	v.sees(t, 10*time.Second, "that it is refused", func(s model.Snapshot) bool {
		return strings.Contains(fmt.Sprint(s.Problems), "no roles yet")
	})
	if n := len(v.last.Inventory.Tokens); n != tokens {
		t.Errorf("while the server refuses, %d tokens are shown, there were %d", n, tokens)
	}
	time.Sleep(time.Second) // so that more than the watches are refused

	refuses.Store(false)
	s.token(t, ns, "after", "robot")
	v.seesToken(t, eventually, ns, "after", "was made after the server had read its roles", there)
	v.sees(t, eventually, "no problem any more", func(s model.Snapshot) bool {
		return s.Link.State == model.LinkLive && len(s.Problems) == 0
	})
}

// refusing answers like a server without roles while it is told to.
func refusing(next http.RoundTripper, refuses *atomic.Bool) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		if !refuses.Load() || !strings.HasPrefix(req.URL.Path, "/api") {
			return next.RoundTrip(req)
		}
		const status = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"no roles yet","code":403}`
		return &http.Response{
			Request: req, StatusCode: http.StatusForbidden, Status: "403 Forbidden", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(status)), ContentLength: int64(len(status)),
		}, nil
	})
}

// wantOldData checks what people see during an outage.
func wantOldData(t *testing.T, s model.Snapshot, tokens int) {
	t.Helper()
	if len(s.Inventory.Tokens) != tokens {
		t.Errorf("during the outage %d tokens are shown, there were %d", len(s.Inventory.Tokens), tokens)
	}
	for kind, c := range s.Inventory.Coverage.Kinds {
		if c.State == model.CoverageFailed || c.State == model.CoveragePartial || c.State == model.CoveragePending {
			t.Errorf("during the outage %s count as not read (%d), though old data is shown", kind, c.State)
		}
	}
	if len(s.Problems) == 0 || s.Problems[0].Why == "" || s.Problems[0].Remedy == "" {
		t.Errorf("the outage is not explained: %v", s.Problems)
	}
	if age := time.Since(s.Inventory.Taken); age > time.Minute {
		t.Errorf("the data is said to be %s old", age)
	}
}

// wantNothingRunning checks that no goroutine of the product is left.
func wantNothingRunning(t *testing.T) {
	t.Helper()
	var stacks string
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		buffer := make([]byte, 4<<20)
		stacks = string(buffer[:runtime.Stack(buffer, true)])
		if !strings.Contains(stacks, "timebound/k8s.") {
			return
		}
	}
	for _, stack := range strings.Split(stacks, "\n\n") {
		if strings.Contains(stack, "timebound/k8s.") {
			t.Errorf("still running after the end:\n%s", stack)
		}
	}
}
