package audits

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/model"
)

// stage is a control plane that writes audit logs, and the ledger of those who
// call it.
type stage struct {
	*controlplane.Cluster
	minor       int
	admin       kubernetes.Interface
	adminConfig *rest.Config
	ledger      *ledger
}

// policy logs in each namespace as much as it is named for. In "complete" no
// event is written when a request arrives, as most installations have it.
const policy = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - level: RequestResponse
    namespaces: [bodies]
  - level: Request
    namespaces: [request]
  - level: Metadata
    namespaces: [complete]
    omitStages: [RequestReceived]
  - level: Metadata
`

// raise starts a control plane of a version.
func raise(t *testing.T, version string, args ...string) *stage {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.yaml")
	must(t, os.WriteFile(file, []byte(policy), 0o600))
	s := &stage{ledger: &ledger{entries: map[caller]*entry{}}, minor: minorOf(t, version)}
	s.Cluster = controlplanetest.Start(t, controlplane.Options{
		Version: version, Audit: true, NoCleaner: true,
		APIServerArgs: append([]string{"--audit-policy-file=" + file}, args...), // the last of two flags counts
	})
	var err error
	s.adminConfig, err = s.RESTConfig(controlplane.Admin)
	must(t, err)
	s.admin, err = kubernetes.NewForConfig(s.adminConfig)
	must(t, err)
	return s
}

// namesSecrets says that audit events name the secret whose token it was.
func (s *stage) namesSecrets() bool { return s.minor >= 29 }

// refusesInvalidated says that the invalid-since label makes the API server
// refuse a token.
func (s *stage) refusesInvalidated() bool { return s.minor >= 29 }

// bind gives an account a cluster role.
func (s *stage) bind(t *testing.T, account model.Key, role string) {
	t.Helper()
	_, err := s.admin.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: account.Name + "-"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: account.Namespace, Name: account.Name}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
	}, metav1.CreateOptions{})
	must(t, err)
}

// podReader makes a cluster role that allows reading pods and nothing else. The
// usual ones (view, edit) are empty here: no controller fills them.
func (s *stage) podReader(t *testing.T) string {
	t.Helper()
	role, err := s.admin.RbacV1().ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "pod-reader"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "list", "watch"}}},
	}, metav1.CreateOptions{})
	must(t, err)
	return role.Name
}

func minorOf(t *testing.T, version string) int {
	t.Helper()
	_, after, _ := strings.Cut(version, ".")
	digits, _, _ := strings.Cut(after, ".")
	minor, err := strconv.Atoi(digits)
	must(t, err)
	return minor
}

// await waits for what the control plane does in its own time.
func await(t *testing.T, what string, check func() (bool, error)) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) { return check() })
	if err != nil {
		t.Fatalf("wait for %s: %v", what, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
