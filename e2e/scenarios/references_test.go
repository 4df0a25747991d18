package scenarios

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// pointing is one way to point at a token, and what the product must say of
// it.
type pointing struct {
	name  string // of the token and of the object that points at it
	how   model.RefKind
	kind  string
	where string
	state model.WorkloadState
	make  func(t *testing.T, s *stage, namespace, name string)
}

// Whatever points at a token is found: every place in a pod that upstream's
// own pod visitor knows, and every template, asleep or not.
func (s *stage) referencesOfEveryKind(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "references")
	all := append(podPointings(), templatePointings()...)
	all = append(all, pointing{
		name: "account-pull", how: model.RefAccountPull, kind: "ServiceAccount", where: ".imagePullSecrets",
		make: func(t *testing.T, s *stage, namespace, name string) {
			t.Helper()
			_, err := s.admin.CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{
				ObjectMeta:       metav1.ObjectMeta{Name: name},
				ImagePullSecrets: []corev1.LocalObjectReference{{Name: name}},
			}, metav1.CreateOptions{})
			must(t, err)
		},
	})
	s.account(t, ns, "robot")
	for _, p := range all {
		s.tokenInBackground(t, ns, p.name)
		p.make(t, s, ns, p.name)
	}
	s.token(t, ns, "lonely", "robot")

	now, later := s.look(t, looker, 0), s.look(t, looker, longAfter)
	for _, p := range all {
		f := now.token(t, ns, p.name)
		want := model.Reference{
			How: p.how, Where: p.where, State: p.state,
			By: model.WorkloadKey{Kind: p.kind, Key: model.Key{Namespace: ns, Name: p.name}},
		}
		if !slices.Equal(f.References, []model.Reference{want}) {
			t.Errorf("%s is pointed at by\n%+v, want\n%+v", p.name, f.References, want)
		}
		code := model.CodeReferenced
		if p.state != model.WorkloadActive {
			code = model.CodeReferencedDormant
		}
		// A reference never grows old.
		wantVerdict(t, f, model.VerdictReferenced, code)
		wantVerdict(t, later.token(t, ns, p.name), model.VerdictReferenced, code)
	}
	if lonely := now.token(t, ns, "lonely"); len(lonely.References) > 0 {
		t.Errorf("a token that nothing points at has references: %+v", lonely.References)
	}
	for _, owned := range []string{"owned-replicaset", "owned-job"} {
		if slices.ContainsFunc(now.Inventory.Workloads, func(w *model.Workload) bool { return w.Name == owned }) {
			t.Errorf("%s stands beside its owner, whose template speaks for it", owned)
		}
	}
}

// tokenInBackground makes a token and does not wait for its bytes.
func (s *stage) tokenInBackground(t *testing.T, namespace, name string) {
	t.Helper()
	_, err := s.admin.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{model.AnnotationAccountName: "robot"}},
		Type:       corev1.SecretTypeServiceAccountToken,
	}, metav1.CreateOptions{})
	must(t, err)
}
