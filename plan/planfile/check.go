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
	for i, h := range p.Hops {
		where := fmt.Sprintf("hops[%d]", i)
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
	return nil
}

var actionKinds = []plan.ActionKind{plan.Invalidate, plan.Delete, plan.Project, plan.Detach, plan.Issue}

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
