package k8s

import (
	"context"
	"errors"
	"fmt"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
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

// nowhere is a namespace that cannot exist, because a namespace's name holds
// no dot. What a user may do there is what he may do in every namespace, so
// one review tells the cluster-wide permissions.
const nowhere = "timebound.nowhere"

// Probe asks the API server which rules of a purpose the user lacks, the optional
// ones left out: what is missing there shows as settings that are unknown. It
// is one request where the server can list a user's permissions in full (RBAC
// can) and nothing is missing, else one more for each that is not in the list.
// With Config.Namespaces it asks for those instead of for the whole cluster. An
// error means that the server did not answer; the permissions are then not
// known.
func (s *Session) Probe(ctx context.Context, p Purpose) ([]Missing, error) {
	required := slices.DeleteFunc(RulesFor(p), func(r Rule) bool { return r.Optional })
	missing, err := s.lacks(ctx, required, func() ([]string, error) { return s.apiGroups(ctx) })
	if err != nil {
		return nil, &LoadError{Problem: s.explain("ask which permissions there are", err), err: err}
	}
	return missing, nil
}

// lacks asks which of the rules the user lacks. What only OpenShift has is no
// lack if the cluster is none; if that cannot be found out, it is.
func (s *Session) lacks(ctx context.Context, rules []Rule, groups func() ([]string, error)) ([]Missing, error) {
	namespaces := s.only
	if namespaces == nil {
		namespaces = []string{nowhere}
	}
	var missing []Missing
	for i, namespace := range namespaces {
		here := rules
		if i > 0 {
			// What does not depend on the namespace was asked for already.
			here = slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return r.Namespace != "" || r.clusterWide() })
		}
		lacks, err := s.probeNamespace(ctx, namespace, here)
		if err != nil {
			return nil, err
		}
		missing = append(missing, lacks...)
	}
	foreign := func(m Missing) bool { return m.Rule.OpenShift }
	if slices.ContainsFunc(missing, foreign) {
		if names, err := groups(); err == nil && !openShiftGroups(names) {
			missing = slices.DeleteFunc(missing, foreign)
		}
	}
	return missing, nil
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
		m := Missing{Rule: Rule{ResourceNames: r.ResourceNames, Namespace: r.Namespace, Why: r.Why, OpenShift: r.OpenShift, unnoticed: r.unnoticed}, Namespace: namespace}
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
