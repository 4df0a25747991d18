package controlplane_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

// With a short period the cleaner's year passes in a second. Its flag, gate and
// name differ by version; this shows that it really runs: it deletes an unused
// listed token in 1.28 and invalidates it later on.
func TestCleanerPeriod(t *testing.T) {
	for version, outcome := range map[string]func(*corev1.Secret, error) bool{
		"1.28.15":           func(_ *corev1.Secret, err error) bool { return apierrors.IsNotFound(err) },
		"1.30.14":           isInvalidated,
		controlplane.Newest: isInvalidated,
	} {
		t.Run(version, func(t *testing.T) {
			controlplanetest.Require(t, version)
			cluster := controlplanetest.Start(t, controlplane.Options{Version: version, CleanerPeriod: time.Second})
			admin := clientOf(t, cluster, controlplane.Admin)
			trackSince(t, admin, "2020-01-01")
			secret := newToken(t, admin, "default", "robot")
			listToken(t, admin, secret)
			time.Sleep(2 * time.Second) // until the token is older than the period

			if err := cluster.RestartControllerManager(t.Context()); err != nil {
				t.Fatal(err)
			}

			var last error
			err := wait.PollUntilContextTimeout(t.Context(), 200*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
				got, err := admin.CoreV1().Secrets("default").Get(ctx, secret.Name, metav1.GetOptions{})
				last = err
				return outcome(got, err), nil
			})
			if err != nil {
				t.Errorf("the cleaner left the token alone: %v (last answer: %v)", err, last)
			}
		})
	}
}

func isInvalidated(s *corev1.Secret, err error) bool {
	return err == nil && s.Labels["kubernetes.io/legacy-token-invalid-since"] != ""
}

// trackSince backdates the day from which tokens have been tracked, before
// which the cleaner knows nothing and does nothing.
func trackSince(t *testing.T, admin kubernetes.Interface, day string) {
	t.Helper()
	patch := fmt.Sprintf(`{"data":{"since":%q}}`, day)
	_, err := admin.CoreV1().ConfigMaps("kube-system").Patch(t.Context(),
		"kube-apiserver-legacy-service-account-token-tracking", types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// listToken lists the token in its account, by which upstream takes it for an
// auto-generated one.
func listToken(t *testing.T, admin kubernetes.Interface, secret *corev1.Secret) {
	t.Helper()
	account := secret.Annotations[corev1.ServiceAccountNameKey]
	patch := fmt.Sprintf(`{"secrets":[{"name":%q}]}`, secret.Name)
	_, err := admin.CoreV1().ServiceAccounts(secret.Namespace).Patch(t.Context(),
		account, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}
