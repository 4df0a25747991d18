package planpage

import (
	"timebound/model"
	"timebound/plan"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// ByItself is the ID of the row that tells what a version changes by itself.
const ByItself = "by itself"

// Row is one row that the cursor can stand on: a step, or what the versions of
// a hop change by themselves.
type Row struct {
	ID   string     // of the step, or ByItself
	Step *plan.Step // nil for ByItself
	// The lines that the row takes, from From to To (excluded), with the
	// heading above it if it is the first of its phase.
	From, To int
}

// List is the steps of a hop, laid out as lines: phases as headings, and below
// a step that cannot go on, why.
type List struct {
	Hop  *plan.Hop
	Rows []Row

	lines []listLine
	count int // how wide the numbers of objects are
}

// listLine is one line of a List.
type listLine struct {
	row     int    // -1 for a heading
	heading string // the title of a phase
	why     string // what the state of the step stands on
}

// Lay lays a hop out. Where all of it fits into room lines with an empty one
// between the phases, they stand apart.
func Lay(h *plan.Hop, room int) *List {
	l := lay(h, false)
	if apart := lay(h, true); len(apart.lines) <= room {
		return apart
	}
	return l
}

func lay(h *plan.Hop, apart bool) *List {
	l := &List{Hop: h}
	heading := func(title string) {
		if apart && len(l.lines) > 0 {
			l.lines = append(l.lines, listLine{row: -1})
		}
		l.lines = append(l.lines, listLine{row: -1, heading: title})
	}
	phase := plan.Phase("")
	for i := range h.Steps {
		s := &h.Steps[i]
		row := Row{ID: s.ID, Step: s, From: len(l.lines)}
		if s.Phase != phase {
			phase = s.Phase
			heading(phase.Title(h.Position))
		}
		if n := s.Count(); n > 0 {
			l.count = max(l.count, len(lines.Number(n)))
		}
		l.lines = append(l.lines, listLine{row: len(l.Rows)})
		if why := stands(s); why != "" {
			l.lines = append(l.lines, listLine{row: len(l.Rows), why: why})
		}
		row.To = len(l.lines)
		l.Rows = append(l.Rows, row)
	}
	if len(h.Changes) > 0 {
		row := Row{ID: ByItself, From: len(l.lines)}
		heading(ByItself)
		l.lines = append(l.lines, listLine{row: len(l.Rows)})
		row.To = len(l.lines)
		l.Rows = append(l.Rows, row)
	}
	return l
}

// stands says what keeps a step from being done, where something does.
func stands(s *plan.Step) string {
	if len(s.Facts) == 0 || s.State != plan.Blocked && s.State != plan.Overdue && s.State != plan.CannotTell {
		return ""
	}
	return s.Facts[0]
}

// Len is the number of lines.
func (l *List) Len() int { return len(l.lines) }

// Find gives the index of a row, and false if there is none of that ID.
func (l *List) Find(id string) (int, bool) {
	for i, r := range l.Rows {
		if r.ID == id {
			return i, true
		}
	}
	return 0, false
}

// RowAt gives the index of the row that a line belongs to, or of the nearest.
func (l *List) RowAt(line int) int {
	for i, r := range l.Rows {
		if line < r.To {
			return i
		}
	}
	return len(l.Rows) - 1
}

// FirstOpen gives the index of the first row that asks somebody for something.
func (l *List) FirstOpen() int {
	for _, states := range [][]plan.State{{plan.Blocked, plan.Overdue}, {plan.ToDo, plan.CannotTell}} {
		for i, r := range l.Rows {
			if r.Step != nil && (r.Step.State == states[0] || r.Step.State == states[1]) {
				return i
			}
		}
	}
	return 0
}

// How wide the columns of a step are, with the space behind each.
const (
	stateColumn = len("? cannot tell") + 2
	codeColumn  = len("TB-304") + 2
)

// AppendLine appends a line of the list, exactly width cells wide.
func (l *List) AppendLine(dst []byte, line, cursor int, st *theme.Styles, width int) []byte {
	if line < 0 || line >= len(l.lines) {
		return append(dst, theme.Spaces(width)...)
	}
	at := l.lines[line]
	r := ruler{st: st, selected: at.row >= 0 && at.row == cursor, room: width, dst: dst}
	if at.row < 0 {
		r.add(theme.Header, "  "+at.heading, width)
		return r.dst
	}
	pointer := "  "
	if r.selected {
		pointer = st.Glyphs.Cursor + " "
	}
	r.add(theme.Accent, pointer, 2)
	row := l.Rows[at.row]
	switch {
	case row.Step == nil:
		r.add(theme.Dim, st.Glyphs.Arrow+" "+lines.Count(len(l.Hop.Changes), "change", "changes"), stateColumn)
		r.add(theme.Dim, l.Hop.Changes[0].Text, r.room)
	case at.why != "":
		r.add(theme.Text, "", stateColumn+codeColumn)
		r.add(theme.Dim, at.why, r.room)
	default:
		r.step(row.Step, l.count)
	}
	r.add(theme.Text, "", r.room)
	return r.dst
}

// step draws state, code, title and how many objects stand behind it, in a
// column of count cells at the end.
func (r *ruler) step(s *plan.Step, count int) {
	text := theme.Text
	switch s.State {
	case plan.Done:
		text = theme.Dim
	case plan.NotApplicable:
		text = theme.Faint
	}
	r.add(theme.StateRole(s.State), r.st.Glyphs.State(s.State)+" "+theme.StateWord(s.State), stateColumn)
	r.add(theme.Dim, s.Code, codeColumn)
	number := ""
	if n := s.Count(); n > 0 {
		number = lines.Number(n)
	}
	r.add(text, s.Title, r.room-count-2)
	r.add(text, theme.PadLeft(number, count+1, ""), count+1)
}

// ruler sets texts side by side on a line that the cursor may stand on.
type ruler struct {
	st       *theme.Styles
	selected bool
	room     int // cells left
	dst      []byte
}

// add appends text, cut or filled to width cells, or to what is left of the
// line.
func (r *ruler) add(role theme.Role, text string, width int) {
	width = max(0, min(width, r.room))
	text = theme.Pad(model.Printable(text), width, r.st.Glyphs.Ellipsis)
	if r.selected {
		r.dst = r.st.AppendSelected(r.dst, role, text)
	} else {
		r.dst = r.st.Append(r.dst, role, text)
	}
	r.room -= width
}
