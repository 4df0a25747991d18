package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"timebound/plan"
	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// activityPage is the list of runs, and the view of one of them.
type activityPage struct {
	env  *env
	ctx  context.Context
	make Changer // nil where nothing can be changed
	days int     // of soaking

	width, height int
	list          *table.Table[string, *runRow]
	results       *table.Table[string, *run.Result]
	view          *runView // nil while the list is shown
	live          *live    // the run under way; nil without one
	head          []string

	loaded  bool // the list was read once
	loading bool
	stale   bool // newer runs wait to be read
	err     error

	keysList, keysRun, keysEnded *keymap
	pos                          scroll // never moves: lists scroll by themselves
}

// runRow is a run with how it stands.
type runRow struct {
	RunSummary
	undone bool // by a later run
}

// open says that something of the run is left: to do, or to look at again.
func (r *runRow) open() bool { return !r.Ended && r.Problem == "" }

func newActivityPage(ctx context.Context, e *env, o Options, days int, global []Action) *activityPage {
	p := &activityPage{env: e, ctx: ctx, make: o.Changes, days: days, stale: true}
	p.list = table.New(p.columns(), func(r *runRow) string { return r.ID })
	p.results = table.New(resultColumns(e), func(r *run.Result) string { return r.Item.ID() })
	everywhere := section{"Everywhere", global}
	p.keysList = newKeymap(section{"Runs", runListActions()}, everywhere)
	p.keysRun = newKeymap(section{"Run", runViewActions(true)}, everywhere)
	p.keysEnded = newKeymap(section{"Run", runViewActions(false)}, everywhere)
	p.restyle()
	return p
}

func (p *activityPage) keymap() *keymap {
	switch {
	case p.view == nil:
		return p.keysList
	case p.view.live == nil:
		return p.keysEnded
	}
	return p.keysRun
}

func (p *activityPage) scroller() *scroll { return &p.pos }

func (p *activityPage) restyle() {
	p.list.SetStyles(p.env.styles)
	p.results.SetStyles(p.env.styles)
}

func (p *activityPage) resize(width, height int) {
	p.width, p.height, p.head = width, height, nil
	withSign(p.list, width, height-1)
	p.fitResults()
}

func (p *activityPage) invalidate() { p.stale = p.stale || !p.loaded }

func (p *activityPage) refresh() tea.Cmd {
	if p.view != nil {
		p.view.watch(p.env.assessment, p.days)
	}
	if !p.stale {
		return nil
	}
	return p.load()
}

// load reads the list of runs.
func (p *activityPage) load() tea.Cmd {
	if p.make == nil || p.loading {
		p.stale = p.loading
		return nil
	}
	p.loading, p.stale = true, false
	return runsCmd(p.ctx, p.make)
}

// loadRuns reads the list of runs once at the start: one that was cut off is
// told of.
func (m *Root) loadRuns() tea.Cmd {
	if p := m.activity; !p.loaded && p.err == nil {
		return p.load()
	}
	return nil
}

// runsMsg brings the runs on this cluster.
type runsMsg struct {
	runs []RunSummary
	err  error
}

func runsCmd(ctx context.Context, c Changer) tea.Cmd {
	return func() tea.Msg {
		runs, err := c.Runs(ctx)
		return runsMsg{runs, err}
	}
}

func (m *Root) onRuns(msg runsMsg) tea.Cmd {
	p := m.activity
	first := !p.loaded
	p.loading, p.err = false, msg.err
	m.dirty = true
	if msg.err != nil {
		return nil
	}
	p.loaded = true
	rows := make([]*runRow, len(msg.runs))
	undone := map[string]bool{}
	for i, r := range msg.runs {
		rows[i] = &runRow{RunSummary: r}
		if r.Head.Purpose == run.Undo && r.Counts[run.Done] > 0 {
			undone[r.Head.Undoes] = true
		}
	}
	for _, r := range rows {
		r.undone = undone[r.ID]
	}
	p.list.SetRows(rows)
	withSign(p.list, p.width, p.height-1)
	if first {
		return m.offerOpen(rows)
	}
	if p.stale {
		return p.load()
	}
	return nil
}

// show shows a run.
func (p *activityPage) show(v *runView) {
	p.view, p.head = v, nil
	p.results.SetRows(nil)
	p.results.MoveTo(0)
	p.setResults(v.results)
	v.watch(p.env.assessment, p.days)
}

func (p *activityPage) setResults(results []run.Result) {
	p.view.results = results
	rows := make([]*run.Result, len(results))
	for i := range results {
		rows[i] = &results[i]
	}
	if len(rows) != p.results.Len() { // the changes of a run stay the same
		p.results.Fit(rows)
		p.view.soaks = p.view.purpose != run.Undo && slices.ContainsFunc(rows, func(r *run.Result) bool { return r.Item.Kind == plan.Invalidate })
	}
	p.results.SetRows(rows)
	p.fitResults()
	p.view.watch(p.env.assessment, p.days)
}

// remember brings the list, or the run that was looked at, back.
func (p *activityPage) remember() func() tea.Cmd {
	view := p.view
	row, some := p.list.Current()
	return func() tea.Cmd {
		p.view = nil
		if view != nil {
			p.show(view)
		}
		if some {
			p.list.Select(row.ID)
		}
		return nil
	}
}

func (p *activityPage) appendLine(dst []byte, line int) []byte {
	switch {
	case p.view != nil:
		return p.appendRun(dst, line)
	case line == 0:
		return dst
	case p.list.Len() == 0:
		return appendAt(dst, p.nothing(), line-2, 3, p.width)
	case line > p.list.Height():
		return append(dst, hiddenRows(p.env.styles, p.list, p.width)...)
	}
	return p.list.AppendLine(dst, line-1)
}

// nothing says why there are no runs in the list.
func (p *activityPage) nothing() []string {
	st := p.env.styles
	b := lines.New(st, max(0, min(p.width-6, 90)))
	switch {
	case p.make == nil:
		b.Say(0, 0, lines.Text("This cluster can only be looked at from here: nothing was run."))
	case p.err != nil:
		b.Item(0, lines.Of(theme.Bad, st.Glyphs.Cross+" "), lines.Text("The runs could not be read: "+p.err.Error()+"; r reads them again"))
	case !p.loaded:
		b.Say(0, 0, lines.Dim("reading the journal"))
	default:
		b.Say(0, 0, lines.Text("Nothing was run on this cluster from here so far. 7 shows what is staged."))
	}
	return b.Lines()
}

func (p *activityPage) columns() []table.Column[*runRow] {
	return []table.Column[*runRow]{
		{ID: "began", Title: "BEGAN (UTC)", Width: 16, Cell: func(r *runRow) table.Cell {
			if r.Began.IsZero() {
				return table.Cell{}
			}
			return table.Cell{Text: r.Began.UTC().Format("2006-01-02 15:04")}
		}},
		{ID: "state", Title: "STATE", Width: 10, Cell: func(r *runRow) table.Cell { return p.state(r) }},
		{ID: "what", Title: "WHAT", Width: 16, Flex: 4, Max: 48, Cell: func(r *runRow) table.Cell {
			return table.Cell{Text: r.Head.Name}
		}},
		{ID: "counts", Title: "CHANGES", Width: 22, Flex: 2, Max: 44, Priority: 1, Cell: func(r *runRow) table.Cell {
			if r.Problem != "" {
				return table.Cell{Text: r.Problem, Role: theme.Bad}
			}
			return table.Cell{Text: changes.CountsText(r.Counts), Role: theme.Dim}
		}},
		{ID: "by", Title: "BY", Width: 10, Flex: 2, Max: 28, Priority: 3, Cell: func(r *runRow) table.Cell {
			return table.Cell{Text: byWhom(r.Head), Role: theme.Dim}
		}},
		{ID: "id", Title: "RUN", Width: 20, Priority: 2, Cell: func(r *runRow) table.Cell {
			return table.Cell{Text: r.ID, Role: theme.Faint}
		}},
	}
}

// byWhom names who ran something: as the cluster knows them, and the machine.
func byWhom(h run.Head) string {
	who := h.Cluster.User
	if who == "" {
		who = h.User
	}
	if h.Host != "" {
		who += "@" + h.Host
	}
	return who
}

func (p *activityPage) state(r *runRow) table.Cell {
	st := p.env.styles
	switch {
	case p.live != nil && r.ID == p.live.id:
		return table.Cell{Text: st.Glyphs.Here + " " + lines.Number(changes.Percent(p.live.progress)) + " %", Role: theme.Accent}
	case r.Problem != "":
		return table.Cell{Text: st.Glyphs.Cross + " damaged", Role: theme.Bad}
	case r.open():
		return table.Cell{Text: st.Glyphs.Alert + " open", Role: theme.Warn}
	case r.undone:
		return table.Cell{Text: st.Glyphs.Skipped + " undone", Role: theme.Dim}
	}
	return table.Cell{Text: st.Glyphs.Check + " finished", Role: theme.Good}
}
