package audits

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"timebound/model"
)

// holder is a token in somebody's hand.
type holder struct {
	account model.Key
	secret  string // of a legacy token
	origin  string // "auto-generated" or "manual"
	stale   bool   // a bound token past its warning threshold
	token   string
}

func (s *stage) namespace(t *testing.T, name string) {
	t.Helper()
	_, err := s.admin.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	must(t, err)
	await(t, "the default account of "+name, func() (bool, error) {
		_, err := s.admin.CoreV1().ServiceAccounts(name).Get(t.Context(), "default", metav1.GetOptions{})
		return err == nil, notMissing(err)
	})
}

// account makes an account that may do everything but as what the log is asked.
func (s *stage) account(t *testing.T, namespace, name, role string) model.Key {
	t.Helper()
	_, err := s.admin.CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	must(t, err)
	key := model.Key{Namespace: namespace, Name: name}
	s.bind(t, key, role)
	return key
}

// manual makes a legacy token by hand.
func (s *stage) manual(t *testing.T, account model.Key, name string) *holder {
	t.Helper()
	_, err := s.admin.CoreV1().Secrets(account.Namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{model.AnnotationAccountName: account.Name}},
		Type:       corev1.SecretTypeServiceAccountToken,
	}, metav1.CreateOptions{})
	must(t, err)
	h := &holder{account: account, secret: name, origin: "manual"}
	await(t, "the token "+name, func() (bool, error) {
		o, err := s.admin.CoreV1().Secrets(account.Namespace).Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			return false, notMissing(err)
		}
		h.token = string(o.Data[corev1.ServiceAccountTokenKey])
		return h.token != "", nil
	})
	return h
}

// generated makes a legacy token that the API server takes for auto-generated:
// its account lists it (k8s.io/kubernetes pkg/serviceaccount/legacy.go).
func (s *stage) generated(t *testing.T, account model.Key, name string) *holder {
	t.Helper()
	h := s.manual(t, account, name)
	patch := fmt.Appendf(nil, `{"secrets":[{"name":%q}]}`, name)
	_, err := s.admin.CoreV1().ServiceAccounts(account.Namespace).Patch(t.Context(), account.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
	must(t, err)
	h.origin = "auto-generated"
	return h
}

func (s *stage) invalidate(t *testing.T, h *holder) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"labels":{%q:"2026-01-02"}}}`, model.LabelInvalidSince)
	_, err := s.admin.CoreV1().Secrets(h.account.Namespace).Patch(t.Context(), h.secret, types.MergePatchType, patch, metav1.PatchOptions{})
	must(t, err)
}

func notMissing(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
