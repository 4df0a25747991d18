package scenarios

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// Only the account's .secrets tells an auto-generated token from a manual one.
// Names prove nothing.
func (s *stage) originFollowsTheAccount(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "origin")
	s.account(t, ns, "robot")
	s.token(t, ns, "robot-token-x7k2p", "robot")
	listed := s.token(t, ns, "by-hand", "robot")
	s.list(t, listed)

	v := s.look(t, looker, 0)
	for name, want := range map[string]struct {
		origin model.Origin
		code   model.Code
	}{
		"robot-token-x7k2p": {model.OriginManual, model.CodeManual},
		"by-hand":           {model.OriginAuto, model.CodeAuto},
	} {
		f := v.token(t, ns, name)
		if f.Origin != want.origin || f.Orphan {
			t.Errorf("%s is %s (orphan: %t), want %s", name, f.Origin, f.Orphan, want.origin)
		}
		wantReasons(t, f, want.code)
	}
}

// Up to 1.23, and in 1.24 with the gate off, each account gets a token, and
// gets another when that is deleted. Later on there is none.
func (s *stage) autoGeneration(t *testing.T) {
	t.Parallel()
	ns := s.namespace(t, "generation")
	s.account(t, ns, "legacy")
	if !s.generates() {
		// The token controller is quick; that it does nothing shows in the
		// default account too, which is older.
		s.token(t, ns, "manual", "legacy") // which it has filled in by now
		for _, f := range s.look(t, looker, 0).Findings {
			if f.Token.Namespace == ns && (f.Token.Name != "manual" || f.Origin != model.OriginManual) {
				t.Errorf("token %s of %s is there, %s", f.Token.Name, f.Token.Account, f.Origin)
			}
		}
		return
	}

	first := s.generated(t, ns, "legacy", "")
	f := s.look(t, looker, 0).token(t, ns, first)
	if f.Origin != model.OriginAuto {
		t.Errorf("the generated token is %s; its account lists %v", f.Origin, f.Account.Secrets)
	}
	wantReasons(t, f, model.CodeAuto)

	must(t, s.admin.CoreV1().Secrets(ns).Delete(t.Context(), first, metav1.DeleteOptions{}))
	second := s.generated(t, ns, "legacy", first)
	v := s.look(t, looker, 0)
	if f := v.token(t, ns, second); f.Origin != model.OriginAuto {
		t.Errorf("the token that took the place of the first is %s", f.Origin)
	}
	if v.Token(model.Key{Namespace: ns, Name: first}) != nil {
		t.Error("the deleted token is still there")
	}
}

// generated waits for the token that an account gets by itself, other than
// one that is known, and until the account lists it.
func (s *stage) generated(t *testing.T, namespace, account, other string) string {
	t.Helper()
	var name string
	await(t, "a token is generated", func(ctx context.Context) (bool, error) {
		o, err := s.admin.CoreV1().ServiceAccounts(namespace).Get(ctx, account, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		for _, ref := range o.Secrets {
			if ref.Name != other && strings.HasPrefix(ref.Name, account+"-token-") {
				name = ref.Name
			}
		}
		return name != "", nil
	})
	s.awaitSecret(t, namespace, name, "is filled in", func(o *corev1.Secret) bool {
		return len(o.Data[corev1.ServiceAccountTokenKey]) > 0
	})
	return name
}
