package k8s

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/stream"
)

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
	return stream.ReadDocument(answer, review)
}

func reviewOf(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: "authorization.k8s.io/v1", Kind: kind}
}
