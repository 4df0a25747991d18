// Package power says what a service account may do, as RBAC grants it: Rules are
// the roles and bindings that were read, a Power is their sum for one account,
// and a Score puts the dangerous ones first.
//
// It is pure: it must not know how roles are read or how anything looks. It
// follows k8s.io/kubernetes pkg/registry/rbac/validation/rule.go and
// pkg/apis/rbac/v1/evaluation_helpers.go. RBAC only ever adds rights, so what is
// said is true even if not everything was read: then it is the least that an
// account may do. It is the least in one more way, which nobody can see from
// here: beside RBAC a cluster may ask other authorizers, such as a webhook.
package power
