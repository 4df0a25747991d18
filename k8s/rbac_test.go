package k8s

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// The manifests say exactly what the rules say, in a form that kubectl takes.
func TestManifests(t *testing.T) {
	for _, purpose := range Purposes() {
		rules := RulesFor(purpose)
		text := string(Manifest(purpose))
		if !strings.HasPrefix(text, "# What Timebound ") {
			t.Errorf("%s does not say what it is: %.40s", purpose, text)
		}
		var got []rbacv1.PolicyRule
		for _, document := range strings.Split(text, "---\n") {
			// Role and ClusterRole are alike in what is looked at.
			var role rbacv1.Role
			if err := yaml.UnmarshalStrict([]byte(document), &role); err != nil {
				t.Fatalf("%s: %v\n%s", purpose, err, document)
			}
			if role.APIVersion != "rbac.authorization.k8s.io/v1" || role.Name != "timebound-"+string(purpose) || (role.Kind == "Role") != (role.Namespace != "") {
				t.Errorf("role %+v", role.ObjectMeta)
			}
			got = append(got, role.Rules...)
		}
		if len(got) != len(rules) {
			t.Fatalf("%s: %d rules, want %d", purpose, len(got), len(rules))
		}
		for _, r := range rules {
			same := func(p rbacv1.PolicyRule) bool {
				return slices.Equal(p.APIGroups, r.APIGroups) && slices.Equal(p.Resources, r.Resources) && slices.Equal(p.Verbs, r.Verbs) &&
					slices.Equal(p.ResourceNames, r.ResourceNames) && slices.Equal(p.NonResourceURLs, r.NonResourceURLs)
			}
			if !slices.ContainsFunc(got, same) {
				t.Errorf("%s lacks %s", purpose, r)
			}
			if r.Why == "" || !strings.Contains(text, "# "+r.Why) {
				t.Errorf("%s: %s is not explained", purpose, r)
			}
		}
	}
}

// Reading takes no verb that changes, and nobody gets everything.
func TestReadRulesOnlyRead(t *testing.T) {
	for _, r := range slices.Concat(ReadRules(), WriteRules(), PowerRules()) {
		for _, list := range [][]string{r.Verbs, r.APIGroups, r.Resources} {
			if slices.Contains(list, "*") {
				t.Errorf("%s asks for everything", r)
			}
		}
	}
	for _, r := range slices.Concat(ReadRules(), PowerRules()) {
		for _, verb := range r.Verbs {
			if !slices.Contains([]string{"get", "list", "watch"}, verb) {
				t.Errorf("%s changes things", r)
			}
		}
	}
}

// Every kind that is read has its rule.
func TestReadRulesCoverEveryKind(t *testing.T) {
	var list []string
	for _, r := range ReadRules() {
		for _, w := range wanted([]Rule{r}) {
			list = append(list, w.verb+" "+strings.TrimSuffix(w.resource+"."+w.group, "."))
		}
	}
	for _, sh := range newShelves() {
		rule := sh.about().rule()
		if !slices.Contains(list, rule) || !slices.Contains(list, strings.Replace(rule, "list", "watch", 1)) {
			t.Errorf("no rule for %q", rule)
		}
	}
}

// reviews answers reviews: with rules, and for single questions with may.
func reviews(rules []map[string]any, urls []string, incomplete bool, may bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/selfsubjectrulesreviews"):
			reply(w, map[string]any{"kind": "SelfSubjectRulesReview", "status": map[string]any{
				"resourceRules": rules, "incomplete": incomplete,
				"nonResourceRules": []any{map[string]any{"verbs": []string{"get"}, "nonResourceURLs": urls}},
			}})
		case strings.HasSuffix(r.URL.Path, "/selfsubjectaccessreviews"):
			reply(w, map[string]any{"kind": "SelfSubjectAccessReview", "status": map[string]any{"allowed": may}})
		default:
			return false
		}
		return true
	}
}

func TestProbe(t *testing.T) {
	everything := map[string]any{"verbs": []string{"*"}, "apiGroups": []string{"*"}, "resources": []string{"*"}}
	some := []map[string]any{
		{"verbs": []string{"list", "watch", "get"}, "apiGroups": []string{""}, "resources": []string{"secrets", "serviceaccounts", "replicationcontrollers", "nodes", "namespaces"}},
		{"verbs": []string{"list", "watch"}, "apiGroups": []string{"apps", "batch"}, "resources": []string{"*"}},
		{"verbs": []string{"list"}, "apiGroups": []string{""}, "resources": []string{"pods"}, "resourceNames": []string{"one"}},
		{"verbs": []string{"get"}, "apiGroups": []string{""}, "resources": []string{"configmaps"}, "resourceNames": []string{trackingName}},
	}
	tests := []struct {
		what       string
		rules      []map[string]any
		incomplete bool
		may        bool
		want       string
		requests   int
	}{
		{"an admin", []map[string]any{everything}, false, false, "", 1},
		// pods, and OpenShift's kind, which is no finding elsewhere.
		{"no pods", some, false, false, "list,watch pods", 2},
		{"a webhook that cannot list its rules but allows", nil, true, true, "", 0},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			api := newFakeAPI(t)
			api.groups = []string{"apps"}
			api.intercept(reviews(test.rules, []string{"/metrics"}, test.incomplete, test.may))
			missing, err := api.session(t).Probe(t.Context(), PurposeRead)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range missing {
				got = append(got, m.String())
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("missing %q, want %q", got, test.want)
			}
			if n := api.asked(""); test.requests > 0 && n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

// With -n the namespaces are named, and what has no namespace is told once.
func TestProbeNamespaces(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(reviews(nil, nil, false, false))
	s := api.session(t)
	s.only = []string{"shop", "bank"}
	missing, err := s.Probe(t.Context(), PurposeRead)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range missing {
		all = append(all, m.String())
		if m.Rule.Why == "" {
			t.Errorf("nobody knows what %s is for", m)
		}
	}
	text := strings.Join(all, "\n")
	for part, n := range map[string]int{`list,watch secrets in namespace "shop"`: 1, `list,watch secrets in namespace "bank"`: 1, "list,watch nodes": 1, trackingName + " in kube-system": 1, "deploymentconfigs": 0} {
		if strings.Count(text, part) != n {
			t.Errorf("%q is told %d times, want %d:\n%s", part, strings.Count(text, part), n, text)
		}
	}
}

func TestProbeWithoutAnswer(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		fail(w, http.StatusUnauthorized, "Unauthorized", "")
		return true
	})
	if _, err := api.session(t).Probe(t.Context(), PurposeRead); err == nil || !strings.Contains(err.Error(), "log in again") {
		t.Errorf("got %v", err)
	}
}
