package scenarios

import (
	"errors"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"timebound/k8s"
	"timebound/model"
)

// With rights in two namespaces of four, the product works in those two, says
// what it does not see of the others, and concludes nothing from that.
func (s *stage) rightsInSomeNamespaces(t *testing.T) {
	t.Parallel()
	all := s.four(t, "part")
	mine, others := all[:2], all[2:]
	role := s.role(t, "part-of-it", allBut("")...)
	for _, ns := range mine {
		s.bind(t, partial, ns, role)
	}
	s.bind(t, partial, "", s.role(t, "list-namespaces", rule("", "list", "namespaces")))

	whole, v := s.look(t, looker, longAfter), s.look(t, partial, longAfter)
	wantNoMore(t, v, whole, all)
	for _, f := range v.Findings {
		if !slices.Contains(mine, f.Token.Namespace) {
			t.Errorf("token %s was seen", f.Token.Key)
		}
	}
	for _, ns := range mine {
		// When tracking began is not readable: a missing fact.
		wantVerdict(t, v.token(t, ns, "token"), model.VerdictUnknown, model.CodeTrackingUnread)
	}
	for _, ns := range others {
		wantUnread(t, v, model.KindTokens, ns)
		wantGap(t, v, model.KindTokens, ns, "list secrets")
		wantGap(t, v, model.KindPods, ns, "list pods")
		wantGap(t, v, model.KindDeployments, ns, "list deployments.apps")
	}
	if !has(v.BlindSpots, model.CodeTokensUnread) {
		t.Errorf("it is not said that there may be more tokens: %s", texts(v.BlindSpots))
	}

	// With that fact, what is known of the two namespaces is enough.
	if s.tracks() {
		s.bind(t, partial, "", s.role(t, "read-tracking", rule("", "get", "configmaps")))
		for _, ns := range mine {
			wantVerdict(t, s.look(t, partial, longAfter).token(t, ns, "token"), model.VerdictIdle)
		}
	}

	// Asked for its two namespaces only, it misses none of them.
	narrow := s.look(t, partial, 0, func(c *k8s.Config) { c.Namespaces = mine })
	for _, kind := range []model.ObjectKind{model.KindTokens, model.KindAccounts, model.KindPods, model.KindCronJobs} {
		if c := narrow.Inventory.Coverage.Kinds[kind]; c.State != model.CoverageComplete {
			t.Errorf("with -n, the coverage of %s is %+v", kind, c)
		}
	}
}

// Without pods nothing can be called unreferenced.
func (s *stage) noRightToPods(t *testing.T) {
	t.Parallel()
	all := s.four(t, "podless")
	s.bind(t, noPods, "", s.role(t, "all-but-pods", allBut("pods")...))

	whole, v := s.look(t, looker, longAfter), s.look(t, noPods, longAfter)
	wantNoMore(t, v, whole, all)
	for _, ns := range all {
		f := v.token(t, ns, "token")
		wantVerdict(t, f, model.VerdictUnknown, model.CodePodsUnread)
		if has(f.Reasons, model.CodeNotReferenced) {
			t.Errorf("%s is called unreferenced though pods were not read", f.Token.Key)
		}
		wantUnread(t, v, model.KindPods, ns)
	}
	wantGap(t, v, model.KindPods, "", "list pods")
	// What is known stays known: a template mounts this one.
	wantVerdict(t, v.token(t, all[0], "mounted"), model.VerdictReferenced, model.CodeReferencedDormant)
	wantForbidden(t, v, "list", "pods")
}

// Without accounts nobody can say where a token came from, or that its
// account is gone.
func (s *stage) noRightToAccounts(t *testing.T) {
	t.Parallel()
	all := s.four(t, "accountless")
	s.bind(t, noAccounts, "", s.role(t, "all-but-accounts", allBut("serviceaccounts")...))

	whole, v := s.look(t, looker, longAfter), s.look(t, noAccounts, longAfter)
	wantNoMore(t, v, whole, all)
	for _, ns := range all {
		f := v.token(t, ns, "token")
		wantVerdict(t, f, model.VerdictUnknown, model.CodeAccountsUnread)
		if f.Origin != model.OriginUnknown || f.Orphan {
			t.Errorf("%s is %s, orphan %t, though accounts were not read", f.Token.Key, f.Origin, f.Orphan)
		}
		wantUnread(t, v, model.KindAccounts, ns)
	}
	wantGap(t, v, model.KindAccounts, "", "list serviceaccounts")
	wantForbidden(t, v, "list", "serviceaccounts")
}

// Without any right there is nothing to show but why.
func (s *stage) noRights(t *testing.T) {
	t.Parallel()
	inv, _, err := s.open(t, nobody).Load(t.Context(), nil)
	var failed *k8s.LoadError
	if !errors.As(err, &failed) || inv != nil {
		t.Fatalf("a user without rights gets %v and %v, want a LoadError", inv, err)
	}
	for _, want := range []string{"forbidden", "rbac --for read"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

// four makes four namespaces with a token each. In the first, a deployment
// that is scaled to zero mounts one more.
func (s *stage) four(t *testing.T, prefix string) []string {
	t.Helper()
	var all []string
	for _, n := range []string{"1", "2", "3", "4"} {
		ns := s.namespace(t, prefix+"-"+n)
		s.account(t, ns, "robot")
		s.token(t, ns, "token", "robot")
		all = append(all, ns)
	}
	s.token(t, all[0], "mounted", "robot")
	s.deployment(t, all[0], "mounted", 0)
	return all
}

// allBut are the rules for reading everything but one resource.
func allBut(resource string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for group, resources := range map[string][]string{
		"":      {"secrets", "serviceaccounts", "pods", "replicationcontrollers", "nodes", "namespaces", "configmaps"},
		"apps":  {"deployments", "statefulsets", "daemonsets", "replicasets"},
		"batch": {"jobs", "cronjobs"},
	} {
		for _, r := range resources {
			switch {
			case r == resource || r == "configmaps" && resource == "":
			case r == "configmaps":
				rules = append(rules, rule(group, "get", r))
			default:
				rules = append(rules, rule(group, "list", r), rule(group, "watch", r))
			}
		}
	}
	return rules
}

func rule(group, verb, resource string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: []string{verb}}
}

// wantForbidden checks that a problem tells which permission is missing, and
// how to get it.
func wantForbidden(t *testing.T, v view, words ...string) {
	t.Helper()
	for _, p := range v.problems {
		told := true
		for _, word := range append(words, "forbidden") {
			told = told && strings.Contains(p.What+" "+p.Why, word)
		}
		if told && strings.Contains(p.Remedy, "rbac --for read") {
			return
		}
	}
	t.Errorf("no problem says that %v is forbidden and how to get it: %v", words, v.problems)
}
