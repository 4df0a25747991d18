package power

import (
	"fmt"
	"strings"
	"testing"

	"timebound/model"
)

// One rule, bound everywhere and bound in a namespace: what it is worth.
func TestWhatARuleIsWorth(t *testing.T) {
	const admin = "everything # | escalates # | binds-roles # | widens-roles # | impersonates # | issues-tokens # | approves-certificates # | reaches-nodes # | runs-commands # | " +
		"reads-secrets # | creates-pods # | writes # | reads # | any-verb # | any-resource #"
	for _, c := range []struct{ rule, cluster, local string }{
		{"* * *", admin, strings.NewReplacer("approves-certificates # | ", "", "reaches-nodes # | ", "").Replace(admin)},
		// Everything of one group is not everything.
		{"* core *", "escalates # | impersonates # | issues-tokens # | reaches-nodes # | runs-commands # | reads-secrets # | creates-pods # | writes # | reads # | any-verb # | any-resource #",
			"escalates # | impersonates # | issues-tokens # | runs-commands # | reads-secrets # | creates-pods # | writes # | reads # | any-verb # | any-resource #"},
		{"get,list core secrets", "reads-secrets # | reads #", "reads-secrets # | reads #"},
		{"watch core secrets", "reads-secrets # | reads #", "reads-secrets # | reads #"},
		{"get apps secrets", "reads #", "reads #"}, // of another group
		{"get core secrets/x", "reads #", "reads #"},
		// With a name, one secret may be read, and no others.
		{"get core secrets db", "reads-secrets #! | reads #!", "reads-secrets #! | reads #!"},
		{"create core secrets", "writes #", "writes #"},
		// A pod has no name yet when it is created.
		{"create core pods", "creates-pods # | writes #", "creates-pods # | writes #"},
		{"create core pods web", "writes #!", "writes #!"},
		{"patch apps deployments web", "creates-pods #! | writes #!", "creates-pods #! | writes #!"},
		{"create batch cronjobs", "creates-pods # | writes #", "creates-pods # | writes #"},
		{"update batch jobs/status", "writes #", "writes #"},
		{"create core pods/exec", "escalates # | runs-commands # | writes #", "escalates # | runs-commands # | writes #"},
		{"get core pods/exec", "escalates # | runs-commands # | reads #", "escalates # | runs-commands # | reads #"},
		{"create core */exec", "escalates # | runs-commands # | writes #", "escalates # | runs-commands # | writes #"},
		// RBAC knows no pods/*: it is the subresource of that name.
		{"create core pods/*", "writes #", "writes #"},
		{"update * */scale", "writes #", "writes #"},
		{"patch core pods/ephemeralcontainers", "escalates # | runs-commands # | writes #", "escalates # | runs-commands # | writes #"},
		{"create core serviceaccounts/token", "escalates # | issues-tokens # | writes #", "escalates # | issues-tokens # | writes #"},
		{"create core serviceaccounts/token robot", "escalates #! | issues-tokens #! | writes #!", "escalates #! | issues-tokens #! | writes #!"},
		{"create core serviceaccounts", "writes #", "writes #"},
		{"impersonate core users,groups", "escalates # | impersonates #", ""},
		{"impersonate core serviceaccounts", "escalates # | impersonates #", "escalates # | impersonates #"},
		{"impersonate apps users", "", ""},
		{"impersonate:serviceaccount authentication.k8s.io serviceaccounts", "escalates # | impersonates #", "escalates # | impersonates #"},
		{"bind rbac.authorization.k8s.io clusterroles", "escalates # | binds-roles #", "escalates # | binds-roles #"},
		{"bind rbac.authorization.k8s.io roles view", "escalates #! | binds-roles #!", "escalates #! | binds-roles #!"},
		{"escalate rbac.authorization.k8s.io clusterroles", "escalates # | widens-roles #", ""},
		{"escalate rbac.authorization.k8s.io roles", "escalates # | widens-roles #", "escalates # | widens-roles #"},
		{"approve certificates.k8s.io signers kubernetes.io/kube-apiserver-client", "escalates #! | approves-certificates #!", ""},
		{"approve certificates.k8s.io signers issuers.example.com/*", "", ""},
		{"update certificates.k8s.io certificatesigningrequests/approval", "writes #", "writes #"},
		{"get core nodes/proxy", "escalates # | reaches-nodes # | reads #", "reads #"},
		{"get core nodes/metrics", "reads #", "reads #"},
		{"deletecollection core configmaps", "writes #", "writes #"},
		{"use policy podsecuritypolicies", "", ""},
		{"create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews", "", ""},
		{"create authentication.k8s.io tokenreviews", "", ""},
		{"create authorization.k8s.io *", "writes # | any-resource #", "writes # | any-resource #"},
		{"list apps *", "reads # | any-resource #", "reads # | any-resource #"},
		{"* apps deployments", "creates-pods # | writes # | reads # | any-verb #", "creates-pods # | writes # | reads # | any-verb #"},
	} {
		w := newWorld().role("r", rule(c.rule)).bind("everywhere", "r", "a/robot").bind("a/here", "r", "b/robot")
		for account, want := range map[string]string{
			"a/robot": strings.ReplaceAll(strings.ReplaceAll(c.cluster, "#!", "everywhere, named objects only"), "#", "everywhere"),
			"b/robot": strings.ReplaceAll(strings.ReplaceAll(c.local, "#!", "in a, named objects only"), "#", "in a"),
		} {
			if got := say(w.of(account)); got != want {
				t.Errorf("%q gives %s\n  %s\nwant\n  %s", c.rule, account, got, want)
			}
		}
	}
}

// Up to 1.34, whoever may get everything may run commands.
func TestWhatDependsOnTheVersion(t *testing.T) {
	for minor, want := range map[int]bool{0: true, 29: true, 34: true, 35: false, 37: false} {
		w := newWorld().role("r", rule("get,list * *")).bind("b", "r", "a/robot")
		w.minor = minor
		if got := w.of("a/robot"); got.Grant(RunsCommands).Given() != want {
			t.Errorf("1.%d: it %s", minor, say(got))
		}
	}
}

// Paths outside of the resources give none of the abilities.
func TestPathsAreNoResources(t *testing.T) {
	w := newWorld().role("r", Rule{Verbs: []string{"*"}, URLs: []string{"*"}}).bind("b", "r", "a/robot")
	if p := w.of("a/robot"); len(p.Grants) > 0 {
		t.Errorf("it %s", say(p))
	}
}

// Who an account is to RBAC.
func TestWhomABindingReaches(t *testing.T) {
	for _, c := range []struct {
		binding, subject string
		want             string // accounts that it reaches
	}{
		{"b", "a/robot", "a/robot"},
		{"b", "user system:serviceaccount:a:robot", "a/robot"},
		{"b", "user a:robot", ""},
		{"b", "group system:serviceaccounts", "a/robot a/other b/robot"},
		{"b", "group system:serviceaccounts:a", "a/robot a/other"},
		{"b", "group system:authenticated", "a/robot a/other b/robot"},
		{"b", "group system:unauthenticated", ""},
		{"b", "group system:masters", ""},
		{"b", "user robot", ""},
		// Without a namespace it is the binding's own; of a ClusterRoleBinding nobody's.
		{"a/b", "robot", "a/robot"},
		{"b", "robot", ""},
		{"b/b", "a/robot", "a/robot"},
	} {
		w := newWorld().role("r", rule("get core pods")).bind(c.binding, "r", c.subject)
		var got []string
		for _, account := range []string{"a/robot", "a/other", "b/robot"} {
			if len(w.of(account).Grants) > 0 {
				got = append(got, account)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s to %s reaches %v, want %s", c.binding, c.subject, got, c.want)
		}
	}
}

// Which role a binding gives, and where.
func TestWhichRole(t *testing.T) {
	roles := func() *world {
		return newWorld().role("r", rule("get core secrets")).role("a/r", rule("create core pods")).role("a/local", rule("get core pods"))
	}
	for _, c := range []struct{ binding, role, want string }{
		{"b", "r", "reads-secrets everywhere | reads everywhere"},
		{"a/b", "r", "reads-secrets in a | reads in a"},
		{"c/b", "r", "reads-secrets in c | reads in c"},
		{"a/b", "Role r", "creates-pods in a | writes in a"},
		{"b/b", "Role r", ""}, // there is none in b
		{"a/b", "local", ""},  // no ClusterRole
		{"b", "Role r", ""},
		{"a/b", "missing", ""},
	} {
		p := roles().bind(c.binding, c.role, "a/robot").of("a/robot")
		if got := say(p); got != c.want {
			t.Errorf("%s of %s gives %q, want %q", c.binding, c.role, got, c.want)
		}
		if p.AtLeast() {
			t.Errorf("%s of %s: there may be more, though everything was read", c.binding, c.role)
		}
	}
}

// Bindings add up, and each ability knows by which it is given.
func TestBindingsAddUp(t *testing.T) {
	p := newWorld().
		role("pods", rule("get core pods")).role("one", rule("get core secrets db")).role("all", rule("get core secrets")).
		bind("everyone", "pods", "group system:authenticated").
		bind("a/one", "one", "a/robot").bind("b/all", "all", "a/robot").bind("c/one", "one", "a/robot").bind("c/all", "all", "a/robot", "group system:serviceaccounts").
		bind("d/pods", "pods", "a/robot").
		role("nothing", rule("use policy podsecuritypolicies")).bind("e/nothing", "nothing", "a/robot").
		of("a/robot")
	if got, want := say(p), "reads-secrets in b and c; in a, named objects only | reads everywhere"; got != want {
		t.Errorf("it %s, want %s", got, want)
	}
	var by []string
	for _, e := range p.Grant(ReadsSecrets).By {
		by = append(by, e.String())
	}
	want := "RoleBinding a/one of ClusterRole one to account a/robot, RoleBinding b/all of ClusterRole all to account a/robot, " +
		"RoleBinding c/all of ClusterRole all to account a/robot, RoleBinding c/one of ClusterRole one to account a/robot"
	if got := strings.Join(by, ", "); got != want {
		t.Errorf("by %s\nwant %s", got, want)
	}
	if got := p.Grant(Reads).By[0].String(); got != "ClusterRoleBinding everyone of ClusterRole pods to group system:authenticated" {
		t.Errorf("reads by %s", got)
	}
	if got := fmt.Sprint(p.Namespaces); got != "{[a b c d] 4}" {
		t.Errorf("namespaces %s", got)
	}
	if p.ClusterAdmin() || p.Grant(Writes).Given() {
		t.Error("nobody gave it that")
	}
}

// What everybody gets in every namespace does not fill the memory.
func TestManyNamespaces(t *testing.T) {
	w := newWorld().role("pods", rule("get core pods"))
	for i := range 1000 {
		w.bind(fmt.Sprintf("ns-%04d/b", i), "pods", "group system:serviceaccounts")
	}
	p := w.of("a/robot")
	g := p.Grant(Reads)
	if g.Where() != "in 1000 namespaces" || len(g.Whole.List) != maxNames || g.Whole.List[0] != "ns-0000" || len(g.By) != maxEvidence || g.More != 1000-maxEvidence {
		t.Errorf("%s, %d named, %d bindings and %d more", g.Where(), len(g.Whole.List), len(g.By), g.More)
	}
	if p.Namespaces.Count != 1000 || len(p.Namespaces.List) != maxNames {
		t.Errorf("%d namespaces, %d named", p.Namespaces.Count, len(p.Namespaces.List))
	}
}

// What was not read makes the answer the least that there is, and says so.
func TestNotEverythingWasRead(t *testing.T) {
	gap := func(kind model.ObjectKind, namespace string) model.KindCoverage {
		state := model.CoverageFailed
		if namespace != "" {
			state = model.CoveragePartial
		}
		return model.KindCoverage{State: state, Gaps: []model.Gap{{Kind: kind, Namespace: namespace, Reason: model.GapForbidden, Message: "forbidden"}}}
	}
	for _, c := range []struct {
		name    string
		missing func(*model.Coverage)
		// unread and incomplete are what is said of an account with a binding of a
		// role that is not there in each namespace, and of one without.
		unread, incomplete int
		none               bool
	}{
		{"everything was read", func(*model.Coverage) {}, 0, 0, false},
		{"no cluster roles", func(c *model.Coverage) { c.Kinds[KindClusterRoles] = gap(KindClusterRoles, "") }, 1, 0, false},
		{"no roles", func(c *model.Coverage) { c.Kinds[KindRoles] = gap(KindRoles, "") }, 2, 0, false},
		{"no roles in b", func(c *model.Coverage) { c.Kinds[KindRoles] = gap(KindRoles, "b") }, 1, 0, false},
		{"no bindings", func(c *model.Coverage) { c.Kinds[KindRoleBindings] = gap(KindRoleBindings, "") }, 0, 1, true},
		{"no cluster bindings", func(c *model.Coverage) { c.Kinds[KindClusterRoleBindings] = gap(KindClusterRoleBindings, "") }, 0, 1, true},
		{"bindings not begun", func(c *model.Coverage) { c.Kinds[KindRoleBindings] = model.KindCoverage{} }, 0, 1, true},
		{"two namespaces only", func(c *model.Coverage) { c.Namespaces = []string{"a", "b"} }, 0, 1, true},
	} {
		w := newWorld().bind("all", "gone", "a/robot").bind("a/x", "Role gone", "a/robot").bind("b/x", "Role gone", "a/robot")
		c.missing(&w.coverage)
		p := w.of("a/robot")
		if len(p.Unread) != c.unread || len(p.Incomplete) != c.incomplete || p.AtLeast() != (c.unread+c.incomplete > 0) {
			t.Errorf("%s: unread %v, incomplete %v", c.name, p.Unread, p.Incomplete)
		}
		for _, g := range p.Incomplete {
			if g.Message == "" {
				t.Errorf("%s: a gap says nothing: %+v", c.name, g)
			}
		}
		if none := w.of("a/nobody"); none.AtLeast() != c.none {
			t.Errorf("%s: of an account without bindings, there may be more: %t", c.name, none.AtLeast())
		}
	}
}

// cluster-admin is known by name where roles were not readable, and by its rules
// where they were.
func TestClusterAdmin(t *testing.T) {
	w := newWorld().bind("ops", "cluster-admin", "a/robot").bind("b/ops", "cluster-admin", "b/robot")
	if p := w.of("a/robot"); p.ClusterAdmin() {
		t.Error("a role that does not exist gives everything")
	}
	w.coverage.Kinds[KindClusterRoles] = model.KindCoverage{State: model.CoverageFailed}
	if p := w.of("a/robot"); !p.ClusterAdmin() || p.AtLeast() {
		t.Errorf("bound to cluster-admin, it %s; unread %v", say(p), p.Unread)
	}
	if p := w.of("b/robot"); p.ClusterAdmin() || p.Grant(Everything).Where() != "in b" || p.Grant(ReachesNodes).Given() {
		t.Errorf("bound to cluster-admin in b, it %s", say(p))
	}
	w = newWorld().role("cluster-admin", rule("get core pods")).role("other", rule("* * *")).bind("ops", "cluster-admin", "a/robot").bind("more", "other", "a/boss")
	if p := w.of("a/robot"); p.ClusterAdmin() {
		t.Error("the name outweighs the rules")
	}
	if p := w.of("a/boss"); !p.ClusterAdmin() {
		t.Error("the rules of cluster-admin under another name are not seen")
	}
}

// Every ability is described, and its words are its own.
func TestAbilitiesAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for a := range Ability(AbilityCount) {
		info := a.Info()
		if info.ID == "" || info.Title == "" || seen[info.ID] || info.Way != (a >= BindsRoles && a <= RunsCommands) {
			t.Errorf("%d is %+v", a, info)
		}
		seen[info.ID] = true
	}
}
