package changes

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/model"
	"timebound/plan/knowledge"
)

// operators is how many users may change everything on one control plane. Each
// is used once, so that the audit log tells who did what in which test.
const operators = 240

func operatorName(i int) string { return fmt.Sprintf("operator-%03d", i) }

// limited is a user with the rights that a test gives him.
const limited = "limited"

// stage is a control plane with the test's own way to it.
type stage struct {
	*controlplane.Cluster
	minor  int
	admin  kubernetes.Interface
	config *rest.Config // of admin
	know   model.Knowledge
	ca     []byte // what the controller writes into ca.crt
	taken  atomic.Int64
	scenes atomic.Int64

	audit auditLog
}

func (s *stage) prepare() (err error) {
	if s.config, err = s.RESTConfig(controlplane.Admin); err != nil {
		return err
	}
	s.config.WarningHandler = rest.NoWarnings{}
	if s.admin, err = kubernetes.NewForConfig(s.config); err != nil {
		return err
	}
	if s.know, err = knowledge.Load(); err != nil {
		return err
	}
	if s.ca, err = os.ReadFile(s.config.CAFile); err != nil {
		return err
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "operators"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
	}
	for i := range operators {
		binding.Subjects = append(binding.Subjects, rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: operatorName(i)})
	}
	_, err = s.admin.RbacV1().ClusterRoleBindings().Create(context.Background(), binding, metav1.CreateOptions{})
	return err
}

// forVersions tells a test on each version that is to be tested; without any
// the newest only.
func forVersions(t *testing.T, versions []string, test func(t *testing.T, s *stage)) {
	t.Helper()
	controlplanetest.Require(t)
	tested := 0
	for _, version := range versions {
		for _, wanted := range controlplanetest.Versions() {
			if wanted == version {
				tested++
				t.Run(version, func(t *testing.T) { test(t, on(t, version)) })
			}
		}
	}
	if tested == 0 {
		t.Skipf("needs one of %v", versions)
	}
}

// newest gives the newest version's control plane: for what is no matter of the
// version.
func newest(t *testing.T) *stage {
	t.Helper()
	controlplanetest.Require(t, controlplane.Newest)
	return on(t, controlplane.Newest)
}

// differing are the versions on which changes behave differently from each other
// and that have the label.
var differing = []string{"1.30.14", controlplane.Newest}

// scene is one test on a stage: a namespace of its own, the operators that work
// in it, and what must not be found afterwards.
type scene struct {
	*stage
	ns  string
	dir string // of the operators' state folders

	mu        sync.Mutex
	operators []*operator
	canaries  canaries
	// foreign are objects that others than the operators changed: the cluster
	// need not be as the journals left them.
	foreign map[string]bool
}

// scene opens a scene. When the test ends, the invariants are checked.
func (s *stage) scene(t *testing.T) *scene {
	t.Helper()
	c := &scene{stage: s, ns: fmt.Sprintf("scene-%03d", s.scenes.Add(1)), dir: t.TempDir(), foreign: map[string]bool{}}
	_, err := s.admin.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: c.ns}}, metav1.CreateOptions{})
	must(t, err)
	t.Cleanup(func() { c.holds(t) })
	return c
}

// meddled notes that somebody else changed an object.
func (c *scene) meddled(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.foreign[name] = true
}

func minorOf(t *testing.T, version string) int {
	t.Helper()
	if version == "" {
		version = controlplane.Newest
	}
	_, after, _ := strings.Cut(version, ".")
	digits, _, _ := strings.Cut(after, ".")
	minor, err := strconv.Atoi(digits)
	must(t, err)
	return minor
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// await waits for what the control plane does in its own time, and says how
// long it took.
func await(t *testing.T, within time.Duration, what string, check func(ctx context.Context) (bool, error)) time.Duration {
	t.Helper()
	began := time.Now()
	for {
		ok, err := check(t.Context())
		if ok {
			return time.Since(began)
		}
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) || time.Since(began) > within {
			t.Fatalf("wait until %s: not within %s; %v", what, within, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// dice gives random numbers and tells the seed, which TIMEBOUND_E2E_SEED sets.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TIMEBOUND_E2E_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		must(t, err)
		seed = n
	}
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}
