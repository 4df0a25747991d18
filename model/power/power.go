package power

import (
	"fmt"
	"strings"

	"timebound/model"
)

// Power is what one account may do.
type Power struct {
	Account model.Key
	// Grants are its abilities, in their order; those that it lacks are left out.
	Grants []Grant
	// Namespaces are those in which RoleBindings give it an ability, listed here or
	// had everywhere already.
	Namespaces Names
	// Unread are bindings that reach it, and whose role was not readable.
	Unread     []Evidence
	MoreUnread int
	// Incomplete is what was not read and may give it more.
	Incomplete []model.Gap
}

// Grant is one ability, where the account has it, and by what. A RoleBinding
// with a rule on something that has no namespace gives nothing; of Reads and
// Writes it is counted all the same, because rules do not say what has one.
type Grant struct {
	Ability Ability
	// Everywhere is how far ClusterRoleBindings reach: into all namespaces, and to
	// what has none.
	Everywhere Extent
	// Whole and Named are the namespaces in which RoleBindings add to that, for
	// objects of any name or only for some that are named.
	Whole, Named Names
	// By are bindings that give it, those of the whole cluster first; More counts
	// those that are left out.
	By   []Evidence
	More int
}

// Evidence is a binding that gives an account something, and as whom.
type Evidence struct {
	Binding *Binding
	To      Subject
}

// String tells the evidence in one line: "ClusterRoleBinding ops of ClusterRole
// admin to group system:authenticated".
func (e Evidence) String() string {
	return e.Binding.String() + " of " + e.Binding.Role.String() + " to " + e.To.String()
}

// Names are sorted names; of very many only the first are kept.
type Names struct {
	List  []string
	Count int
}

// Bounds on what a Power keeps. A group that every account is in can be bound in
// every namespace.
const (
	maxNames    = 64
	maxEvidence = 8
)

func (n *Names) add(name string) {
	if n.Count++; len(n.List) < maxNames {
		n.List = append(n.List, name)
	}
}

// Grant gives the grant of an ability; the zero Grant if the account lacks it.
func (p *Power) Grant(a Ability) Grant {
	for i := range p.Grants {
		if p.Grants[i].Ability == a {
			return p.Grants[i]
		}
	}
	return Grant{Ability: a}
}

// ClusterAdmin says that the account may do everything with all objects. The
// paths outside of the resources, which ClusterRole cluster-admin has too, are
// not asked for: such an account can give them to itself.
func (p *Power) ClusterAdmin() bool { return p.Grant(Everything).Everywhere == Whole }

// AtLeast says that the account may be able to do more than is known.
func (p *Power) AtLeast() bool { return len(p.Incomplete) > 0 || len(p.Unread) > 0 }

// Given says that the account has the ability somewhere.
func (g Grant) Given() bool { return g.Everywhere != None || g.Whole.Count+g.Named.Count > 0 }

// Where says where the account has it: "everywhere", "in payments and ledger",
// "in 12 namespaces".
func (g Grant) Where() string {
	var parts []string
	switch {
	case g.Everywhere == Whole:
		return "everywhere"
	case g.Everywhere == Named:
		parts = append(parts, "everywhere, named objects only")
	}
	if g.Whole.Count > 0 {
		parts = append(parts, "in "+g.Whole.words())
	}
	if g.Named.Count > 0 {
		parts = append(parts, "in "+g.Named.words()+", named objects only")
	}
	return strings.Join(parts, "; ")
}

// words names up to three, and counts more.
func (n Names) words() string {
	switch n.Count {
	case 1:
		return n.List[0]
	case 2:
		return n.List[0] + " and " + n.List[1]
	case 3:
		return n.List[0] + ", " + n.List[1] + " and " + n.List[2]
	}
	return fmt.Sprintf("%d namespaces", n.Count)
}
