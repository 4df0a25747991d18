package power

import (
	"cmp"
	"slices"
	"strings"

	"timebound/model"
)

// The kinds that say who may do what, as Coverage names them.
const (
	KindClusterRoles        model.ObjectKind = "clusterroles"
	KindClusterRoleBindings model.ObjectKind = "clusterrolebindings"
	KindRoles               model.ObjectKind = "roles"
	KindRoleBindings        model.ObjectKind = "rolebindings"
)

// Role is a ClusterRole, without namespace, or a Role. An aggregated ClusterRole
// holds the rules that its controller put together.
type Role struct {
	model.Key
	Rules []Rule
}

// Rule is one rule of a role. "*" stands for any in every list but Names.
type Rule struct {
	Verbs     []string
	Groups    []string // API groups, "" is the core group
	Resources []string // "pods", "pods/exec", "*/scale"
	Names     []string // of objects; none means any
	URLs      []string // paths outside of the resources, instead of the three above
}

// Binding is a ClusterRoleBinding, without namespace, or a RoleBinding.
type Binding struct {
	model.Key
	Role     RoleRef
	Subjects []Subject
}

// String names the binding: "RoleBinding payments/deployers".
func (b *Binding) String() string {
	if b.Namespace == "" {
		return "ClusterRoleBinding " + b.Name
	}
	return "RoleBinding " + b.Key.String()
}

// RoleRef names the role of a binding. One that is not Cluster is a Role of the
// binding's own namespace.
type RoleRef struct {
	Cluster bool
	Name    string
}

// String names the role: "ClusterRole admin".
func (r RoleRef) String() string {
	if r.Cluster {
		return "ClusterRole " + r.Name
	}
	return "Role " + r.Name
}

// SubjectKind says what a binding's subject is.
type SubjectKind uint8

// The kinds of subjects.
const (
	SubjectAccount SubjectKind = iota
	SubjectUser
	SubjectGroup
)

// Subject is to whom a binding gives its role. Only accounts have a Namespace;
// one without means the RoleBinding's own.
type Subject struct {
	Kind SubjectKind
	model.Key
}

// String names the subject: "group system:authenticated".
func (s Subject) String() string {
	return [...]string{"account ", "user ", "group "}[s.Kind] + s.Key.String()
}

// MayBeAccount says whether an account can be that subject.
func (s Subject) MayBeAccount() bool {
	switch s.Kind {
	case SubjectAccount:
		return true
	case SubjectUser:
		return strings.HasPrefix(s.Name, userPrefix)
	}
	return s.Name == groupAuthenticated || s.Name == groupAccounts || strings.HasPrefix(s.Name, groupAccounts+":")
}

// Rules are the roles and bindings of a cluster, ready to be asked. They never
// change and may be asked from anywhere at the same time.
type Rules struct {
	coverage model.Coverage
	roles    map[model.Key]*judged
	bindings map[Subject][]*Binding // in order of keys
	gaps     []model.Gap            // what of the bindings is missing
}

// judged is a role with what its rules are worth, bound everywhere or in one
// namespace.
type judged struct {
	*Role
	cluster, local reach
}

// New makes Rules of what was read; coverage says how much that is, by the four
// kinds of this package. oldest is the version of the oldest API server; what only
// older ones allow counts if it is not known. Neither list may be changed
// afterwards.
func New(roles []*Role, bindings []*Binding, coverage model.Coverage, oldest model.Version) *Rules {
	r := &Rules{
		coverage: coverage,
		roles:    make(map[model.Key]*judged, len(roles)),
		bindings: make(map[Subject][]*Binding, len(bindings)),
		gaps:     bindingGaps(coverage),
	}
	for _, role := range roles {
		j := &judged{Role: role}
		j.cluster, j.local = reachOf(role.Rules, oldest.Minor)
		r.roles[role.Key] = j
	}
	sorted := slices.Clone(bindings)
	slices.SortStableFunc(sorted, func(a, b *Binding) int { return a.Compare(b.Key) })
	for _, b := range sorted {
		if b.Namespace == "" && !b.Role.Cluster {
			continue // no API server takes it, and it gives nothing
		}
		for _, s := range b.Subjects {
			switch {
			case s.Kind != SubjectAccount:
				s.Namespace = ""
			case s.Namespace == "":
				s.Namespace = b.Namespace
			}
			if known := r.bindings[s]; len(known) == 0 || known[len(known)-1] != b {
				r.bindings[s] = append(known, b)
			}
		}
	}
	return r
}

// given is a binding with the subject through which it reaches an account.
type given struct {
	*Binding
	to Subject
}

// given finds the bindings that reach an account, in order of their keys: those
// of the whole cluster first.
func (r *Rules) given(account model.Key) []given {
	var found []given
	for _, s := range Subjects(account) {
		for _, b := range r.bindings[s] {
			found = append(found, given{b, s})
		}
	}
	slices.SortStableFunc(found, func(a, b given) int {
		return cmp.Or(a.Compare(b.Key), cmp.Compare(a.to.Kind, b.to.Kind))
	})
	return slices.CompactFunc(found, func(a, b given) bool { return a.Binding == b.Binding })
}

// Subjects lists all as whom an account is known to RBAC: itself, by its user
// name too, and its groups (k8s.io/apiserver
// pkg/authentication/serviceaccount/util.go).
func Subjects(account model.Key) []Subject {
	return []Subject{
		{SubjectAccount, account},
		{SubjectUser, model.Key{Name: userPrefix + account.Namespace + ":" + account.Name}},
		{SubjectGroup, model.Key{Name: groupAccounts + ":" + account.Namespace}},
		{SubjectGroup, model.Key{Name: groupAccounts}},
		{SubjectGroup, model.Key{Name: groupAuthenticated}},
	}
}

// The names under which accounts are known.
const (
	userPrefix         = "system:serviceaccount:"
	groupAccounts      = "system:serviceaccounts"
	groupAuthenticated = "system:authenticated"
)
