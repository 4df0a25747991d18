package ui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
	"timebound/ui/planpage"
)

// planner builds the plan off the screen's thread, one at a time: facts may
// come faster than plans can be built. While it builds, the last plan stays.
type planner struct {
	env    *env
	know   *knowledge.Migration
	policy knowledge.Policy
	target plan.Minor // 0 is the newest known

	gen     int  // counts what was asked for
	busy    bool // a command builds
	pausing bool // the last build took so long that the next one waits

	sheet *planpage.Sheet // the last that could be built; nil before the first
	err   error           // why the last one asked for could not be built
	basis *model.Assessment
	goal  plan.Minor // the target that sheet or err is for
}

// plannedMsg brings a plan, or why there is none.
type plannedMsg struct {
	gen   int
	sheet *planpage.Sheet
	err   error
	basis *model.Assessment
	goal  plan.Minor
	took  time.Duration
}

// In a large cluster where something always changes, plans would be built one
// after the other. A build that takes long is followed by a pause, so that
// building takes a fifth of the time at most.
const (
	longBuild = 40 * time.Millisecond
	pauseFor  = 4 // times as long as the build
)

// pausedMsg says that the pause after a build is over.
type pausedMsg struct{}

// refresh has the plan built if facts or target are others than those that the
// last one stands on.
func (p *planner) refresh() tea.Cmd {
	a := p.env.assessment
	if p.know == nil || a == nil || p.busy || p.pausing && p.goal == p.target || p.basis == a && p.goal == p.target {
		return nil
	}
	p.busy = true
	p.gen++
	return planCmd(p.gen, a, p.know, plan.Options{Target: p.target, Policy: p.policy})
}

// refreshRead is refresh for a page that shows the plan beside other things:
// while lists are still being read, a plan would be too early.
func (p *planner) refreshRead() tea.Cmd {
	if p.env.loading {
		return nil
	}
	return p.refresh()
}

// planCmd builds a plan and makes it ready for the screen.
func planCmd(gen int, a *model.Assessment, know *knowledge.Migration, o plan.Options) tea.Cmd {
	return func() tea.Msg {
		msg, begun := plannedMsg{gen: gen, basis: a, goal: o.Target}, time.Now()
		made, err := plan.Build(a, know, o)
		if err != nil {
			msg.err = err
		} else {
			msg.sheet = planpage.Make(made)
		}
		msg.took = time.Since(begun)
		return msg
	}
}

// aim changes the target. What is being built for another one is dropped when
// it comes.
func (p *planner) aim(target plan.Minor) tea.Cmd {
	if p.target == target {
		return nil
	}
	p.target = target
	p.gen++
	return p.refresh()
}

// onPlanned takes a plan in, unless another target was chosen meanwhile.
func (m *Root) onPlanned(msg plannedMsg) tea.Cmd {
	p := m.planner
	p.busy = false
	if msg.gen == p.gen {
		p.basis, p.goal, p.err = msg.basis, msg.goal, msg.err
		if msg.sheet != nil {
			p.sheet = msg.sheet
		}
		m.plan.take()
		for _, t := range m.texts {
			t.invalidate()
		}
		m.dirty = true
	}
	var waiting tea.Cmd
	if do := m.afterPlan; do != nil && (p.sheet != nil || msg.gen == p.gen) {
		m.afterPlan = nil
		if p.sheet != nil {
			waiting = do()
		} else {
			m.notice = "there is no plan: " + p.missing()
		}
	}
	if msg.took >= longBuild {
		p.pausing = true
		return tea.Batch(waiting, m.after(pauseFor*msg.took, pausedMsg{}), m.page().refresh())
	}
	return tea.Batch(waiting, m.page().refresh())
}

// onPaused has newer facts planned, if a page shows the plan.
func (m *Root) onPaused() tea.Cmd {
	m.planner.pausing = false
	return m.page().refresh()
}

// plan is the last plan that could be built; nil before the first.
func (p *planner) plan() *plan.Plan {
	if p.sheet == nil {
		return nil
	}
	return p.sheet.Plan
}

// missing says why there is no plan to look at; "" if there is one.
func (p *planner) missing() string {
	switch {
	case p.sheet != nil:
		return ""
	case p.err != nil:
		return p.trouble() + "; 6 tells what to do"
	case p.know == nil:
		return "no plan can be made: what is known about versions was not loaded"
	case p.env.assessment == nil:
		return "nothing was read yet"
	}
	return "the plan is being built"
}

// trouble says in words why the last plan could not be built.
func (p *planner) trouble() string {
	switch {
	case errors.Is(p.err, plan.ErrVersionUnknown):
		return "the version of the API servers is not known"
	case errors.Is(p.err, plan.ErrTargetBehind):
		return "the target " + p.target.String() + " is behind the cluster"
	}
	return p.err.Error()
}

// current gives the version that runs, as far as the plan goes: the oldest of
// the API servers.
func (p *planner) current() (plan.Minor, bool) {
	if p.env.assessment == nil {
		return 0, false
	}
	v, known := p.env.assessment.Inventory.Cluster.Oldest()
	return plan.Minor(v.Minor), known
}
