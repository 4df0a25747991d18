package scenarios

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/e2e/product"
	"timebound/k8s"
	"timebound/model"
	"timebound/plan/knowledge"
)

// looker is the user as whom the product looks at everything. Nobody else is
// looker, so that the audit log tells what the product did.
const looker = "looker"

// Users with fewer rights, each of one scenario.
const (
	partial    = "partial"
	noPods     = "no-pods"
	noAccounts = "no-accounts"
	nobody     = "nobody"
	reader     = "reader"
	pipeline   = "pipeline"
)

// productUsers are all as whom the product runs.
func productUsers() []string {
	return []string{looker, partial, noPods, noAccounts, nobody, reader, pipeline}
}

// stage is a running control plane, the test's own way to it, and the product.
type stage struct {
	*controlplane.Cluster
	minor  int
	admin  kubernetes.Interface
	config *rest.Config // of admin
	know   model.Knowledge
	binary string // path of the timebound command
}

// raise starts a control plane of a version in the state in which it says most
// about legacy tokens: 1.24 generates them, 1.26 tracks their use.
func raise(t *testing.T, version string) *stage {
	t.Helper()
	opts := controlplane.Options{Version: version, AutoGeneration: true, Audit: true}
	if minorOf(t, version) == 26 {
		opts.APIServerArgs = []string{"--feature-gates=LegacyServiceAccountTokenTracking=true"}
	}
	return raiseWith(t, opts, buildProduct(t))
}

// raiseWith starts a control plane as it is told to, for a built product.
func raiseWith(t *testing.T, opts controlplane.Options, binary string) *stage {
	t.Helper()
	opts.Users = productUsers()
	s := &stage{Cluster: controlplanetest.Start(t, opts), minor: minorOf(t, opts.Version), binary: binary}
	var err error
	s.config, err = s.RESTConfig(controlplane.Admin)
	must(t, err)
	s.config.WarningHandler = rest.NoWarnings{} // of outdated kinds of volume, which are wanted here
	s.admin, err = kubernetes.NewForConfig(s.config)
	must(t, err)
	s.know, err = knowledge.Load()
	must(t, err)
	s.bind(t, looker, "", "cluster-admin")
	return s
}

func buildProduct(t *testing.T) string {
	t.Helper()
	binary, err := product.Build(t.Context(), t.TempDir())
	must(t, err)
	return binary
}

func minorOf(t *testing.T, version string) int {
	t.Helper()
	_, after, _ := strings.Cut(version, ".")
	digits, _, _ := strings.Cut(after, ".")
	minor, err := strconv.Atoi(digits)
	must(t, err)
	return minor
}

// tracks says that uses are written down.
func (s *stage) tracks() bool { return s.minor >= 26 }

// refuses says that the invalid-since label makes API servers refuse a token.
func (s *stage) refuses() bool { return s.minor >= 29 }

// generates says that every account gets a token by itself.
func (s *stage) generates() bool { return s.minor <= 24 }

// open opens the product's session as a user; change may adjust how.
func (s *stage) open(t *testing.T, user string, change ...func(*k8s.Config)) *k8s.Session {
	t.Helper()
	config, err := s.RESTConfig(user)
	must(t, err)
	c := k8s.Config{REST: config, Context: "e2e", Version: product.Version, Knowledge: s.know}
	for _, f := range change {
		f(&c)
	}
	session, err := k8s.Open(c)
	must(t, err)
	return session
}

// view is what the product concludes from one load.
type view struct {
	*model.Assessment
	problems []model.Problem
}

// look loads the cluster as a user and judges as of days from now, by when a
// token that nobody uses has been unused for long.
func (s *stage) look(t *testing.T, user string, days int, change ...func(*k8s.Config)) view {
	t.Helper()
	inv, problems, err := s.open(t, user, change...).Load(t.Context(), nil)
	must(t, err)
	return view{model.Assess(inv, s.know, policyIn(days)), problems}
}

// longAfter is a number of days from now, by when everything has been watched
// for longer than is asked for.
const longAfter = 200

func policyIn(days int) model.Policy {
	p := model.DefaultPolicy(time.Now())
	p.AsOf += model.Day(days)
	return p
}

// token finds the finding of a token that must be there.
func (v view) token(t *testing.T, namespace, name string) *model.Finding {
	t.Helper()
	f := v.Token(model.Key{Namespace: namespace, Name: name})
	if f == nil {
		t.Fatalf("token %s/%s is not in the inventory of %d tokens", namespace, name, len(v.Findings))
	}
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
