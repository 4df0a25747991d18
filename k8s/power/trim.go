package power

import (
	"strings"
	"unique"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/trim"
	"timebound/model"
	"timebound/model/power"
)

// role keeps the rules of a role.
func role(m *metav1.ObjectMeta, rules []rbacv1.PolicyRule) *power.Role {
	kept := make([]power.Rule, len(rules))
	for i := range rules {
		r := &rules[i]
		kept[i] = power.Rule{
			Verbs: shared(r.Verbs), Groups: shared(r.APIGroups), Resources: shared(r.Resources),
			Names: shared(r.ResourceNames), URLs: shared(r.NonResourceURLs),
		}
	}
	return &power.Role{Key: trim.Key(m), Rules: kept}
}

// shared copies strings that many roles have in common, one copy for all.
func shared(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	kept := make([]string, len(list))
	for i, s := range list {
		kept[i] = unique.Make(s).Value()
	}
	return kept
}

// binding keeps a binding that can reach an account; nil if it reaches other
// users only.
func binding(m *metav1.ObjectMeta, ref rbacv1.RoleRef, subjects []rbacv1.Subject) *power.Binding {
	if ref.Kind != "Role" && ref.Kind != "ClusterRole" {
		return nil
	}
	var kept []power.Subject
	for i := range subjects {
		if s, ok := subject(&subjects[i]); ok {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return &power.Binding{
		Key:      trim.Key(m),
		Role:     power.RoleRef{Cluster: ref.Kind == "ClusterRole", Name: unique.Make(ref.Name).Value()},
		Subjects: kept,
	}
}

// subject keeps whom an account can be.
func subject(s *rbacv1.Subject) (power.Subject, bool) {
	kept := power.Subject{Key: model.Key{Name: strings.Clone(s.Name)}}
	switch s.Kind {
	case rbacv1.ServiceAccountKind:
		kept.Kind, kept.Namespace = power.SubjectAccount, unique.Make(s.Namespace).Value()
	case rbacv1.UserKind:
		kept.Kind = power.SubjectUser
	case rbacv1.GroupKind:
		kept.Kind = power.SubjectGroup
	default:
		return power.Subject{}, false
	}
	return kept, kept.MayBeAccount()
}
