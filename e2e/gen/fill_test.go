package gen_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/e2e/gen"
)

func TestFill(t *testing.T) {
	cluster := controlplanetest.Start(t, controlplane.Options{NoControllers: true})
	config, err := cluster.RESTConfig(controlplane.Admin)
	if err != nil {
		t.Fatal(err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	size := gen.Size{Namespaces: 4, Accounts: 100, Tokens: 120, Secrets: 10, SecretBytes: 100, Pods: 150}

	for range 2 { // a second run changes nothing
		if err := gen.Fill(t.Context(), config, gen.Options{Size: size}); err != nil {
			t.Fatal(err)
		}
		secrets, err := client.CoreV1().Secrets("").List(t.Context(), metav1.ListOptions{
			FieldSelector: "type=" + string(corev1.SecretTypeServiceAccountToken),
		})
		if err != nil {
			t.Fatal(err)
		}
		pods, err := client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(secrets.Items) != size.Tokens || len(pods.Items) != size.Pods {
			t.Errorf("%d tokens and %d pods, want %d and %d", len(secrets.Items), len(pods.Items), size.Tokens, size.Pods)
		}
		checkOwners(t, client, secrets.Items)
	}
}

// checkOwners checks that each token belongs to an account, by name and UID:
// kube-controller-manager deletes any that does not.
func checkOwners(t *testing.T, client kubernetes.Interface, tokens []corev1.Secret) {
	t.Helper()
	accounts, err := client.CoreV1().ServiceAccounts("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	uids := map[string]string{}
	for _, a := range accounts.Items {
		uids[a.Namespace+"/"+a.Name] = string(a.UID)
	}
	for _, s := range tokens {
		owner := s.Namespace + "/" + s.Annotations[corev1.ServiceAccountNameKey]
		if uid := s.Annotations[corev1.ServiceAccountUIDKey]; uid == "" || uid != uids[owner] {
			t.Errorf("token %s/%s names account %s with UID %q, which has %q", s.Namespace, s.Name, owner, uid, uids[owner])
		}
	}
}
