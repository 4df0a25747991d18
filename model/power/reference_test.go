package power

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"timebound/model"
)

// reference answers one question as plainly as can be: it walks all bindings,
// all subjects and all rules, and knows no index and no abilities.
func (w *world) reference(account model.Key, q Request) bool {
	me := []string{"account " + account.String(), "user system:serviceaccount:" + account.Namespace + ":" + account.Name,
		"group system:serviceaccounts", "group system:serviceaccounts:" + account.Namespace, "group system:authenticated"}
	for _, b := range w.bindings {
		if b.Namespace != "" && b.Namespace != q.Namespace {
			continue
		}
		reaches := false
		for _, s := range b.Subjects {
			if s.Kind == SubjectAccount && s.Namespace == "" {
				if b.Namespace == "" {
					continue
				}
				s.Namespace = b.Namespace
			}
			reaches = reaches || slices.Contains(me, s.String())
		}
		for _, role := range w.roles {
			named := role.Name == b.Role.Name && (b.Role.Cluster && role.Namespace == "" || !b.Role.Cluster && b.Namespace != "" && role.Namespace == b.Namespace)
			for _, r := range role.Rules {
				if reaches && named && referenceRule(r, q) {
					return true
				}
			}
		}
	}
	return false
}

func referenceRule(r Rule, q Request) bool {
	verb := slices.Contains(r.Verbs, "*") || slices.Contains(r.Verbs, q.Verb)
	if q.URL != "" {
		for _, u := range r.URLs {
			stem := strings.TrimRight(u, "*")
			if verb && (u == q.URL || stem != u && strings.HasPrefix(q.URL, stem)) {
				return q.Namespace == ""
			}
		}
		return false
	}
	group := slices.Contains(r.Groups, "*") || slices.Contains(r.Groups, q.Group)
	resource := slices.Contains(r.Resources, "*") || slices.Contains(r.Resources, q.Resource)
	if at := strings.IndexByte(q.Resource, '/'); at > 0 {
		resource = resource || slices.Contains(r.Resources, "*"+q.Resource[at:])
	}
	name := len(r.Names) == 0 || slices.Contains(r.Names, q.Name)
	return verb && group && resource && name
}

// What random clusters are made of. The words of "unheard" occur in no rule: only
// a star allows them.
var (
	anyNamespaces = []string{"a", "b", "c"}
	anyAccounts   = []string{"robot", "default"}
	anyNames      = []string{"web", "db", "*", "kubernetes.io/*", "kubernetes.io/kube-apiserver-client"}
	anyURLs       = []string{"/metrics", "/logs/*", "/logs/x", "*", "/healthz"}
	anyVerbs      = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*",
		"bind", "escalate", "impersonate", "impersonate:user-info", "impersonate:serviceaccount", "approve", "use"}
	anyGroups    = []string{"", "apps", "batch", rbacGroup, authnGroup, "authorization.k8s.io", "certificates.k8s.io", "apps.openshift.io", "*"}
	anyResources = []string{"secrets", "pods", "pods/exec", "pods/attach", "pods/*", "pods/ephemeralcontainers", "*/exec", "*/token", "*/scale", "deployments/scale",
		"deployments", "cronjobs", "deploymentconfigs", "replicationcontrollers", "serviceaccounts", "serviceaccounts/token", "users", "groups", "nodes", "nodes/proxy",
		"signers", "roles", "clusterroles", "tokenreviews", "selfsubjectaccessreviews", "widgets", "*"}
)

const unheard = "zz"

// randomWorld makes a small cluster with many bindings.
func randomWorld(r *rand.Rand) *world {
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	some := func(from []string, most int) []string {
		var list []string
		for range 1 + r.IntN(most) {
			list = append(list, pick(from))
		}
		return list
	}
	where := func(name string) string {
		if r.IntN(2) == 0 {
			return name
		}
		return pick(anyNamespaces) + "/" + name
	}
	w := newWorld()
	w.minor = 34 + r.IntN(2)
	for i := range 6 {
		var rules []Rule
		for range r.IntN(3) {
			rule := Rule{Verbs: some(anyVerbs, 3), Groups: some(anyGroups, 2), Resources: some(anyResources, 3)}
			switch r.IntN(6) {
			case 0, 1:
				rule.Names = some(anyNames, 2)
			case 2:
				rule = Rule{Verbs: rule.Verbs, URLs: some(anyURLs, 2)}
			}
			rules = append(rules, rule)
		}
		w.role(where(fmt.Sprintf("r%d", i%3)), rules...)
	}
	w.roles = slices.CompactFunc(slices.SortedFunc(slices.Values(w.roles), func(a, b *Role) int { return a.Compare(b.Key) }),
		func(a, b *Role) bool { return a.Key == b.Key })
	for i := range 5 {
		role := fmt.Sprintf("r%d", r.IntN(4)) // r3 does not exist
		if r.IntN(3) == 0 {
			role = "Role " + role
		}
		subjects := []string{pick(anyAccounts), pick(anyNamespaces) + "/" + pick(anyAccounts), "user system:serviceaccount:" + pick(anyNamespaces) + ":" + pick(anyAccounts),
			"group system:serviceaccounts", "group system:serviceaccounts:" + pick(anyNamespaces), "group system:authenticated", "group other", "user other"}
		w.bind(where(fmt.Sprintf("b%d", i)), role, some(subjects, 2)...)
	}
	return w
}

// FuzzAgainstReference holds Allows and Of against the plain reference, on random
// clusters. A seed that fails makes the same cluster again.
func FuzzAgainstReference(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 7))
		w := randomWorld(r)
		rules := w.rules()
		account := model.Key{Namespace: anyNamespaces[r.IntN(3)], Name: anyAccounts[r.IntN(2)]}
		for range 300 {
			q := Request{Verb: anyVerbs[r.IntN(len(anyVerbs))], Group: anyGroups[r.IntN(len(anyGroups))], Resource: anyResources[r.IntN(len(anyResources))]}
			if r.IntN(2) == 0 {
				q.Namespace = anyNamespaces[r.IntN(3)]
			}
			if r.IntN(2) == 0 {
				q.Name = anyNames[r.IntN(len(anyNames))]
			}
			if r.IntN(8) == 0 {
				q = Request{Verb: q.Verb, URL: anyURLs[r.IntN(len(anyURLs))]}
			}
			if got, want := rules.Allows(account, q), w.reference(account, q); got != want {
				t.Fatalf("%s: %+v is %t, want %t in\n%s", account, q, got, want, w.text())
			}
		}
		p := rules.Of(account)
		for a := range Ability(AbilityCount) {
			if a == Escalates {
				continue // the sum of others, see below
			}
			if got, want := p.Grant(a).Where(), w.where(account, a); got != want {
				t.Fatalf("%s %s %q, want %q in\n%s", account, a.Info().ID, got, want, w.text())
			}
			if g := p.Grant(a); a.Info().Way && g.Everywhere > p.Grant(Escalates).Everywhere {
				t.Fatalf("%s: a way, and it does not escalate:\n%s", a, w.text())
			}
			if g := p.Grant(a); g.Given() && len(g.By) == 0 {
				t.Fatalf("%s is given by nothing", a)
			}
		}
	})
}

// where tells by single questions where an account has an ability, in the words of
// Grant.Where.
func (w *world) where(account model.Key, a Ability) string {
	g := Grant{Everywhere: w.extent(account, a, "")}
	for _, namespace := range anyNamespaces {
		switch extent := w.extent(account, a, namespace); {
		case extent <= g.Everywhere:
		case extent == Whole:
			g.Whole.add(namespace)
		default:
			g.Named.add(namespace)
		}
	}
	return g.Where()
}

func (w *world) extent(account model.Key, a Ability, namespace string) Extent {
	found := None
	for _, q := range questions(a, namespace != "", w.minor) {
		q.Namespace = namespace
		nameless := (a == CreatesPods) && q.Verb == "create"
		q.Name = unheard
		if w.reference(account, q) {
			return Whole
		}
		for _, q.Name = range anyNames {
			fits := a != ApprovesCertificates || strings.HasPrefix(q.Name, "kubernetes.io/")
			if !nameless && fits && w.reference(account, q) {
				found = Named
			}
		}
	}
	return found
}

// questions are those that an ability answers with yes; local leaves out what is
// asked for without a namespace.
func questions(a Ability, local bool, minor int) []Request {
	plain := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "*" || strings.HasPrefix(s, "*/") })
	}
	groups, verbs := append(plain(anyGroups), unheard), plain(anyVerbs)
	resources := append(plain(anyResources), unheard, unheard+"/exec", unheard+"/token", unheard+"/scale")
	ask := func(clustered bool, verbs, groups, resources []string) (all []Request) {
		if clustered && local {
			return nil
		}
		for _, v := range verbs {
			for _, g := range groups {
				for _, r := range resources {
					all = append(all, Request{Verb: v, Group: g, Resource: r})
				}
			}
		}
		return all
	}
	list := func(s ...string) []string { return s }
	switch a {
	case Everything:
		return ask(false, list(unheard), list(unheard), list(unheard))
	case BindsRoles:
		return ask(false, list("bind"), list(rbacGroup), list("roles", "clusterroles"))
	case WidensRoles:
		return append(ask(false, list("escalate"), list(rbacGroup), list("roles")), ask(true, list("escalate"), list(rbacGroup), list("clusterroles"))...)
	case Impersonates:
		return slices.Concat(ask(true, list("impersonate"), list(""), list("users", "groups")), ask(false, list("impersonate"), list(""), list("serviceaccounts")),
			ask(true, list("impersonate:user-info", "impersonate:arbitrary-node"), list(authnGroup), list("users", "groups", "nodes")),
			ask(false, list("impersonate:serviceaccount"), list(authnGroup), list("serviceaccounts")))
	case IssuesTokens:
		return ask(false, list("create"), list(""), list("serviceaccounts/token"))
	case ApprovesCertificates:
		return ask(true, list("approve"), list("certificates.k8s.io"), list("signers"))
	case ReachesNodes:
		return ask(true, list("get", "create"), list(""), list("nodes/proxy"))
	case RunsCommands:
		verbs := list("create", "get")
		if minor > 34 {
			verbs = list("create")
		}
		return append(ask(false, verbs, list(""), list("pods/exec", "pods/attach")), ask(false, list("update", "patch"), list(""), list("pods/ephemeralcontainers"))...)
	case ReadsSecrets:
		return ask(false, list("get", "list", "watch"), list(""), list("secrets"))
	case CreatesPods:
		verbs := list("create", "update", "patch")
		return slices.Concat(ask(false, verbs, list(""), list("pods", "replicationcontrollers")), ask(false, verbs, list("apps"), list("deployments", "statefulsets", "daemonsets", "replicasets")),
			ask(false, verbs, list("batch"), list("jobs", "cronjobs")), ask(false, verbs, list("apps.openshift.io"), list("deploymentconfigs")))
	case Writes:
		all := ask(false, list("create", "update", "patch", "delete", "deletecollection"), groups, resources)
		return slices.DeleteFunc(all, func(q Request) bool {
			return (q.Group == authnGroup || q.Group == "authorization.k8s.io") && strings.HasSuffix(q.Resource, "reviews")
		})
	case Reads:
		return ask(false, list("get", "list", "watch"), groups, resources)
	case AnyVerb:
		return ask(false, list(unheard), groups, resources)
	case AnyResource:
		return ask(false, append(verbs, unheard), groups, list(unheard))
	}
	return nil
}

func (w *world) text() string {
	var b strings.Builder
	for _, r := range w.roles {
		fmt.Fprintf(&b, "role %s %+v\n", r.Key, r.Rules)
	}
	for _, x := range w.bindings {
		fmt.Fprintf(&b, "%s of %s to %v\n", x, x.Role, x.Subjects)
	}
	return b.String()
}
