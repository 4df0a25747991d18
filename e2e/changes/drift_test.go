package changes

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Fault 1: somebody changes tokens between staging and running, or while the run
// is under way. They are skipped, with the name of who did it; the rest is done.
func TestDrift(t *testing.T) {
	s := newest(t)
	t.Parallel()
	random := dice(t)
	c := s.scene(t)
	p := c.proxy(t, true)
	o := c.behind(t, p)
	names := c.many(t, 40*rounds(1))
	o.look(t)
	items := o.stageTokens(t, plan.Invalidate, names...)
	drifted := map[string]bool{}
	time.Sleep(time.Second) // managedFields have seconds only
	for _, name := range names {
		if random.IntN(3) == 0 {
			drifted[name] = true
			c.label(t, name, "team", "shop", "argocd-controller")
		}
	}
	var mu sync.Mutex
	p.harm(func(r *http.Request) ruling {
		if !changes(r) {
			return ruling{}
		}
		mu.Lock()
		name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		now := !drifted[name] && random.IntN(4) == 0
		if now {
			drifted[name] = true
		}
		mu.Unlock()
		if now { // at the last possible moment
			c.label(t, name, "team", "shop", "argocd-controller")
		}
		return ruling{}
	})
	e := o.apply(t, items, quick())
	for _, name := range names {
		if !drifted[name] {
			if got := e.of(t, name).Outcome; got.State != run.Done {
				t.Errorf("%s: %s: %s", name, got.State, got.Why)
			}
			continue
		}
		if got := e.wantSkipped(t, name, change.SkipChanged); !strings.Contains(got.Why, "argocd-controller") {
			t.Errorf("%s: who changed it is not told: %s", name, got.Why)
		}
	}
	t.Logf("%d tokens, %d drifted: 0 written", len(names), len(drifted))
}

// Fault 2: another secret has the name, made between staging and running, or
// between the backup and the deletion. It is left alone.
func TestMadeAnew(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	p := c.proxy(t, true)
	o := c.behind(t, p)
	c.account(t, "robot")
	names := []string{"staged", "off", "deleted", "quick"}
	for _, name := range names {
		c.token(t, name, "robot")
	}
	o.switchedOff(t, "deleted", "quick")
	off := o.stageTokens(t, plan.Invalidate, "staged", "off")
	gone := o.stageTokens(t, plan.Delete, "deleted", "quick")
	c.remake(t, "staged", "robot")
	c.remake(t, "deleted", "robot")
	p.harm(func(r *http.Request) ruling {
		if changes(r) && (strings.HasSuffix(r.URL.Path, "/off") || strings.HasSuffix(r.URL.Path, "/quick")) {
			c.remake(t, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], "robot")
		}
		return ruling{}
	})
	e := o.apply(t, append(off, gone...), quick())
	for _, name := range names {
		r := e.of(t, name)
		if r.Outcome.State != run.Skipped || r.Outcome.Code != string(change.SkipAnew) && r.Outcome.Code != string(change.SkipGone) {
			t.Errorf("%s: %s (%s): %s", name, r.Outcome.State, r.Outcome.Code, r.Outcome.Why)
		}
		if now := c.secret(t, name); now == nil || now.Labels[model.LabelInvalidSince] != "" {
			t.Errorf("%s: the foreign secret was touched", name)
		}
	}
}

// A token is used between staging and running: it is left alone.
func TestUsedMeanwhile(t *testing.T) {
	t.Parallel()
	forVersions(t, differing, func(t *testing.T, s *stage) {
		t.Helper()
		t.Parallel()
		c := s.scene(t)
		o := c.operator(t)
		c.account(t, "robot")
		used := c.token(t, "used", "robot")
		c.token(t, "other", "robot")
		o.look(t)
		items := o.stageTokens(t, plan.Invalidate, "used", "other")
		c.accepted(t, used.Data["token"])
		c.meddled("used")
		o.look(t)
		e := o.apply(t, items, quick())
		e.wantSkipped(t, "used", change.SkipUsed)
		if got := e.of(t, "other").Outcome.State; got != run.Done {
			t.Errorf("other: %s", got)
		}
	})
}

// The account goes, and with it the token, between staging and running; between
// deleting and undoing, nothing can come back, and undo says why.
func TestAccountDeleted(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	for _, name := range []string{"early", "late"} {
		c.account(t, name)
		c.token(t, name, name)
	}
	o.switchedOff(t, "late")
	items := o.stageTokens(t, plan.Invalidate, "early")
	must(t, c.admin.CoreV1().ServiceAccounts(c.ns).Delete(t.Context(), "early", metav1.DeleteOptions{}))
	c.meddled("early")
	await(t, 20*time.Second, "the controller deletes the token", func(context.Context) (bool, error) { return c.secret(t, "early") == nil, nil })
	o.apply(t, items, quick()).wantSkipped(t, "early", change.SkipGone)

	o.look(t)
	gone := o.apply(t, o.stageTokens(t, plan.Delete, "late"), quick())
	gone.wantAll(t, run.Done)
	must(t, c.admin.CoreV1().ServiceAccounts(c.ns).Delete(t.Context(), "late", metav1.DeleteOptions{}))
	back := o.undo(t, gone.ID, quick())
	if got := back.wantSkipped(t, "late", change.SkipRefused); !strings.Contains(got.Why, "account late is gone") {
		t.Errorf("undo says %q", got.Why)
	}
	c.account(t, "late") // anew, with another UID
	back = o.undo(t, gone.ID, quick())
	back.wantSkipped(t, "late", change.SkipRefused)
}
