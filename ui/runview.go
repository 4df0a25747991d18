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
		{ID: "state", Title: "STATE", Width: 14, Cell: func(r row) table.Cell {
			if changes.Reverted(r) {
				return table.Cell{Text: e.styles.Glyphs.Alert + " did not stand", Role: theme.Bad}
			}
			s := r.Outcome.State
			return table.Cell{Text: changes.StateGlyph(e.styles, s) + " " + changes.StateWord(s), Role: changes.StateRole(s)}
		}},
		{ID: "action", Title: "ACTION", Width: 10, Priority: 2, From: 100, Cell: func(r row) table.Cell {
			return table.Cell{Text: string(r.Item.Kind), Role: theme.Dim}
		}},
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 1, Max: 20, Priority: 1, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Item.On.Namespace, Role: theme.Dim}
		}},
		{ID: "object", Title: "OBJECT", Width: 18, Flex: 3, Max: 52, Tail: generatedTail, Cell: func(r row) table.Cell {
			return table.Cell{Text: changes.ObjectText(r.Item)}
		}},
		{ID: "why", Title: "WHAT HAPPENED", Width: 14, Flex: 6, Cell: func(r row) table.Cell {
			return table.Cell{Text: changes.Why(r), Role: theme.Text}
		}},
	}
}

// runHeadAt is the line at which the head of a run begins, resultsAt that of the
// list below it.
const (
	runHeadAt = 1
	resultsAt = runHeadAt + changes.HeadHeight
)

// appendRun appends a line of the view of a run.
func (p *activityPage) appendRun(dst []byte, line int) []byte {
	v, st := p.view, p.env.styles
	switch {
	case line == 0:
		return append(dst, p.runTitle()...)
	case v.err != nil:
		b := lines.New(st, max(0, min(p.width-6, 90)))
		b.Item(0, lines.Of(theme.Bad, st.Glyphs.Cross+" "), lines.Text(v.err.Error()))
		return appendAt(dst, b.Lines(), line-2, 3, p.width)
	case line < runHeadAt+changes.HeadHeight:
		if line == runHeadAt || p.head == nil {
			p.head = changes.RunHead(p.runHead(), st, max(0, p.width-2*margin))
		}
		return appendAt(dst, p.head, line-runHeadAt, margin, p.width)
	}
	return p.results.AppendLine(dst, line-resultsAt)
}

func (p *activityPage) runHead() changes.Head {
	v := p.view
	h := changes.Head{Progress: v.now(), Live: v.live != nil, Ended: v.ended, Why: v.why, Soak: v.soak}
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
