package scenarios

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/model"
)

// namespace makes a namespace in which pods can be made.
func (s *stage) namespace(t *testing.T, name string) string {
	t.Helper()
	_, err := s.admin.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	must(t, err)
	await(t, "the default account of "+name, func(ctx context.Context) (bool, error) {
		_, err := s.admin.CoreV1().ServiceAccounts(name).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, notMissing(err)
	})
	return name
}

func (s *stage) account(t *testing.T, namespace, name string) *corev1.ServiceAccount {
	t.Helper()
	o, err := s.admin.CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	must(t, err)
	return o
}

// token makes a token of an account by hand and waits until it is filled in.
func (s *stage) token(t *testing.T, namespace, name, account string, change ...func(*corev1.Secret)) *corev1.Secret {
	t.Helper()
	o := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{model.AnnotationAccountName: account}},
		Type:       corev1.SecretTypeServiceAccountToken,
	}
	for _, f := range change {
		f(o)
	}
	_, err := s.admin.CoreV1().Secrets(namespace).Create(t.Context(), o, metav1.CreateOptions{})
	must(t, err)
	return s.awaitSecret(t, namespace, name, "is filled in", func(o *corev1.Secret) bool {
		return len(o.Data[corev1.ServiceAccountTokenKey]) > 0
	})
}

func (s *stage) awaitSecret(t *testing.T, namespace, name, what string, wanted func(*corev1.Secret) bool) *corev1.Secret {
	t.Helper()
	var last *corev1.Secret
	await(t, fmt.Sprintf("secret %s/%s %s", namespace, name, what), func(ctx context.Context) (bool, error) {
		o, err := s.admin.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, notMissing(err)
		}
		last = o
		return wanted(o), nil
	})
	return last
}

// list enters a token in its account's .secrets: upstream then takes it for an
// auto-generated one.
func (s *stage) list(t *testing.T, secret *corev1.Secret) {
	t.Helper()
	account := secret.Annotations[model.AnnotationAccountName]
	patch := fmt.Sprintf(`{"secrets":[{"name":%q}]}`, secret.Name)
	_, err := s.admin.CoreV1().ServiceAccounts(secret.Namespace).Patch(t.Context(), account, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	must(t, err)
}

// label sets a label of a secret; "" removes it.
func (s *stage) label(t *testing.T, secret *corev1.Secret, key, value string) {
	t.Helper()
	text := fmt.Sprintf("%q", value)
	if value == "" {
		text = "null"
	}
	patch := fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, key, text)
	_, err := s.admin.CoreV1().Secrets(secret.Namespace).Patch(t.Context(), secret.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	must(t, err)
}

// present shows a token to the API server, as its holder would.
func (s *stage) present(t *testing.T, secret *corev1.Secret) error {
	t.Helper()
	config := rest.AnonymousClientConfig(s.config)
	config.BearerToken = string(secret.Data[corev1.ServiceAccountTokenKey])
	client, err := kubernetes.NewForConfig(config)
	must(t, err)
	_, err = client.Discovery().ServerVersion()
	return err
}

// use presents a token that must be accepted.
func (s *stage) use(t *testing.T, secret *corev1.Secret) {
	t.Helper()
	if err := s.present(t, secret); err != nil {
		t.Fatalf("the token %s/%s is not accepted: %v", secret.Namespace, secret.Name, err)
	}
}

// bind gives a user a cluster role, in one namespace or ("") everywhere.
func (s *stage) bind(t *testing.T, user, namespace, role string) {
	t.Helper()
	meta := metav1.ObjectMeta{GenerateName: user + "-"}
	subjects := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}
	var err error
	if namespace == "" {
		_, err = s.admin.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{ObjectMeta: meta, Subjects: subjects, RoleRef: ref}, metav1.CreateOptions{})
	} else {
		_, err = s.admin.RbacV1().RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{ObjectMeta: meta, Subjects: subjects, RoleRef: ref}, metav1.CreateOptions{})
	}
	must(t, err)
}

// role makes a cluster role.
func (s *stage) role(t *testing.T, name string, rules ...rbacv1.PolicyRule) string {
	t.Helper()
	_, err := s.admin.RbacV1().ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}, metav1.CreateOptions{})
	must(t, err)
	return name
}

// await waits for what the control plane does in its own time.
func await(t *testing.T, what string, check wait.ConditionWithContextFunc) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, 30*time.Second, true, check)
	if err != nil {
		t.Fatalf("wait until %s: %v", what, err)
	}
}

func notMissing(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
