package planfile

import (
	"fmt"
	"slices"

	"timebound/plan"
)

// check says what of a plan makes no sense, by the name of its field. A reader
// that trusts the words of a file may do harm with them later.
func check(p *plan.Plan) error {
	if p.From < 1 || p.Target < p.From {
		return fmt.Errorf("from %s, target %s: the target is behind", p.From, p.Target)
	}
	for i, ph := range p.Policy.Phases {
		if ph.Minor < 1 {
			return fmt.Errorf("policy.phases[%d].minor: is missing", i)
		}
	}
	for i, n := range p.Policy.Notes {
		if n.Minor < 1 {
			return fmt.Errorf("policy.notes[%d].minor: is missing", i)
		}
	}
	for i, h := range p.Hops {
		where := fmt.Sprintf("hops[%d]", i)
		if h.From < 1 || h.To < h.From {
			return fmt.Errorf("%s: from %s to %s", where, h.From, h.To)
		}
		for j, c := range h.Changes {
			if c.Minor < 1 {
				return fmt.Errorf("%s.changes[%d].minor: is missing", where, j)
			}
		}
		if !slices.Contains([]plan.Position{plan.Past, plan.Here, plan.Ahead}, h.Position) {
			return fmt.Errorf("%s.position: %q is no position", where, h.Position)
		}
		for j, s := range h.Steps {
			where := fmt.Sprintf("%s.steps[%d]", where, j)
			if s.ID == "" || s.Code == "" {
				return fmt.Errorf("%s: needs id and code", where)
			}
			if !slices.Contains(plan.States(), s.State) {
				return fmt.Errorf("%s.state: %q is no state", where, s.State)
			}
			if !slices.Contains(plan.Phases(), s.Phase) {
				return fmt.Errorf("%s.phase: %q is no phase", where, s.Phase)
			}
			for k, a := range s.Actions {
				if err := checkAction(a); err != nil {
					return fmt.Errorf("%s.actions[%d].%w", where, k, err)
				}
			}
		}
	}
	for i, r := range p.Impact.Rows {
		if len(r.Cells) != len(p.Impact.Settings) {
			return fmt.Errorf("impact.rows[%d]: %d cells for %d settings", i, len(r.Cells), len(p.Impact.Settings))
		}
		for j, c := range r.Cells {
			for k, l := range c.Later {
				if l.Minor < 1 {
					return fmt.Errorf("impact.rows[%d].cells[%d].later[%d].minor: is missing", i, j, k)
				}
			}
		}
	}
	return nil
}

// actionKinds are what may be asked for. Reactivate is never planned, but staged
// by hand.
var actionKinds = []plan.ActionKind{plan.Invalidate, plan.Delete, plan.Project, plan.Detach, plan.Issue, plan.Reactivate}

func checkAction(a plan.Action) error {
	switch {
	case !slices.Contains(actionKinds, a.Kind):
		return fmt.Errorf("kind: %q is no action", a.Kind)
	case a.On.Kind == "" || a.On.Namespace == "" || a.On.Name == "":
		return fmt.Errorf("on: needs kind, namespace and name")
	case a.On.UID == "":
		return fmt.Errorf("on.uid: without it another object of the same name could be meant")
	}
	return nil
}
