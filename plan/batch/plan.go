package batch

import (
	"fmt"

	"timebound/plan"
	"timebound/plan/change"
)

// ByHand is the id and code of the one step of a plan that AsPlan makes.
const ByHand = "staged"

// AsPlan makes a plan of what is staged: for the cluster and by the facts of
// base, with one step that asks for these changes as they stand, pins and
// reasons included. Items that put something back are left out: only the run
// that made a change can say how.
func AsPlan(base *plan.Plan, items []*change.Item) *plan.Plan {
	p := *base
	p.Hash, p.Forecast, p.Impact = "", plan.Forecast{}, plan.Impact{}
	hop := plan.Hop{From: base.From, To: base.From, Position: plan.Here}
	for i := range base.Hops {
		if h := &base.Hops[i]; h.Position == plan.Here {
			hop.From, hop.To, hop.Name = h.From, h.To, h.Name
		}
	}
	p.From, p.Target = hop.From, hop.To
	step := plan.Step{
		ID: ByHand, Code: ByHand, Phase: plan.Do, State: plan.ToDo, Title: "staged by hand",
		Why:  "Somebody chose these changes one by one and staged them; none was made when this was written.",
		Undo: "timebound undo puts back what was done, as far as that goes: a review says how far, before anything is done.",
	}
	var written []*change.Item
	for _, i := range items {
		if _, stageable := subjects[i.Kind]; !stageable || i.Inverse != nil {
			continue
		}
		action := i.Action
		if action.Team == "" {
			action.Team = plan.TeamOf(base.Policy, action.On.Namespace)
		}
		step.Actions = append(step.Actions, action)
		written = append(written, i)
	}
	for _, t := range Totals(written) {
		step.Facts = append(step.Facts, fmt.Sprintf("%d to %s", t.Count, t.Kind))
	}
	hop.Steps = []plan.Step{step}
	p.Hops = []plan.Hop{hop}
	return &p
}
