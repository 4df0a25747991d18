package changes

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Fault 36: somebody takes the label off, or makes a deleted secret again, a
// second after our change. The second look sees it and names who.
func TestReverted(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	c.token(t, "label", "robot")
	c.token(t, "applied", "robot")
	c.token(t, "stays", "robot")
	deleted := c.token(t, "secret", "robot")
	o.switchedOff(t, "secret")
	options := glanced()
	items := append(o.stageTokens(t, plan.Invalidate, "label", "applied", "stays"), o.stageTokens(t, plan.Delete, "secret")...)
	u := o.begin(t, items, options)
	await(t, 20*time.Second, "all is done", func(context.Context) (bool, error) { return u.Progress().Counts[run.Done] == 4, nil })
	time.Sleep(time.Second)
	c.label(t, "label", model.LabelInvalidSince, "", "kubectl-label")
	c.label(t, "applied", model.LabelInvalidSince, "", "argocd-controller")
	c.label(t, "applied", "team", "shop", "argocd-controller")
	c.meddled("secret")
	_, err := c.admin.CoreV1().Secrets(c.ns).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "secret", Annotations: map[string]string{model.AnnotationAccountName: "robot"}}, Type: deleted.Type,
	}, metav1.CreateOptions{FieldManager: "argocd-controller"})
	must(t, err)
	e := u.wait(t)
	for name, who := range map[string]string{
		"applied": "argocd-controller",
		"secret":  "last changed by ", // kube-controller-manager, if it fills it in a second later
		"label":   "left no trace",    // managedFields tell who has something, not who took something away
	} {
		check := e.of(t, name).Check
		if check == nil || check.State != run.Failed || check.Code != "reverted" {
			t.Errorf("%s: the second look says %+v", name, check)
		} else if !strings.Contains(check.Why, who) {
			t.Errorf("%s: who reverted it is not told: %s", name, check.Why)
		} else {
			t.Logf("%s: %s", name, check.Why)
		}
	}
	if check := e.of(t, "stays").Check; check != nil && check.State == run.Failed {
		t.Errorf("stays: %+v", check)
	}
	if run.Complete(e.Results()) {
		t.Error("three changes did not stand, and the run calls itself complete")
	}
}

// Fault 23: somebody knocks while a batch is under way: it stops. What knocks
// after it, soak tells.
func TestKnock(t *testing.T) {
	t.Parallel()
	forVersions(t, differing, func(t *testing.T, s *stage) {
		t.Helper()
		t.Parallel()
		c := s.scene(t)
		o := c.operator(t)
		c.account(t, "robot")
		knocker := c.token(t, "a-knocker", "robot")
		late := c.token(t, "b-late", "robot")
		names := append([]string{"a-knocker", "b-late"}, c.many(t, 60)...)
		o.look(t)
		options := quick()
		options.Rate, options.Parallel = 4, 1
		u := o.begin(t, o.stageTokens(t, plan.Invalidate, names...), options)
		for u.Progress().Counts[run.Done] < 3 {
			time.Sleep(10 * time.Millisecond)
		}
		knocked := time.Now()
		c.meddled("a-knocker")
		_ = s.present(knocker.Data["token"])
		e := u.wait(t)
		took := time.Since(knocked)
		if e.Err() == nil || !strings.Contains(e.Err().Error(), "a-knocker") || e.counts()[run.Pending] == 0 {
			t.Errorf("somebody knocked, and the run says %v: %v", e.counts(), e.Err())
		}
		if check := e.of(t, "a-knocker").Check; check == nil || check.Code != "knocked" {
			t.Errorf("a-knocker: %+v", check)
		}
		t.Logf("stopped %s after the knock with %v", took.Round(100*time.Millisecond), e.counts())
		if took > 10*time.Second {
			t.Errorf("it took %s to stop", took)
		}

		// The label has days only: a knock shows from the next day on.
		c.label(t, "b-late", model.LabelInvalidSince, (model.DayOf(time.Now()) - 1).String(), "timebound")
		_ = s.present(late.Data["token"])
		await(t, 10*time.Second, "the knock is written down", func(context.Context) (bool, error) {
			return c.secret(t, "b-late").Labels[model.LabelLastUsed] != "", nil
		})
		call := o.timebound(t, "soak", "--fail-on-knock")
		call.want(t, 3)
		if !strings.Contains(call.stdout, "b-late") || !strings.Contains(call.stdout, "somebody tried it") {
			t.Errorf("soak says %s", call.stdout)
		}
		began := time.Now()
		back := o.undo(t, e.ID, quick())
		back.wantSkipped(t, "b-late", change.SkipChanged) // its day is another
		if n := back.counts(); n[run.Done] != e.counts()[run.Done]-1 {
			t.Errorf("put back: %v", n)
		}
		t.Logf("all is switched on again after %s", time.Since(began).Round(time.Millisecond))
	})
}

// Fault 38: undone twice, after somebody switched one off anew, and after a
// newer run.
func TestUndoTwice(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	names := c.many(t, 6)
	o.look(t)
	e := o.apply(t, o.stageTokens(t, plan.Invalidate, names...), quick())
	e.wantAll(t, run.Done)
	time.Sleep(time.Second)                                                     // managedFields have seconds only
	c.label(t, names[0], model.LabelInvalidSince, "2020-02-29", "kubectl-edit") // a newer edit
	c.label(t, names[1], model.LabelInvalidSince, "", "kubectl-edit")           // by hand already
	c.label(t, names[2], "team", "shop", "kubectl-edit")                        // nothing of ours
	c.label(t, names[3], model.LabelInvalidSince, "2020-02-29", "kubectl-edit")
	back := o.undo(t, e.ID, quick())
	if got := back.wantSkipped(t, names[0], change.SkipChanged); !strings.Contains(got.Why, "kubectl-edit") {
		t.Errorf("who edited it is not told: %s", got.Why)
	}
	back.wantSkipped(t, names[1], change.SkipAlready)
	back.wantSkipped(t, names[3], change.SkipChanged)
	for _, name := range []string{names[2], names[4], names[5]} {
		if got := back.of(t, name).Outcome; got.State != run.Done {
			t.Errorf("%s: %s: %s", name, got.State, got.Why)
		}
	}
	if got := c.secret(t, names[0]).Labels[model.LabelInvalidSince]; got != "2020-02-29" {
		t.Errorf("the newer label is %q now", got)
	}
	if got := c.secret(t, names[2]).Labels["team"]; got != "shop" {
		t.Errorf("a label that is not ours is %q now", got)
	}
	again := o.undo(t, e.ID, quick())
	for _, name := range []string{names[2], names[4], names[5]} {
		again.wantSkipped(t, name, change.SkipAlready)
	}
}

// Fault 38, deletions: restored twice, and when another secret has the name.
func TestUndoDeleteTwice(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	c.token(t, "twice", "robot")
	c.token(t, "taken", "robot")
	o.switchedOff(t, "twice", "taken")
	e := o.apply(t, o.stageTokens(t, plan.Delete, "twice", "taken"), quick())
	e.wantAll(t, run.Done)
	c.meddled("taken")
	c.account(t, "other")
	c.token(t, "taken", "other")
	back := o.undo(t, e.ID, glanced())
	back.wantSkipped(t, "taken", change.SkipAnew)
	if got := back.of(t, "twice").Outcome.State; got != run.Done {
		t.Errorf("twice: %s", got)
	}
	uid := c.secret(t, "twice").UID
	again := o.undo(t, e.ID, quick())
	if got := again.of(t, "twice").Outcome; got.State != run.Skipped || c.secret(t, "twice").UID != uid {
		t.Errorf("restored twice: %+v", got)
	}
}

// Fault 20: the account is made anew while its token is restored. The controller
// deletes what was restored, and that is told as no success.
func TestControllerDeletesRestored(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	p := c.proxy(t, true)
	o := c.behind(t, p)
	c.account(t, "robot")
	c.listed(t, "key", "robot")
	o.switchedOff(t, "key")
	e := o.apply(t, o.stageTokens(t, plan.Delete, "key"), quick())
	e.wantAll(t, run.Done)
	p.harm(func(r *http.Request) ruling {
		if changes(r) && r.Method == "POST" { // the restore is on its way: it was looked at before
			c.meddled("key")
			must(t, c.admin.CoreV1().ServiceAccounts(c.ns).Delete(context.Background(), "robot", metav1.DeleteOptions{}))
			c.account(t, "robot")
		}
		return ruling{}
	})
	back := o.undo(t, e.ID, glanced())
	r := back.of(t, "key")
	t.Logf("%+v, second look %+v, notes %q", r.Outcome, r.Check, back.Progress().Notes)
	if run.Complete(back.Results()) {
		t.Error("the restored token is gone, and the undo calls itself complete")
	}
}
