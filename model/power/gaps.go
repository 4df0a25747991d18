package power

import (
	"fmt"
	"slices"
	"strings"

	"timebound/model"
)

// GapNotAsked is the reason for what was left out on request: the namespaces
// that the user did not name.
const GapNotAsked model.GapReason = "not asked for"

// bindingGaps says what of the bindings is missing. It is the same for every
// account.
func bindingGaps(c model.Coverage) []model.Gap {
	gaps := slices.Concat(gapsOf(c, KindClusterRoleBindings), gapsOf(c, KindRoleBindings))
	if c.Namespaces != nil {
		gaps = append(gaps, model.Gap{Kind: KindRoleBindings, Reason: GapNotAsked, Message: fmt.Sprintf(
			"only the rolebindings of %s were read; leave out -n to read all", strings.Join(c.Namespaces, ", "))})
	}
	return gaps
}

// gapsOf gives what of one kind is missing.
func gapsOf(c model.Coverage, kind model.ObjectKind) []model.Gap {
	switch k := c.Kinds[kind]; {
	case len(k.Gaps) > 0:
		return k.Gaps
	case k.State == model.CoverageComplete, k.State == model.CoverageNotServed:
		return nil
	}
	return []model.Gap{{Kind: kind, Reason: model.GapFailed, Message: string(kind) + " were not read"}}
}

// rolesRead says whether the list of roles proves that a binding's role does not
// exist, so that it gives nothing.
func (r *Rules) rolesRead(b *Binding) bool {
	if b.Role.Cluster {
		return len(gapsOf(r.coverage, KindClusterRoles)) == 0
	}
	return r.coverage.Reads(KindRoles, b.Namespace)
}

// unread notes a binding whose role is not known.
func (p *Power) unread(g given) {
	if len(p.Unread) < maxEvidence {
		p.Unread = append(p.Unread, Evidence{g.Binding, g.to})
	} else {
		p.MoreUnread++
	}
}
