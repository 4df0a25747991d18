package power

import (
	"strings"

	"timebound/model"
)

// world is a cluster's RBAC in the words of tests.
type world struct {
	roles    []*Role
	bindings []*Binding
	coverage model.Coverage
	minor    int
}

// allRead is the coverage of somebody who may read everything.
func allRead() model.Coverage {
	complete := model.KindCoverage{State: model.CoverageComplete}
	return model.Coverage{Kinds: map[model.ObjectKind]model.KindCoverage{
		KindClusterRoles: complete, KindClusterRoleBindings: complete, KindRoles: complete, KindRoleBindings: complete,
	}}
}

func newWorld() *world { return &world{coverage: allRead()} }

func (w *world) rules() *Rules {
	return New(w.roles, w.bindings, w.coverage, model.Version{Minor: w.minor})
}

func (w *world) of(account string) Power { return w.rules().Of(key(account)) }

// key reads "namespace/name", or "name" of what has no namespace.
func key(s string) model.Key {
	if namespace, name, ok := strings.Cut(s, "/"); ok {
		return model.Key{Namespace: namespace, Name: name}
	}
	return model.Key{Name: s}
}

// role makes a ClusterRole "name" or a Role "namespace/name" of rules.
func (w *world) role(name string, rules ...Rule) *world {
	w.roles = append(w.roles, &Role{key(name), rules})
	return w
}

// bind binds a role, "name" for a ClusterRole and "Role name" for a Role, to
// subjects: "ns/account", "user x", "group x". binding is as in role.
func (w *world) bind(binding, role string, subjects ...string) *world {
	b := &Binding{Key: key(binding), Role: RoleRef{true, role}}
	if name, ok := strings.CutPrefix(role, "Role "); ok {
		b.Role = RoleRef{false, name}
	}
	for _, s := range subjects {
		switch kind, name, _ := strings.Cut(s, " "); kind {
		case "user":
			b.Subjects = append(b.Subjects, Subject{SubjectUser, model.Key{Name: name}})
		case "group":
			b.Subjects = append(b.Subjects, Subject{SubjectGroup, model.Key{Name: name}})
		default:
			b.Subjects = append(b.Subjects, Subject{SubjectAccount, key(s)})
		}
	}
	w.bindings = append(w.bindings, b)
	return w
}

// rule reads "verb,verb group resource,resource [name,name]"; the core group is
// "core".
func rule(s string) Rule {
	f := strings.Fields(s)
	r := Rule{Verbs: strings.Split(f[0], ","), Resources: strings.Split(f[2], ",")}
	for _, g := range strings.Split(f[1], ",") {
		if g == "core" {
			g = ""
		}
		r.Groups = append(r.Groups, g)
	}
	if len(f) > 3 {
		r.Names = strings.Split(f[3], ",")
	}
	return r
}

// say writes what a power grants: "reads-secrets everywhere | writes in a".
func say(p Power) string {
	var all []string
	for _, g := range p.Grants {
		all = append(all, g.Ability.Info().ID+" "+g.Where())
	}
	return strings.Join(all, " | ")
}
