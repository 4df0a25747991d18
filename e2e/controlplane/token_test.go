package controlplane_test

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

const lastUsed = "kubernetes.io/legacy-token-last-used"

// A manual token is filled in by kube-controller-manager, accepted by
// kube-apiserver, and labelled with the day of its use: all three parts work
// together, on one signing key.
func TestManualTokenIsTracked(t *testing.T) {
	cluster := controlplanetest.Start(t, controlplane.Options{})
	config, err := cluster.RESTConfig(controlplane.Admin)
	if err != nil {
		t.Fatal(err)
	}
	admin := kubernetes.NewForConfigOrDie(config)
	secret := newToken(t, admin, "default", "robot")
	if day, used := secret.Labels[lastUsed]; used {
		t.Fatalf("before its first use the token is labelled as used on %s", day)
	}

	useToken(t, config, secret.Data[corev1.ServiceAccountTokenKey])

	secret = waitForSecret(t, admin, secret, func(s *corev1.Secret) bool { return s.Labels[lastUsed] != "" })
	if _, err := time.Parse(time.DateOnly, secret.Labels[lastUsed]); err != nil {
		t.Errorf("label %s is no date: %v", lastUsed, err)
	}
}

// newToken makes an account and a token secret for it, both called name, and
// waits for the token.
func newToken(t *testing.T, admin kubernetes.Interface, namespace, name string) *corev1.Secret {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := admin.CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	secret, err := admin.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name:        name,
			Annotations: map[string]string{corev1.ServiceAccountNameKey: name},
		},
		Type: corev1.SecretTypeServiceAccountToken,
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return waitForSecret(t, admin, secret, func(s *corev1.Secret) bool {
		return len(s.Data[corev1.ServiceAccountTokenKey]) > 0
	})
}

// useToken presents the token once. The account has no rights, so it asks for
// what every authenticated user may see.
func useToken(t *testing.T, admin *rest.Config, token []byte) {
	t.Helper()
	config := rest.AnonymousClientConfig(admin)
	config.BearerToken = string(token)
	if _, err := kubernetes.NewForConfigOrDie(config).Discovery().ServerVersion(); err != nil {
		t.Fatalf("use the token: %v", err)
	}
}

func waitForSecret(t *testing.T, admin kubernetes.Interface, secret *corev1.Secret, wanted func(*corev1.Secret) bool) *corev1.Secret {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		got, err := admin.CoreV1().Secrets(secret.Namespace).Get(ctx, secret.Name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		secret = got
		return wanted(got), nil
	})
	if err != nil {
		t.Fatalf("wait for secret %s/%s: %v", secret.Namespace, secret.Name, err)
	}
	return secret
}
