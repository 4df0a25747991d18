package k8s

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// Missing is a permission that the user lacks.
type Missing struct {
	Rule Rule // with only the verbs and resources that are missing
	// Namespace is where it is missing; "" means in all of them together.
	Namespace string
}

// String names the missing permission: `list pods in namespace "payments"`.
func (m Missing) String() string {
	s := m.Rule.String()
	if m.Namespace != "" {
		s += fmt.Sprintf(" in namespace %q", m.Namespace)
	}
	return s
}

// Problem tells the missing permission and what to do about it.
func (m Missing) Problem() model.Problem {
	return model.Problem{What: m.String(), Why: "not permitted, and needed to see: " + m.Rule.Why, Remedy: remedyRBAC}
}

// nowhere is a namespace that cannot exist, because a namespace's name holds
// no dot. What a user may do there is what he may do in every namespace, so
// one review tells the cluster-wide permissions.
const nowhere = "timebound.nowhere"

// Probe asks the API server which of ReadRules the user lacks, the optional
// ones left out: what is missing there shows as settings that are unknown. It
// is one request where the server can list a user's permissions in full (RBAC
// can) and nothing is missing, else one more for each that is not in the list.
// With Config.Namespaces it asks for those instead of for the whole cluster. An
// error means that the server did not answer; the permissions are then not
// known.
func (s *Session) Probe(ctx context.Context) ([]Missing, error) {
	namespaces := s.only
	if namespaces == nil {
		namespaces = []string{nowhere}
	}
	var missing []Missing
	for i, namespace := range namespaces {
		var rules []Rule
		for _, r := range ReadRules() {
			// What does not depend on the namespace is asked for once.
			if !r.Optional && (i == 0 || r.Namespace == "" && !r.clusterWide()) {
				rules = append(rules, r)
			}
		}
		lacks, err := s.probeNamespace(ctx, namespace, rules)
		if err != nil {
			return nil, s.probeError(err)
		}
		missing = append(missing, lacks...)
	}
	return s.withoutForeign(ctx, missing), nil
}

// withoutForeign drops what only OpenShift has if the cluster is none. If that
// cannot be found out, nothing is dropped.
func (s *Session) withoutForeign(ctx context.Context, missing []Missing) []Missing {
	foreign := func(m Missing) bool { return m.Rule.OpenShift }
	if !slices.ContainsFunc(missing, foreign) {
		return missing
	}
	if groups, err := s.apiGroups(ctx); err == nil && !openShiftGroups(groups) {
		return slices.DeleteFunc(missing, foreign)
	}
	return missing
}

func (s *Session) probeError(err error) error {
	return &LoadError{Problem: s.explain("ask which permissions there are", err), err: err}
}

// want is one thing that a rule allows.
type want struct {
	rule                             int
	group, resource, name, url, verb string
	namespace                        string // if it is needed in one namespace only
}

func wanted(rules []Rule) []want {
	var all []want
	for i, r := range rules {
		for _, verb := range r.Verbs {
			for _, url := range r.NonResourceURLs {
				all = append(all, want{rule: i, url: url, verb: verb})
			}
			for _, group := range r.APIGroups {
				for _, resource := range r.Resources {
					w := want{rule: i, group: group, resource: resource, verb: verb, namespace: r.Namespace}
					if len(r.ResourceNames) > 0 {
						w.name = r.ResourceNames[0]
					}
					all = append(all, w)
				}
			}
		}
	}
	return all
}

func (s *Session) probeNamespace(ctx context.Context, namespace string, rules []Rule) ([]Missing, error) {
	review := authorizationv1.SelfSubjectRulesReview{
		TypeMeta: reviewOf("SelfSubjectRulesReview"),
		Spec:     authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace},
	}
	if err := s.review(ctx, "selfsubjectrulesreviews", &review); err != nil {
		return nil, err
	}
	all := wanted(rules)
	lacking := make([]bool, len(all))
	errs := make([]error, len(all))
	eachAtOnce(len(all), listsAtOnce, func(i int) {
		lacking[i] = !allows(&review.Status, all[i])
		if lacking[i] && (review.Status.Incomplete || all[i].namespace != "") {
			// An authorizer that cannot list its rules (a webhook) can still
			// answer for one; and a Role of another namespace is not in the
			// list.
			var allowed bool
			allowed, errs[i] = s.mayI(ctx, namespace, all[i])
			lacking[i] = !allowed
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return missingOf(rules, all, lacking, namespace), nil
}

// missingOf puts what is lacking together again, rule by rule.
func missingOf(rules []Rule, all []want, lacking []bool, namespace string) []Missing {
	if namespace == nowhere {
		namespace = ""
	}
	var missing []Missing
	for i, r := range rules {
		m := Missing{Rule: Rule{ResourceNames: r.ResourceNames, Namespace: r.Namespace, Why: r.Why, OpenShift: r.OpenShift}, Namespace: namespace}
		if r.clusterWide() || r.Namespace != "" {
			m.Namespace = ""
		}
		for j, w := range all {
			if w.rule != i || !lacking[j] {
				continue
			}
			m.Rule.Verbs = with(m.Rule.Verbs, w.verb)
			if w.url != "" {
				m.Rule.NonResourceURLs = with(m.Rule.NonResourceURLs, w.url)
				continue
			}
			m.Rule.APIGroups = with(m.Rule.APIGroups, w.group)
			m.Rule.Resources = with(m.Rule.Resources, w.resource)
		}
		if len(m.Rule.Verbs) > 0 {
			missing = append(missing, m)
		}
	}
	return missing
}

func with(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// allows says whether the listed rules permit w.
func allows(status *authorizationv1.SubjectRulesReviewStatus, w want) bool {
	if w.url != "" {
		for i := range status.NonResourceRules {
			r := &status.NonResourceRules[i]
			if matches(r.Verbs, w.verb) && slices.ContainsFunc(r.NonResourceURLs, func(u string) bool { return urlMatches(u, w.url) }) {
				return true
			}
		}
		return false
	}
	for i := range status.ResourceRules {
		r := &status.ResourceRules[i]
		named := len(r.ResourceNames) == 0 || w.name != "" && slices.Contains(r.ResourceNames, w.name)
		if named && matches(r.Verbs, w.verb) && matches(r.APIGroups, w.group) && matches(r.Resources, w.resource) {
			return true
		}
	}
	return false
}

func matches(list []string, s string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, s)
}

// urlMatches knows the * at the end that RBAC allows.
func urlMatches(pattern, url string) bool {
	if n := len(pattern) - 1; n >= 0 && pattern[n] == '*' {
		return len(url) >= n && url[:n] == pattern[:n]
	}
	return pattern == url
}

// mayI asks for one permission.
func (s *Session) mayI(ctx context.Context, namespace string, w want) (bool, error) {
	switch {
	case w.namespace != "":
		namespace = w.namespace
	case namespace == nowhere:
		namespace = ""
	}
	review := authorizationv1.SelfSubjectAccessReview{TypeMeta: reviewOf("SelfSubjectAccessReview")}
	if w.url != "" {
		review.Spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Path: w.url, Verb: w.verb}
	} else {
		review.Spec.ResourceAttributes = &authorizationv1.ResourceAttributes{Namespace: namespace, Group: w.group, Resource: w.resource, Name: w.name, Verb: w.verb}
	}
	err := s.review(ctx, "selfsubjectaccessreviews", &review)
	return review.Status.Allowed, err
}

// review posts a review of the user by himself and reads the answer into it.
func (s *Session) review(ctx context.Context, resource string, review any) error {
	body, err := json.Marshal(review)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", resource, err)
	}
	answer, err := s.client.Post().AbsPath("apis", "authorization.k8s.io", "v1", resource).
		SetHeader("Accept", acceptJSON).SetHeader("Content-Type", "application/json").Body(body).Stream(ctx)
	if err != nil {
		return err
	}
	return readDocument(answer, review)
}

func reviewOf(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: "authorization.k8s.io/v1", Kind: kind}
}
