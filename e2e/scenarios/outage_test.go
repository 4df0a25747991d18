package scenarios

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s"
	"timebound/model"
)

// Waiting between attempts grows with each, so coming back may take a while
// even after a short outage.
const eventually = 40 * time.Second

// While the line to the server is cut, the last data stays and says that it
// grows old. What changed meanwhile is seen when the line is back.
func theLineIsCut(t *testing.T, s *stage) {
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

// A server that is killed and comes back has forgotten its watches and knows
// no older version to go on from. The feed reads again by itself, and all that
// it started ends with its context.
func theServerIsKilled(t *testing.T, s *stage) {
	ns := s.namespace(t, "killed")
	s.account(t, ns, "robot")
	s.token(t, ns, "before", "robot")
	v, end := s.follow(t)
	v.seesLink(t, eventually, model.LinkLive)
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

	end()
	if _, err := v.feed.Next(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end the feed gives %v", err)
	}
	wantNothingRunning(t)
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
