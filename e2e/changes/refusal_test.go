package changes

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// Fault 18: the right to change goes in the middle of a batch. The run stops,
// says which right is missing, and goes on when it is back.
func TestRightsWithdrawn(t *testing.T) {
	t.Parallel()
	forVersions(t, differing, func(t *testing.T, s *stage) {
		t.Helper()
		t.Parallel()
		c := s.scene(t)
		_, err := c.admin.RbacV1().ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{
			ObjectMeta: metav1.ObjectMeta{Name: "changer"},
			Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "watch"}}},
		}, metav1.CreateOptions{})
		must(t, err)
		bind := func(role string) {
			_, err := c.admin.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: "limited-" + role},
				Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: limited}},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			}, metav1.CreateOptions{})
			must(t, err)
		}
		t.Cleanup(func() { // another round may come
			ctx, rbac, all := context.Background(), c.admin.RbacV1(), metav1.DeleteOptions{}
			_ = rbac.ClusterRoleBindings().Delete(ctx, "limited-changer", all)
			_ = rbac.ClusterRoleBindings().Delete(ctx, "limited-cluster-admin", all)
			_ = rbac.ClusterRoles().Delete(ctx, "changer", all)
		})
		bind("changer")
		bind("cluster-admin")
		await(t, 10*time.Second, "the rights are known", c.mayPatch)
		o := c.operatorAs(t, limited, nil)
		names := c.many(t, 40)
		o.look(t)
		options := quick()
		options.Rate, options.Patience = 20, 4*time.Second
		u := o.begin(t, o.stageTokens(t, plan.Invalidate, names...), options)
		for u.Progress().Counts[run.Done] < 5 {
			time.Sleep(5 * time.Millisecond)
		}
		must(t, c.admin.RbacV1().ClusterRoleBindings().Delete(t.Context(), "limited-cluster-admin", metav1.DeleteOptions{}))
		e := u.wait(t)
		counts := e.counts()
		if e.Err() == nil || !strings.Contains(e.Err().Error(), "needs verb patch on secrets") || counts[run.Pending] == 0 || counts[run.Failed] > options.Parallel {
			t.Errorf("the run says %v: %v", counts, e.Err())
		}
		t.Logf("%v; %v", counts, e.Err())
		bind("cluster-admin")
		await(t, 10*time.Second, "the rights are back", c.mayPatch)
		rest := o.finish(t, e.ID, quick())
		if n := rest.counts(); n[run.Done] != len(names)-counts[run.Failed] {
			t.Errorf("finished: %v", n)
		}
	})
}

// Fault 19: a webhook refuses one object, another adds a label to what it lets
// through. The dry run of the review says so before; the rest is done.
func TestWebhooks(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	hook := c.webhook(t)
	o := c.operator(t)
	names := c.many(t, 6)
	hook.deny(names[2])
	o.look(t)
	items := o.stageTokens(t, plan.Invalidate, names...)
	review, err := o.engine.Review(t.Context(), run.Order{Purpose: run.Apply, Items: items, Options: quick()}, nil)
	must(t, err)
	for _, v := range review.Items {
		refused := v.Item.On.Name == names[2]
		if refused != strings.Contains(v.Problem, "not on a Friday") || !refused && !v.Tried {
			t.Errorf("the review says of %s: %q, tried %t", v.Item.On.Name, v.Problem, v.Tried)
		}
	}
	e := o.apply(t, items, quick())
	for _, name := range names {
		r := e.of(t, name)
		switch {
		case name == names[2]:
			if r.Outcome.State != run.Failed || !strings.Contains(r.Outcome.Why, "not on a Friday") {
				t.Errorf("%s: %s: %s", name, r.Outcome.State, r.Outcome.Why)
			}
		case r.Outcome.State != run.Done:
			t.Errorf("%s: %s: %s", name, r.Outcome.State, r.Outcome.Why)
		case c.secret(t, name).Labels["mutated"] != "yes":
			t.Errorf("%s was not mutated: the test proves nothing", name)
		}
	}
	if e.Err() != nil {
		t.Errorf("one object was refused, and the run stopped: %v", e.Err())
	}
	back := o.undo(t, e.ID, quick())
	back.wantAll(t, run.Done)
}

// Fault 19, too: a finalizer holds a deleted secret. That is told, and so is a
// namespace that is being deleted.
func TestFinalizer(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	c.token(t, "held", "robot", func(o *corev1.Secret) { o.Finalizers = []string{"example.com/held"} })
	o.switchedOff(t, "held")
	e := o.apply(t, o.stageTokens(t, plan.Delete, "held"), quick())
	r := e.of(t, "held")
	if r.Outcome.State != run.Done || !strings.Contains(r.Outcome.Why, "finalizers hold it") {
		t.Errorf("%s: %s", r.Outcome.State, r.Outcome.Why)
	}
	if back := o.undo(t, e.ID, quick()).of(t, "held").Outcome; back.State == run.Done {
		t.Errorf("undone while it is being deleted: %+v", back)
	}
	_, err := c.admin.CoreV1().Secrets(c.ns).Patch(t.Context(), "held", types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	must(t, err)
	o.undo(t, e.ID, glanced()).wantAll(t, run.Done)
}

// Fault 22, and the refusals of old servers: a label that nobody honours is not
// set, and where tokens grow again, deleting is told to rotate.
func TestOldServers(t *testing.T) {
	t.Parallel()
	forVersions(t, []string{"1.24.17", "1.28.15"}, func(t *testing.T, s *stage) {
		t.Helper()
		c := s.scene(t)
		o := c.operator(t)
		c.account(t, "robot")
		name := "key"
		if s.minor <= 24 {
			name = c.generated(t, "robot")
		} else {
			c.token(t, name, "robot")
		}
		a := o.look(t)
		for _, override := range []string{"", "I want it all the same"} {
			if item, refusal := o.stageToken(t, a, plan.Invalidate, name, override); refusal == nil || !strings.Contains(refusal.Why, "1.29") {
				t.Errorf("invalidate is staged: %+v, %v", item, refusal)
			}
		}
		// A plan of another cluster's item comes to the same.
		token := c.secret(t, name)
		forced := &change.Item{Action: plan.Action{Kind: plan.Invalidate, On: plan.Pin{
			Kind: "Secret", Namespace: c.ns, Name: name, UID: string(token.UID), ResourceVersion: token.ResourceVersion,
		}, Verdict: "idle"}, Account: "robot"}
		o.apply(t, []*change.Item{forced}, quick()).wantSkipped(t, name, change.SkipRefused)

		item, refusal := o.stageToken(t, a, plan.Delete, name, "a test wants it")
		if refusal != nil {
			t.Fatal(refusal)
		}
		// That it is on shows in kube-controller-manager's arguments alone, which
		// nobody can read here: "may rotate".
		if told := strings.Contains(strings.Join(item.Warn, " "), "rotate"); told != (s.minor <= 24) {
			t.Errorf("rotates %t, warnings %q", item.Rotates, item.Warn)
		}
		e := o.apply(t, []*change.Item{item}, glanced())
		e.wantAll(t, run.Done)
		c.refused(t, token.Data["token"])
		if s.minor > 24 {
			o.undo(t, e.ID, glanced()).wantAll(t, run.Done)
			c.same(t, token, name)
			c.accepted(t, token.Data["token"])
			return
		}
		next := c.generated(t, "robot")
		t.Logf("deleted %s, and %s came", name, next)
		back := o.undo(t, e.ID, glanced())
		t.Logf("undo: %+v, %+v", back.of(t, name).Outcome, back.of(t, name).Check)
		c.accepted(t, token.Data["token"])
	})
}
