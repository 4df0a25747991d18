package scenarios

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// soon is how long a change may take to the screen.
const soon = 2 * time.Second

// Whatever happens in the cluster is on the screen within two seconds, without
// anybody asking for it.
func (s *stage) changesAreFollowed(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "follow")
	v, _ := s.follow(t)
	v.startsEmpty(t)
	v.seesLink(t, 30*time.Second, model.LinkLive)

	s.account(t, ns, "robot")
	token := s.token(t, ns, "token", "robot")
	v.seesToken(t, soon, ns, "token", "is made", of(model.OriginManual))

	s.list(t, token)
	v.seesToken(t, soon, ns, "token", "is listed", of(model.OriginAuto))

	s.label(t, token, model.LabelLastUsed, "2024-02-29")
	v.seesToken(t, soon, ns, "token", "is used", usedOn("2024-02-29"))
	s.label(t, token, model.LabelLastUsed, "")
	v.seesToken(t, soon, ns, "token", "is unused", usedOn(""))

	s.pod(t, ns, "pod", func(spec *corev1.PodSpec) { spec.Volumes = secretVolume("token") })
	v.seesToken(t, soon, ns, "token", "is mounted", referenced(1))
	s.deployment(t, ns, "token", 0)
	v.seesToken(t, soon, ns, "token", "is wanted by a template", referenced(2))
	must(t, s.admin.CoreV1().Pods(ns).Delete(t.Context(), "pod", metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}))
	v.seesToken(t, soon, ns, "token", "is unmounted", referenced(1))

	must(t, s.admin.CoreV1().Secrets(ns).Delete(t.Context(), "token", metav1.DeleteOptions{}))
	v.seesToken(t, soon, ns, "token", "is deleted", gone)

	// A new secret of the same name is another one.
	again := s.token(t, ns, "token", "robot")
	v.seesToken(t, soon, ns, "token", "is made anew", func(f *model.Finding) bool { return f != nil && f.Token.UID == string(again.UID) })

	v.reloads(t)
	v.seesToken(t, 0, ns, "token", "is still there", there)
}

// startsEmpty checks the first snapshot: it is there before the cluster has
// answered, and does not pretend anything.
func (v *viewer) startsEmpty(t *testing.T) {
	t.Helper()
	v.sees(t, 100*time.Millisecond, "the first snapshot", func(model.Snapshot) bool { return true })
	if s := v.last; s.Link.State != model.LinkConnecting || len(s.Inventory.Tokens) > 0 || len(s.Problems) > 0 {
		t.Errorf("the feed begins with link state %d, %d tokens, problems %v; want connecting and none", s.Link.State, len(s.Inventory.Tokens), s.Problems)
	}
}

// reloads reads all again. What was there stays until the new is whole.
func (v *viewer) reloads(t *testing.T) {
	t.Helper()
	load, tokens := v.last.Load, len(v.last.Inventory.Tokens)
	v.feed.Reload()
	v.sees(t, 30*time.Second, "a reload", func(s model.Snapshot) bool {
		if len(s.Inventory.Tokens) < tokens/2 {
			t.Errorf("while reloading, %d of %d tokens are left", len(s.Inventory.Tokens), tokens)
		}
		return s.Load > load && s.Link.State == model.LinkLive
	})
}
