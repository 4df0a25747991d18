package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/planpage"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// planView is what the Plan page shows.
type planView uint8

// The views.
const (
	viewSteps    planView = iota // the way, and the steps of one hop
	viewForecast                 // what the cleaner will do
	viewImpact                   // what each setting does
)

// planPage is the plan: where the cluster stands on its way, and what each hop
// asks for.
type planPage struct {
	env   *env
	plans *planner

	width, height int
	view          planView
	details       bool // the story of one step fills the page
	rest

	// The hop that is looked at (0: the one the cluster stands in), the step
	// that was chosen in each, and what of the way is seen.
	hop     plan.Minor
	chosen  map[plan.Minor]string
	station int
	// The steps of that hop.
	list   *planpage.List
	cursor int
	pos    scroll
	told   planTelling
	deep   scroll

	upcoming *table.Table[model.Key, *plan.ForecastItem]
	folded   int // lines of what stands above the tokens that are scrolled away
	head     headCache
	impact   textCache
	impacts  scroll

	keysSteps, keysDetails, keysForecast, keysImpact *keymap
}

func newPlanPage(e *env, plans *planner, global []Action) *planPage {
	p := &planPage{env: e, plans: plans, chosen: map[plan.Minor]string{}}
	p.upcoming = table.New(upcomingColumns(), func(i *plan.ForecastItem) model.Key {
		return model.Key{Namespace: i.Namespace, Name: i.Name}
	})
	everywhere := section{"Everywhere", global}
	p.keysSteps = newKeymap(section{"Plan", planStepActions()}, section{"The plan as a whole", planActions()}, everywhere)
	p.keysDetails = newKeymap(section{"Story of a step", planStoryActions()}, section{"The plan as a whole", planActions()}, everywhere)
	p.keysForecast = newKeymap(section{"Forecast", forecastActions()}, section{"The plan as a whole", planActions()}, everywhere)
	p.keysImpact = newKeymap(section{"Impact", impactActions()}, section{"The plan as a whole", planActions()}, everywhere)
	p.restyle()
	return p
}

func (p *planPage) keymap() *keymap {
	switch {
	case p.details:
		return p.keysDetails
	case p.view == viewForecast:
		return p.keysForecast
	case p.view == viewImpact:
		return p.keysImpact
	}
	return p.keysSteps
}

func (p *planPage) scroller() *scroll {
	if p.view == viewImpact {
		return &p.impacts
	}
	return &p.deep
}

func (p *planPage) restyle()         { p.upcoming.SetStyles(p.env.styles) }
func (p *planPage) invalidate()      {}
func (p *planPage) refresh() tea.Cmd { return p.plans.refresh() }

func (p *planPage) resize(width, height int) {
	p.width, p.height = width, height
	if p.plans.sheet != nil {
		p.lay()
		p.fold(0)
	}
}

// take takes a new plan in: the cursor stays with its step, and the step on
// its line, as far as that is possible.
func (p *planPage) take() {
	s := p.plans.sheet
	if s == nil {
		return
	}
	p.upcoming.SetRows(s.Upcoming)
	p.fold(0)
	p.lay()
}

// lay lays out the hop that is looked at.
func (p *planPage) lay() {
	s := p.plans.sheet
	before := 0
	if row, ok := p.row(); ok {
		before = row.From - p.pos.offset
	}
	h := &s.Plan.Hops[s.Position(p.hop)]
	same := p.list != nil && p.list.Hop.To == h.To
	p.list = planpage.Lay(h, p.listHeight())
	at, found := p.list.Find(p.chosen[h.To])
	if !found {
		at = p.list.FirstOpen()
	}
	p.cursor = at
	if row, ok := p.row(); ok && same {
		p.pos.offset = row.From - before
	} else if !same {
		p.pos.offset = 0
	}
	p.reveal()
}

// row is the row under the cursor.
func (p *planPage) row() (planpage.Row, bool) {
	if p.list == nil || p.cursor >= len(p.list.Rows) {
		return planpage.Row{}, false
	}
	return p.list.Rows[p.cursor], true
}

// step is the step under the cursor; nil where there is none.
func (p *planPage) step() *plan.Step {
	row, _ := p.row()
	return row.Step
}

// reveal scrolls so that the row under the cursor and the chosen station are
// seen.
func (p *planPage) reveal() {
	if p.list == nil {
		return
	}
	s := p.plans.sheet
	p.station = planpage.FirstStation(len(s.Plan.Hops), s.Position(p.hop), p.station, p.wayWidth())
	p.pos.fit(p.list.Len(), p.listHeight())
	if row, ok := p.row(); ok {
		p.pos.show(row.From, min(row.To+1, p.list.Len())) // the sign that more follows takes a line
	}
}

// moveTo puts the cursor on a row of the hop.
func (p *planPage) moveTo(at int) {
	if p.list == nil || len(p.list.Rows) == 0 {
		return
	}
	p.cursor = max(0, min(at, len(p.list.Rows)-1))
	p.chosen[p.list.Hop.To] = p.list.Rows[p.cursor].ID
	p.deep = scroll{}
	p.reveal()
}

// moveLines moves the cursor by about so many lines of the list.
func (p *planPage) moveLines(n int) {
	row, ok := p.row()
	if !ok {
		return
	}
	at := p.list.RowAt(max(0, row.To-1+n))
	if at == p.cursor && n > 0 {
		at++
	} else if at == p.cursor {
		at--
	}
	p.moveTo(at)
}

// goHop looks at the hop that lies n hops further on the way.
func (p *planPage) goHop(n int) {
	s := p.plans.sheet
	if s == nil {
		return
	}
	at := max(0, min(s.Position(p.hop)+n, len(s.Plan.Hops)-1))
	p.hop = s.Plan.Hops[at].To
	p.lay()
}

// show changes the view; the one that is shown already gives way to the steps.
func (p *planPage) show(v planView) {
	if p.view == v {
		v = viewSteps
	}
	p.view, p.details = v, false
	p.fold(0)
}

// escape undoes the innermost choice of what is seen.
func (p *planPage) escape() bool {
	p.follow()
	switch {
	case p.details:
		p.details = false
	case p.view != viewSteps:
		p.view = viewSteps
	default:
		return false
	}
	return true
}

func (p *planPage) hold() (gen int, waits bool) {
	_, told := p.split()
	return p.begin(told > 0 && p.view == viewSteps && !p.details)
}

func (p *planPage) remember() func() tea.Cmd {
	view, details, hop, deep, station := p.view, p.details, p.hop, p.deep, p.station
	row, some := p.row()
	item, any := p.upcoming.Current()
	return func() tea.Cmd {
		p.view, p.details, p.hop, p.station = view, details, hop, station
		if p.plans.sheet != nil {
			if some {
				s := p.plans.sheet
				p.chosen[s.Plan.Hops[s.Position(hop)].To] = row.ID
			}
			p.lay()
			p.deep = deep
			if any {
				p.upcoming.Select(model.Key{Namespace: item.Namespace, Name: item.Name})
				p.fold(0)
			}
		}
		return nil
	}
}

// headCache and textCache are texts that were written, with what they were
// written for.
type textCache struct {
	sheet  *planpage.Sheet
	styles *theme.Styles
	width  int
	lines  []string
}

type headCache struct {
	textCache
	mark  model.Day
	roomy bool
}

// write gives the text again unless something changed that it was written for.
func (c *textCache) write(s *planpage.Sheet, st *theme.Styles, width int, write func() []string) []string {
	if c.sheet != s || c.styles != st || c.width != width {
		*c = textCache{s, st, width, write()}
	}
	return c.lines
}
