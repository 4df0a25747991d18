package ui

import (
	"timebound/model"
	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// runView is a run that is looked at: the one under way, or one from before.
type runView struct {
	id       string
	name     string
	purpose  run.Purpose
	undoes   string
	live     *live // nil once it has ended
	progress run.Progress
	ended    bool
	why      string
	err      error // why it cannot be shown
	results  []run.Result
	soaks    bool // it switches tokens off

	soak      changes.Soak
	soakBasis *model.Assessment
	soaked    []run.Result // the results that soak was made of
}

func newRunView(id string) *runView { return &runView{id: id} }

// take takes a run in as its journal tells it.
func (v *runView) take(h *run.History) {
	v.name, v.purpose, v.undoes = h.Head.Name, h.Head.Purpose, h.Head.Undoes
	v.results, v.ended, v.why = h.Results, h.Ended, h.Why
	v.progress = run.Progress{Phase: run.PhaseEnded, Counts: countStates(h.Results), Total: len(h.Results), Notes: h.Notes}
	for i := range h.Results {
		if changes.Reverted(&h.Results[i]) {
			v.progress.Reverted++
		}
	}
}

// now is how far the run is.
func (v *runView) now() run.Progress {
	if v.live != nil {
		return v.live.progress
	}
	return v.progress
}

// watch looks at what the run switched off, if facts or results are others.
func (v *runView) watch(a *model.Assessment, days int) {
	same := len(v.soaked) == len(v.results) && (len(v.results) == 0 || &v.soaked[0] == &v.results[0])
	if a == v.soakBasis && same || v.purpose == run.Undo {
		return
	}
	v.soak, v.soakBasis, v.soaked = changes.SoakOf(v.results, a, days), a, v.results
}

func resultColumns(e *env) []table.Column[*run.Result] {
	type row = *run.Result
	return []table.Column[row]{
		{ID: "state", Title: "STATE", Width: 11, Cell: func(r row) table.Cell {
			if changes.Reverted(r) {
				return table.Cell{Text: e.styles.Glyphs.Alert + " reverted", Role: theme.Bad}
			}
			s := r.Outcome.State
			return table.Cell{Text: changes.StateGlyph(e.styles, s) + " " + changes.StateWord(s), Role: changes.StateRole(s)}
		}},
		{ID: "action", Title: "ACTION", Width: 10, Varied: true, Priority: 2, From: 96, Cell: func(r row) table.Cell {
			return table.Cell{Text: string(r.Item.Kind), Role: theme.Dim}
		}},
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 1, Max: 20, Priority: 1, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Item.On.Namespace, Role: theme.Dim}
		}},
		{ID: "object", Title: "OBJECT", Width: 18, Flex: 3, Max: 52, Tail: generatedTail, Cell: func(r row) table.Cell {
			return table.Cell{Text: changes.ObjectText(r.Item)}
		}},
		{ID: "why", Title: "WHAT HAPPENED", Width: 24, Flex: 6, Cell: func(r row) table.Cell {
			return table.Cell{Text: changes.Why(r), Role: theme.Text}
		}},
	}
}

// runHeadAt is the line at which the head of a run begins.
const runHeadAt = 1

// roomy is the height from which an empty line sets the results apart.
const roomy = 25

// resultsAt is the line at which the list below the head begins.
func (p *activityPage) resultsAt() int {
	at := runHeadAt + changes.Height(p.view != nil && p.view.soaks)
	if p.height >= roomy {
		at++
	}
	return at
}

// fitResults gives the list its place.
func (p *activityPage) fitResults() { withSign(p.results, p.width, p.height-p.resultsAt()) }

// withSign gives a list its place. Where not all of it fits, the last line is
// left for the sign that says how much is hidden.
func withSign[K comparable, R any](t *table.Table[K, R], width, height int) {
	if t.Len() > height-1 {
		height--
	}
	t.SetSize(width, height)
}

// appendRun appends a line of the view of a run.
func (p *activityPage) appendRun(dst []byte, line int) []byte {
	v, st, at := p.view, p.env.styles, p.resultsAt()
	switch {
	case line == 0:
		return append(dst, p.runTitle()...)
	case v.err != nil:
		b := lines.New(st, max(0, min(p.width-6, 90)))
		b.Item(0, lines.Of(theme.Bad, st.Glyphs.Cross+" "), lines.Text(v.err.Error()+"; esc goes back to the runs"))
		return appendAt(dst, b.Lines(), line-2, 3, p.width)
	case line < at:
		if line == runHeadAt || p.head == nil {
			p.head = changes.RunHead(p.runHead(), st, max(0, p.width-2*margin))
		}
		return appendAt(dst, p.head, line-runHeadAt, margin, p.width)
	case line-at >= p.results.Height():
		return append(dst, hiddenRows(st, p.results, p.width)...)
	}
	return p.results.AppendLine(dst, line-at)
}

// hiddenRows says how many rows a list has below those that are seen, or above
// where its end is seen; "" if it shows all.
func hiddenRows[K comparable, R any](st *theme.Styles, t *table.Table[K, R], width int) string {
	seen := max(0, t.Height()-1)
	below := t.Len() - t.Offset() - seen
	text := ""
	switch {
	case below > 0:
		text = st.Glyphs.ScrollOn + " " + lines.Number(below) + " more"
	case t.Offset() > 0:
		text = st.Glyphs.SortUp + " " + lines.Number(t.Offset()) + " above"
	}
	return theme.Truncate(theme.Spaces(3)+st.Paint(theme.Faint, text), width, "")
}

func (p *activityPage) runHead() changes.Head {
	v := p.view
	h := changes.Head{Progress: v.now(), Live: v.live != nil, Ended: v.ended, Why: v.why, Soaks: v.soaks, Soak: v.soak}
	if v.live != nil {
		h.Limit = v.live.limit
	}
	return h
}

func (p *activityPage) runTitle() string {
	v, st := p.view, p.env.styles
	dot := " " + st.Glyphs.Dot + " "
	text := dot + model.Printable(v.id)
	if v.name != "" {
		text += dot + model.Printable(v.name)
	}
	return theme.Truncate("  "+st.Paint(theme.Title, "Run")+st.Paint(theme.Dim, text), p.width, st.Glyphs.Ellipsis)
}
