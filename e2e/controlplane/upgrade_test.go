package controlplane_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

// One cluster lives through all versions: a token that 1.24 generated, in the
// way that was the rule before it, is still accepted by the newest.
func TestUpgradeKeepsTokens(t *testing.T) {
	versions := controlplane.Versions()
	controlplanetest.Require(t, versions...)
	cluster := controlplanetest.Start(t, controlplane.Options{Version: versions[0], AutoGeneration: true})
	config, err := cluster.RESTConfig(controlplane.Admin)
	if err != nil {
		t.Fatal(err)
	}
	admin := kubernetes.NewForConfigOrDie(config)
	token := generatedToken(t, admin)

	for _, version := range versions {
		began := time.Now()
		if version != cluster.Version() {
			if err := cluster.Upgrade(t.Context(), version); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s ready after %s", version, time.Since(began).Round(100*time.Millisecond))
		got, err := admin.Discovery().ServerVersion()
		if err != nil {
			t.Fatal(err)
		}
		if got.GitVersion != "v"+version {
			t.Errorf("the server says it is %s, want v%s", got.GitVersion, version)
		}
		useToken(t, config, token)
	}
}

// generatedToken waits for the token that every account gets by itself.
func generatedToken(t *testing.T, admin kubernetes.Interface) []byte {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		list, err := admin.CoreV1().Secrets("default").List(t.Context(), metav1.ListOptions{
			FieldSelector: "type=" + string(corev1.SecretTypeServiceAccountToken),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list.Items {
			if strings.HasPrefix(s.Name, "default-token-") && len(s.Data[corev1.ServiceAccountTokenKey]) > 0 {
				return s.Data[corev1.ServiceAccountTokenKey]
			}
		}
	}
	t.Fatal("no token was generated for the default account")
	return nil
}
