package power

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s"
	"timebound/k8s/demo"
	"timebound/k8s/demo/world"
	"timebound/model"
	"timebound/model/power"
)

func session(t *testing.T, s *demo.Server, namespaces ...string) *k8s.Session {
	t.Helper()
	opened, err := k8s.Open(k8s.Config{REST: s.REST(), Context: "demo", Namespaces: namespaces})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func serve(t *testing.T, w *world.World) *demo.Server {
	t.Helper()
	s, err := demo.StartWith(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func load(t *testing.T, s *k8s.Session) (*power.Rules, []model.Problem) {
	t.Helper()
	rules, problems, err := Load(t.Context(), s, model.Version{Minor: 29}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rules, problems
}

func demoWorld(t *testing.T) *world.World {
	t.Helper()
	w, err := world.Load()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The demo's accounts may do what their stories say.
func TestTheDemo(t *testing.T) {
	rules, problems := load(t, session(t, serve(t, demoWorld(t))))
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	for account, want := range map[model.Key]string{
		{Namespace: "sandbox-platform", Name: "trial-operator"}: "everything everywhere",
		{Namespace: "kube-system", Name: "argocd-manager"}:      "everything everywhere",
		{Namespace: "payments", Name: "ci-deployer"}:            "escalates in 4 namespaces, reads-secrets in 4 namespaces, creates-pods in 4 namespaces",
		{Namespace: "payments", Name: "gateway"}:                "reads-secrets in payments, named objects only",
		{Namespace: "monitoring", Name: "federation"}:           "escalates everywhere, reaches-nodes everywhere",
		{Namespace: "kube-system", Name: "backup-reader"}:       "reads-secrets everywhere",
		{Namespace: "sandbox-platform", Name: "load-test"}:      "creates-pods in sandbox-platform",
		{Namespace: "legacy-crm", Name: "crm-admin"}:            "binds-roles in legacy-crm",
		{Namespace: "legacy-billing", Name: "billing-watch"}:    "",
		{Namespace: "vault", Name: "vault"}:                     "",
	} {
		p := rules.Of(account)
		if p.AtLeast() {
			t.Errorf("%s: there may be more: %v %v", account, p.Unread, p.Incomplete)
		}
		var all []string
		for _, g := range p.Grants {
			all = append(all, g.Ability.Info().ID+" "+g.Where())
		}
		for _, part := range strings.Split(want, ", ") {
			if !strings.Contains(strings.Join(all, "\n"), part) || want == "" && len(all) > 0 {
				t.Errorf("%s: %v, want %q", account, all, part)
			}
		}
	}
}

// Lists longer than a page come whole, and keep no more than can reach an account.
func TestManyPages(t *testing.T) {
	const roles = 5_010
	w := &world.World{Version: "v1.30.2", User: "somebody"}
	for i := range roles {
		name := fmt.Sprintf("r-%04d", i)
		w.Objects = append(w.Objects,
			&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{
				{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}}}},
			&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "b"},
				RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
				Subjects: []rbacv1.Subject{{Kind: "User", Name: "anna"}, {Kind: "ServiceAccount", Name: "robot"}, {Kind: "Group", Name: "system:serviceaccounts"}, {Kind: "Riddle", Name: "robot"}}})
	}
	rules, _ := load(t, session(t, serve(t, w)))
	p := rules.Of(model.Key{Namespace: "r-0001", Name: "robot"})
	if g := p.Grant(power.ReadsSecrets); g.Whole.Count != roles || g.By[1].To.Kind != power.SubjectAccount {
		t.Errorf("reads secrets in %d namespaces, by %v", g.Whole.Count, g.By)
	}
}

// What is forbidden is a gap: of all namespaces or of some, and nobody is told
// that there is nothing.
func TestForbidden(t *testing.T) {
	account := model.Key{Namespace: "payments", Name: "ci-deployer"}
	for name, c := range map[string]struct {
		forbidden world.Forbidden
		// gap is what is said of the account, unread how many of its roles are not
		// known, and secrets where it is still seen to read secrets.
		gap     string
		unread  int
		secrets string
	}{
		"role bindings":                  {world.Forbidden{Resource: "rolebindings"}, "needs list on rolebindings.rbac.authorization.k8s.io", 0, ""},
		"role bindings of one namespace": {world.Forbidden{Resource: "rolebindings", Namespaces: []string{"checkout"}}, "rolebindings of checkout are not readable", 0, "in ledger, payments and payments-batch"},
		"cluster role bindings":          {world.Forbidden{Resource: "clusterrolebindings"}, "needs list on clusterrolebindings.rbac.authorization.k8s.io", 0, "in 4 namespaces"},
		// It still has its bindings to ClusterRole admin, whose rules are not known.
		"cluster roles": {world.Forbidden{Resource: "clusterroles"}, "", 6, ""},
		"roles":         {world.Forbidden{Resource: "roles"}, "", 0, "in 4 namespaces"},
	} {
		t.Run(name, func(t *testing.T) {
			w := demoWorld(t)
			c.forbidden.Group = rbacv1.GroupName
			w.Forbidden = append(w.Forbidden, c.forbidden)
			rules, problems := load(t, session(t, serve(t, w)))
			p := rules.Of(account)
			var gaps []string
			for _, g := range p.Incomplete {
				gaps = append(gaps, g.Message)
			}
			if said := strings.Join(gaps, "\n"); !strings.Contains(said, c.gap) || (said == "") != (c.gap == "") {
				t.Errorf("said %q, want %q", said, c.gap)
			}
			if len(p.Unread) != c.unread || p.Grant(power.ReadsSecrets).Where() != c.secrets {
				t.Errorf("%d roles unread, reads secrets %q; want %d, %q", len(p.Unread), p.Grant(power.ReadsSecrets).Where(), c.unread, c.secrets)
			}
			if len(problems) != 1 || problems[0].Fatal || !strings.Contains(problems[0].String(), `run "timebound rbac --for power"`) {
				t.Errorf("problems: %v", problems)
			}
		})
	}
}

// With -n, only those namespaces are read, and that is said.
func TestOnlySomeNamespaces(t *testing.T) {
	rules, problems := load(t, session(t, serve(t, demoWorld(t)), "payments", "ledger"))
	p := rules.Of(model.Key{Namespace: "payments", Name: "ci-deployer"})
	if got := p.Grant(power.ReadsSecrets).Where(); got != "in ledger and payments" || len(problems) > 0 {
		t.Errorf("reads secrets %s; problems %v", got, problems)
	}
	if len(p.Incomplete) != 1 || !strings.Contains(p.Incomplete[0].Message, "payments, ledger") {
		t.Errorf("incomplete: %v", p.Incomplete)
	}
}

// A list that fails, or breaks off, is none; one that works the second time is.
func TestFaults(t *testing.T) {
	account := model.Key{Namespace: "sandbox-platform", Name: "trial-operator"}
	for name, c := range map[string]struct {
		fault demo.Fault
		whole bool
	}{
		"the server fails once":       {demo.Fault{Status: 500, Times: 1}, true},
		"the answer breaks off once":  {demo.Fault{Truncate: 300, Times: 1}, true},
		"the server always fails":     {demo.Fault{Status: 500}, false},
		"the answer always ends":      {demo.Fault{Truncate: 300}, false},
		"the kind is not served":      {demo.Fault{Status: 404}, false},
		"the list expired, once":      {demo.Fault{Status: 410, Times: 1}, true},
		"the server is busy, briefly": {demo.Fault{Status: 503, Times: 2}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, demoWorld(t))
			s.Fail(demo.Lists(demo.Resource("clusterrolebindings")), c.fault)
			rules, problems := load(t, session(t, s))
			p := rules.Of(account)
			if p.ClusterAdmin() != c.whole || p.AtLeast() == c.whole || (len(problems) == 0) != c.whole {
				t.Errorf("cluster-admin %t, at least %t, problems %v", p.ClusterAdmin(), p.AtLeast(), problems)
			}
		})
	}
}

// Who may read nothing, or reaches nobody, is told why.
func TestNothingRead(t *testing.T) {
	w := demoWorld(t)
	for _, resource := range []string{"clusterroles", "clusterrolebindings", "roles", "rolebindings"} {
		w.Forbidden = append(w.Forbidden, world.Forbidden{Group: rbacv1.GroupName, Resource: resource})
	}
	s := serve(t, w)
	_, _, err := Load(t.Context(), session(t, s), model.Version{}, nil)
	var failed *k8s.LoadError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "forbidden") || !strings.Contains(err.Error(), "rbac --for power") {
		t.Errorf("got %v", err)
	}
	s.Close()
	if _, _, err = Load(t.Context(), session(t, s), model.Version{}, nil); !errors.As(err, &failed) || !failed.Problem.Fatal {
		t.Errorf("without a server: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err = Load(ctx, session(t, s), model.Version{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
