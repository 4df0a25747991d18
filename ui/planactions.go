package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/ui/planpage"
)

// planActions can be called in every view of the plan.
func planActions() []Action {
	view := func(v planView) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			m.plan.show(v)
			return nil
		}
	}
	return []Action{
		{ID: "plan.forecast", Keys: bind("f", "forecast", "f"), Title: "What the cleaner will do, month by month and token by token; again goes back to the steps", Footer: 30,
			Refused: noPlan, Run: view(viewForecast)},
		{ID: "plan.impact", Keys: bind("x", "impact", "x"), Title: "What each setting does to each kind of token; again goes back to the steps", Footer: 31,
			Refused: noPlan, Run: view(viewImpact)},
		{ID: "plan.target", Keys: bind("t", "target", "t"), Title: "Choose the version to plan for", Footer: 46,
			Refused: func(m *Root) string {
				switch _, known := m.planner.current(); {
				case m.planner.know == nil || m.assessment == nil:
					return m.planner.missing()
				case !known:
					return "the version of the API servers is not known; r reads the cluster again"
				}
				return ""
			},
			Run: (*Root).chooseTarget},
		{ID: "plan.write", Keys: bind("w", "write", "w"), Title: "Write the plan to a file: YAML, JSON or Markdown, by its ending", Footer: 47,
			Refused: noPlan, Run: (*Root).askForPlanFile},
		{ID: "plan.escape", Keys: bind("esc", "back", "esc"), Title: "Back to the steps, then to where you came from",
			Run: func(m *Root) tea.Cmd {
				if m.plan.escape() {
					return nil
				}
				return m.goBack()
			}},
	}
}

// noPlan refuses what needs a plan.
func noPlan(m *Root) string { return m.planner.missing() }

// planStepActions can be called while the steps of a hop are shown.
func planStepActions() []Action {
	move := func(by func(*planPage)) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			by(m.plan)
			return m.moved()
		}
	}
	screen := func(p *planPage) int { return max(1, p.pos.height-2) }
	return append([]Action{
		{ID: "plan.down", Keys: bind("↓ j", "down", "down", "j"), Title: "Next step", Run: move(func(p *planPage) { p.moveTo(p.cursor + 1) })},
		{ID: "plan.up", Keys: bind("↑ k", "up", "up", "k"), Title: "Previous step", Run: move(func(p *planPage) { p.moveTo(p.cursor - 1) })},
		{ID: "plan.pageDown", Keys: bind("pgdn ctrl+f", "page down", "pgdown", "ctrl+f"), Title: "One screen down", Run: move(func(p *planPage) { p.moveLines(screen(p)) })},
		{ID: "plan.pageUp", Keys: bind("pgup ctrl+b", "page up", "pgup", "ctrl+b"), Title: "One screen up", Run: move(func(p *planPage) { p.moveLines(-screen(p)) })},
		{ID: "plan.halfDown", Keys: bind("ctrl+d", "half page down", "ctrl+d"), Title: "Half a screen down", Run: move(func(p *planPage) { p.moveLines(screen(p) / 2) })},
		{ID: "plan.halfUp", Keys: bind("ctrl+u", "half page up", "ctrl+u"), Title: "Half a screen up", Run: move(func(p *planPage) { p.moveLines(-screen(p) / 2) })},
		{ID: "plan.top", Keys: bind("g home", "first", "g", "home"), Title: "First step", Run: move(func(p *planPage) { p.moveTo(0) })},
		{ID: "plan.bottom", Keys: bind("G end", "last", "G", "end"), Title: "Last step", Run: move(func(p *planPage) { p.moveTo(1 << 30) })},
		{ID: "plan.nextHop", Keys: bind("→ l", "hop", "right", "l"), Title: "Next hop of the way", Footer: 10, Refused: noPlan,
			Run: move(func(p *planPage) { p.goHop(1) })},
		{ID: "plan.previousHop", Keys: bind("← h", "previous hop", "left", "h"), Title: "Previous hop of the way", Refused: noPlan,
			Run: move(func(p *planPage) { p.goHop(-1) })},
		{ID: "plan.open", Keys: bind("enter", "open", "enter"), Title: "The objects of the step, or its story where they are of several kinds or none", Footer: 12,
			Refused: onPlanRow, Run: (*Root).openStep},
		{ID: "plan.details", Keys: bind("d", "details", "d"), Title: "The whole story of the step", Footer: 13,
			Refused: onPlanRow, Run: func(m *Root) tea.Cmd { m.plan.openDetails(); return nil }},
	}, planObjectActions()...)
}

// planObjectActions are about the objects of the step under the cursor.
func planObjectActions() []Action {
	return []Action{
		stageStepAction(),
		{ID: "plan.mark", Keys: bind("m", "mark", "m"), Title: "Mark the tokens of the step on the Tokens page, but those that have to wait", Footer: 20,
			Refused: func(m *Root) string {
				if why := onStep(m); why != "" {
					return why
				}
				if s := m.planner.sheet; s.TokenCount(m.plan.step()) == 0 {
					return "there is no token to mark in this step"
				}
				return ""
			},
			Run: (*Root).markStep},
	}
}

// onPlanRow refuses what needs a row under the cursor.
func onPlanRow(m *Root) string {
	if why := noPlan(m); why != "" {
		return why
	}
	if _, ok := m.plan.row(); !ok {
		return "this hop has no steps"
	}
	return ""
}

// onStep refuses what needs a step under the cursor.
func onStep(m *Root) string {
	if why := onPlanRow(m); why != "" {
		return why
	}
	if m.plan.step() == nil {
		return "this is no step: it happens by itself"
	}
	return ""
}

// planStoryActions can be called while the story of one step fills the page.
func planStoryActions() []Action {
	step := func(n int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			m.plan.moveTo(m.plan.cursor + n)
			return nil
		}
	}
	return append(append(scrollActions("story", (*Root).scroller),
		Action{ID: "story.next", Keys: bind("n", "next", "n", "right", "l"), Title: "The next step of the hop", Footer: 15, Run: step(1)},
		Action{ID: "story.previous", Keys: bind("N", "previous", "N", "left", "h"), Title: "The previous step of the hop", Footer: 16, Run: step(-1)},
		Action{ID: "story.objects", Keys: bind("enter", "objects", "enter"), Title: "The objects of the step, on their page", Footer: 12,
			Refused: func(m *Root) string {
				if why := onStep(m); why != "" {
					return why
				}
				switch m.planner.sheet.Subject(m.plan.step()) {
				case planpage.Nothing:
					return "no object stands behind this step"
				case planpage.Mixed:
					return "its objects are of several kinds, or of one without a page: they are named here"
				}
				return ""
			},
			Run: (*Root).openObjects},
		Action{ID: "story.close", Keys: bind("d", "steps", "d"), Title: "Back to the steps", Footer: 14,
			Run: func(m *Root) tea.Cmd { m.plan.escape(); return nil }},
	), planObjectActions()...)
}

// forecastActions can be called while the forecast is shown.
func forecastActions() []Action {
	move := func(by func(*planPage)) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			by(m.plan)
			return nil
		}
	}
	return []Action{
		{ID: "forecast.down", Keys: bind("↓ j", "down", "down", "j"), Title: "Next token", Run: move(func(p *planPage) { p.moveUpcoming(1) })},
		{ID: "forecast.up", Keys: bind("↑ k", "up", "up", "k"), Title: "Previous token", Run: move(func(p *planPage) { p.moveUpcoming(-1) })},
		{ID: "forecast.pageDown", Keys: bind("pgdn ctrl+f", "page down", "pgdown", "ctrl+f"), Title: "One screen down", Run: move(func(p *planPage) { p.moveUpcoming(p.upcomingPage()) })},
		{ID: "forecast.pageUp", Keys: bind("pgup ctrl+b", "page up", "pgup", "ctrl+b"), Title: "One screen up", Run: move(func(p *planPage) { p.moveUpcoming(-p.upcomingPage()) })},
		{ID: "forecast.halfDown", Keys: bind("ctrl+d", "half page down", "ctrl+d"), Title: "Half a screen down", Run: move(func(p *planPage) { p.moveUpcoming(max(1, p.upcomingPage()/2)) })},
		{ID: "forecast.halfUp", Keys: bind("ctrl+u", "half page up", "ctrl+u"), Title: "Half a screen up", Run: move(func(p *planPage) { p.moveUpcoming(-max(1, p.upcomingPage()/2)) })},
		{ID: "forecast.top", Keys: bind("g home", "first", "g", "home"), Title: "First token, with what stands above", Run: move((*planPage).upcomingTop)},
		{ID: "forecast.bottom", Keys: bind("G end", "last", "G", "end"), Title: "Last token", Run: move((*planPage).upcomingBottom)},
		{ID: "forecast.token", Keys: bind("enter", "token", "enter"), Title: "Go to the token under the cursor", Footer: 12,
			Refused: func(m *Root) string {
				if why := noPlan(m); why != "" {
					return why
				}
				item, ok := m.plan.upcoming.Current()
				switch {
				case !ok:
					return emptyList
				case m.assessment.Token(itemKey(item)) == nil:
					return "this token is gone"
				}
				return ""
			},
			Run: func(m *Root) tea.Cmd {
				item, _ := m.plan.upcoming.Current()
				return m.visit(PageTokens, func() tea.Cmd { return m.tokens.show(itemKey(item)) })
			}},
	}
}

// impactActions can be called while the table of settings is shown.
func impactActions() []Action { return scrollActions("impact", (*Root).scroller) }

// openDetails lets the story of one step fill the page.
func (p *planPage) openDetails() {
	p.details, p.deep = true, scroll{}
	p.follow()
}

// openStep opens the objects of a step where they stand on one page and its
// story is read already, beside the steps; else the story.
func (m *Root) openStep() tea.Cmd {
	_, beside := m.plan.split()
	subject := planpage.Nothing
	if s := m.plan.step(); s != nil {
		subject = m.planner.sheet.Subject(s)
	}
	if beside == 0 || subject == planpage.Nothing || subject == planpage.Mixed {
		m.plan.openDetails()
		return nil
	}
	return m.openObjects()
}
