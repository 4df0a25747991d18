package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/batch"
	"timebound/plan/change"
	"timebound/ui/planpage"
)

// withPlan does something with a plan of the present facts: at once, or when it
// is built.
func (m *Root) withPlan(do func() tea.Cmd) tea.Cmd {
	p := m.planner
	if p.basis == m.assessment && p.sheet != nil {
		return do()
	}
	cmd := p.refresh()
	if !p.busy && p.sheet != nil {
		return do() // the newest plan that there is; what moved since is skipped later
	}
	if !p.busy {
		m.notice = p.missing()
		return cmd
	}
	m.afterPlan = do
	return cmd
}

// unplanned says why the plan asks for nothing of a kind about an object; "" if
// it does, or if that is not known yet.
func (m *Root) unplanned(kind plan.ActionKind, o batch.Object) string {
	p := m.planner
	switch {
	case p.know == nil:
		return p.missing()
	case p.sheet == nil && p.err != nil:
		return "there is no plan: " + p.missing()
	case p.sheet == nil:
		return ""
	}
	if action, _ := p.sheet.ActionOn(kind, o.Kind, o.Key); action != nil {
		return ""
	}
	return whyUnplanned(m.assessment, p.sheet, kind, o)
}

func whyUnplanned(a *model.Assessment, s *planpage.Sheet, kind plan.ActionKind, o batch.Object) string {
	if kind == plan.Detach {
		return "no name in its .secrets is known to lead nowhere"
	}
	if note := s.NoteOn(o.Kind, o.Key); note != "" {
		return "it has to be changed by hand: " + note
	}
	if w := a.Workload(model.WorkloadKey{Kind: o.Kind, Key: o.Key}); w != nil && o.Kind == "Pod" && w.Workload.Owner.Kind != "" {
		return "it is made by " + w.Workload.Owner.Kind + " " + w.Workload.Owner.Name + ": what has to be changed is the template"
	}
	return "no volume of it holds a token that a projected one could replace"
}

// plannedWish wants what the plan asks for about an object.
func (m *Root) plannedWish(kind plan.ActionKind, o batch.Object) wish {
	sheet, a := m.planner.sheet, m.assessment
	if action, step := sheet.ActionOn(kind, o.Kind, o.Key); action != nil {
		return m.planWish(action, step)
	}
	return wish{name: objectName(o.Kind, o.Key), stage: func(string) (*change.Item, *change.Refusal) {
		return nil, &change.Refusal{Why: whyUnplanned(a, sheet, kind, o)}
	}}
}

// stageStep stages all actions of the step under the cursor.
func (m *Root) stageStep() tea.Cmd {
	step := m.plan.step()
	w := wishes{}
	for i := range step.Actions {
		w.list = append(w.list, m.planWish(&step.Actions[i], step))
		if i == 0 {
			w.kind = step.Actions[i].Kind
		} else if w.kind != step.Actions[i].Kind {
			w.kind = ""
		}
	}
	return stageCmd(w)
}

// stageStepAction stages a step of the plan.
func stageStepAction() Action {
	return Action{ID: "plan.stage", Keys: bind("s", "stage", "s"), Title: "Stage every change that the step asks for", Effect: Stages, Footer: 19,
		Refused: func(m *Root) string {
			if why := onStep(m); why != "" {
				return why
			}
			if len(m.plan.step().Actions) == 0 {
				return "this step names no change that could be staged"
			}
			return m.env.staging.missing()
		},
		Run: (*Root).stageStep}
}
