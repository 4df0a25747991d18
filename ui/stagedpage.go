package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/plan"
	"timebound/plan/run"
)

// stagedPage is what is staged, and the review of it.
type stagedPage struct {
	*stagedList
	review     *reviewing // nil while the list is shown
	keysReview *keymap
}

func newStagedPage(e *env, shared, global []Action) *stagedPage {
	return &stagedPage{
		stagedList: newListPage(e, stagedSpec(e), shared, global),
		keysReview: newKeymap(section{"Review", reviewActions()}, section{"Everywhere", global}),
	}
}

func (p *stagedPage) keymap() *keymap {
	if p.review != nil {
		return p.keysReview
	}
	return p.stagedList.keymap()
}

func (p *stagedPage) scroller() *scroll {
	if p.review != nil {
		return &p.review.pos
	}
	return p.stagedList.scroller()
}

func (p *stagedPage) refresh() tea.Cmd {
	if r := p.review; r != nil {
		r.recheck(p.env.assessment)
		return r.lay(p.env, max(0, p.width-2*margin))
	}
	return tea.Batch(p.env.staging.recheck(p.env.assessment), p.stagedList.refresh())
}

func (p *stagedPage) appendLine(dst []byte, line int) []byte {
	if p.review != nil {
		return p.appendReview(dst, line)
	}
	return p.stagedList.appendLine(dst, line)
}

func (p *stagedPage) hold() (gen int, waits bool) {
	if p.review != nil {
		return 0, false
	}
	return p.stagedList.hold()
}

// remember brings the list back; a review that was left is over.
func (p *stagedPage) remember() func() tea.Cmd {
	list := p.stagedList.remember()
	return func() tea.Cmd {
		if p.review != nil {
			p.review.cancel()
			p.review = nil
		}
		return list()
	}
}

// runOptionsFor gives the options for an order. Putting back is not the time to
// be slow.
func (m *Root) runOptionsFor(o run.Order) run.Options {
	if o.Purpose == run.Undo {
		return run.UndoDefaults()
	}
	return m.runOptions
}

// unchangeable says why nothing can be changed from here; "" if it can.
func (m *Root) unchangeable() string {
	switch {
	case m.options.Changes == nil:
		return "this cluster can only be looked at from here"
	case m.confirmName() == "":
		return "the cluster has no name that could be typed to confirm: start with --context"
	}
	return ""
}

// reviewStaged has everything that is staged tried out.
func (m *Root) reviewStaged() tea.Cmd {
	o := run.Order{Name: m.batchName(), Purpose: run.Apply, Items: m.env.staging.batch.Items()}
	o.Options = m.runOptionsFor(o)
	return m.startReview(o, true)
}

// batchName names what is staged for people: by its one action, or as a whole.
func (m *Root) batchName() string {
	totals := m.env.staging.batch.Totals()
	if len(totals) == 1 {
		return map[plan.ActionKind]string{
			plan.Invalidate: "switch tokens off", plan.Reactivate: "switch tokens on again", plan.Delete: "delete tokens",
			plan.Project: "project tokens", plan.Detach: "detach names", plan.Issue: "issue tokens",
		}[totals[0].Kind]
	}
	return "staged changes"
}

// reviewActions can be called while a review is shown.
func reviewActions() []Action {
	return append([]Action{
		{ID: "review.run", Keys: bind("enter", "run it", "enter"), Title: "Confirm by typing the name of the cluster, and run what is ready", Effect: Changes, Footer: 1,
			Refused: (*Root).unready, Run: (*Root).confirmReview},
		{ID: "review.again", Keys: bind("v", "review again", "v"), Title: "Have everything tried out again, by what is known now", Footer: 4, Run: (*Root).reviewAgain},
		{ID: "review.kubectl", Keys: bind("k", "kubectl", "k"), Title: "Show or hide the kubectl commands that would do about the same", Footer: 3,
			Run: func(m *Root) tea.Cmd {
				m.stagedPage.review.kubectl = !m.stagedPage.review.kubectl
				return m.stagedPage.refresh()
			}},
		{ID: "review.options", Keys: bind("o", "options", "o"), Title: "Canary, pace, when to stop, and what may be deleted", Footer: 2, Run: (*Root).openOptions},
		{ID: "review.close", Keys: bind("esc", "back", "esc"), Title: "Leave the review; nothing is done", Footer: 5, Run: (*Root).closeReview},
	}, reviewScroll()...)
}

// reviewScroll moves the review. Its letters are taken: k shows the commands.
func reviewScroll() []Action {
	actions := scrollActions("review", (*Root).scroller)
	for i := range actions {
		switch actions[i].ID {
		case "review.down":
			actions[i].Keys = bind("↓ j", "down", "down", "j")
		case "review.up":
			actions[i].Keys = bind("↑", "up", "up")
		}
	}
	return actions
}

// unready says why what is reviewed cannot be run; "" if it can.
func (m *Root) unready() string {
	r := m.stagedPage.review
	switch {
	case r.busy:
		return "the review is not over yet"
	case r.err != nil:
		return "the review was not finished: v tries again"
	case len(r.result.Missing) > 0:
		return "you lack rights that it takes: timebound rbac --for write prints them"
	case r.result.OK() == 0:
		return "nothing of it can be done now: LEFT OUT says why"
	case m.live != nil:
		return "a run is under way: 8 shows it"
	}
	return m.unchangeable()
}
