package changes

import (
	"cmp"
	"context"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// standsAsTold holds the cluster against the last thing that the journals say of
// each token. Where somebody else had his hands in, only the audit log counts.
func (c *scene) standsAsTold(t *testing.T, runs []*told) {
	t.Helper()
	list, err := c.admin.CoreV1().Secrets(c.ns).List(context.Background(), metav1.ListOptions{FieldSelector: "type=" + model.TypeToken})
	must(t, err)
	live := map[string]*corev1.Secret{}
	for i := range list.Items {
		live[list.Items[i].Name] = &list.Items[i]
	}
	last := map[string]*last{}
	for _, r := range runs {
		for i := range r.history.Results {
			result := &r.history.Results[i]
			if result.Item.On.Kind == "Secret" {
				last[result.Item.On.Name] = lastOf(last[result.Item.On.Name], result, r)
			}
		}
	}
	for name, l := range last {
		if !c.foreign[name] && !l.open {
			l.check(t, live[name])
		}
	}
}

// last is what the journals say of a token in the end.
type last struct {
	run  *told
	done *run.Result // the last change that was made; nil if none was
	open bool        // nobody knows what became of a later one
}

func lastOf(before *last, result *run.Result, r *told) *last {
	l := cmp.Or(before, &last{})
	switch result.Outcome.State {
	case run.Done:
		// Of runs side by side the later change counts.
		if l.done == nil || r.made(result) >= l.run.made(l.done) {
			l.done, l.run = result, r
		}
	case run.Doing, run.Unsure:
		l.open = true
	}
	return l
}

// made says when a change came to the server.
func (r *told) made(result *run.Result) int64 {
	i := slices.IndexFunc(r.promises, func(p *promise) bool { return p.item == result.Item.ID() && p.write != nil && p.write.made() })
	if i < 0 {
		return 0
	}
	return r.promises[i].write.at.UnixNano()
}

func (l *last) check(t *testing.T, now *corev1.Secret) {
	t.Helper()
	if l.done == nil {
		if now != nil && now.Annotations[change.RunAnnotation] != "" {
			t.Errorf("I4: nothing was done to %s, and it carries the mark of run %s", now.Name, now.Annotations[change.RunAnnotation])
		}
		return
	}
	on, id := l.done.Item.On, l.run.history.ID
	what := string(l.done.Item.Kind) + " " + on.Name + " by run " + id
	if l.done.Item.Kind == plan.Delete {
		if now != nil && string(now.UID) == on.UID && now.DeletionTimestamp == nil {
			t.Errorf("I4: %s: it is still there", what)
		}
		return
	}
	if now == nil {
		t.Errorf("I4: %s: it is gone", what)
		return
	}
	off := now.Labels[model.LabelInvalidSince] != ""
	switch l.done.Item.Kind {
	case plan.Invalidate:
		if !off || now.Annotations[change.RunAnnotation] != id || string(now.UID) != on.UID {
			t.Errorf("I4: %s: the cluster has label %t, run %q, UID %s", what, off, now.Annotations[change.RunAnnotation], now.UID)
		}
	case plan.Reactivate:
		if off || now.Annotations[change.RunAnnotation] != "" || string(now.UID) != on.UID {
			t.Errorf("I4: %s: the cluster has label %t, run %q, UID %s", what, off, now.Annotations[change.RunAnnotation], now.UID)
		}
	case plan.Restore:
		if off || string(now.UID) != l.done.Outcome.UID {
			t.Errorf("I4: %s: the cluster has label %t, UID %s and not %s", what, off, now.UID, l.done.Outcome.UID)
		}
	}
}
