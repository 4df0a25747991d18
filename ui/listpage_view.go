package ui

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/story"
	"timebound/ui/theme"
)

// splitFrom is the width from which list and story stand side by side.
const splitFrom = 100

// split gives the widths of list and story; 0 is no story.
func (p *listPage[K, R]) split() (list, told int) {
	if p.width < splitFrom {
		return p.width, 0
	}
	const beside, margin = 3, 1 // " │ ", and what keeps text from the edge
	told = max(34, min(p.width*29/100, 76))
	return p.width - told - beside - margin, told
}

// telling is a story that was told, and what it was told of: it is told anew
// when one of these changes.
type telling[R any] struct {
	lines  []string
	of     any
	basis  *model.Assessment
	staged int // what was staged, by staging.rev
	styles *theme.Styles
	width  int
	depth  story.Depth
}

func (p *listPage[K, R]) tell(width int, depth story.Depth) []string {
	row, ok := p.table.Current()
	if !ok || p.env.assessment == nil {
		return nil
	}
	t := telling[R]{of: any(row), basis: p.env.assessment, staged: p.env.staging.rev, styles: p.env.styles, width: width, depth: depth}
	if p.told.of != nil && p.told.styles == t.styles && p.told.width == t.width && p.told.depth == t.depth &&
		(p.resting || p.told.of == t.of && p.told.basis == t.basis && p.told.staged == t.staged) {
		return p.told.lines
	}
	t.lines = p.spec.story(row, t.basis, t.styles, width, depth)
	p.told = t
	return t.lines
}

func (p *listPage[K, R]) appendLine(dst []byte, line int) []byte {
	if p.details {
		return p.appendDetails(dst, line)
	}
	if line == 0 {
		return p.input.AppendLine(dst, p.env.styles, p.width, p.status())
	}
	_, toldWidth := p.split()
	if p.table.Len() == 0 && line > 1 {
		return p.appendEmpty(dst, line-3)
	}
	dst = p.table.AppendLine(dst, line-1)
	if toldWidth == 0 || p.table.Len() == 0 {
		return dst
	}
	dst = append(dst, ' ')
	dst = p.env.styles.Append(dst, theme.Border, p.env.styles.Glyphs.Vertical)
	dst = append(dst, ' ')
	told, last := p.tell(toldWidth, story.Brief), p.height-2
	switch {
	case line-1 == last && len(told) > last+1:
		more := p.env.styles.Glyphs.ScrollOn + " enter shows all"
		dst = p.env.styles.Append(dst, theme.Faint, theme.Truncate(more, toldWidth, ""))
	case line-1 < len(told):
		dst = append(dst, told[line-1]...)
	}
	return dst
}

// appendDetails appends a line of the page that one object fills. Its first
// line says where in the list it stands.
func (p *listPage[K, R]) appendDetails(dst []byte, line int) []byte {
	const indent = 2
	told := p.tell(max(0, min(p.width-2*indent, 140)), story.Full)
	p.deep.fit(len(told), max(0, p.height-1))
	if line == 0 {
		return append(dst, p.detailsHead()...)
	}
	if line == p.height-1 && p.deep.more() {
		return append(append(dst, theme.Spaces(min(indent, p.width))...), theme.Truncate(p.deep.sign(p.env.styles), max(0, p.width-indent), "")...)
	}
	if i := p.deep.offset + line - 1; i < len(told) {
		dst = append(dst, theme.Spaces(min(indent, p.width))...)
		dst = append(dst, told[i]...)
	}
	return dst
}

func (p *listPage[K, R]) detailsHead() string {
	row, ok := p.table.Current()
	if !ok {
		return ""
	}
	st := p.env.styles
	left := "  " + p.spec.id.String() + " " + st.Glyphs.Dot + " " + lines.Number(p.table.Index()+1) + " of " + lines.Number(p.table.Len())
	if p.table.IsMarked(p.spec.key(row)) {
		left += "   " + st.Glyphs.Mark + " marked"
	}
	right := ""
	if percent := p.deep.percent(); percent != "" {
		right = percent + " "
	}
	room := max(0, p.width-theme.Width(right))
	return st.Paint(theme.Dim, theme.Pad(left, room, st.Glyphs.Ellipsis)+theme.Truncate(right, p.width, ""))
}

// status is the right end of the filter bar: how much is shown, what is
// marked, how it is sorted.
func (p *listPage[K, R]) status() string {
	st := p.env.styles
	var s string
	if p.scope != nil {
		s = st.Paint(theme.Accent, theme.Truncate(model.Printable(p.scope.label), max(12, p.width/2), st.Glyphs.Ellipsis)) + "   "
	}
	if p.spec.summary != nil {
		s += p.spec.summary(p.width)
	}
	count := lines.Number(p.table.Len()) + "/" + lines.Number(p.total)
	if p.looking {
		count += st.Glyphs.Ellipsis
	}
	s += st.Paint(theme.Text, count)
	if all, hidden := p.table.Marks(); all > 0 {
		marked := lines.Number(all) + " marked"
		if hidden > 0 {
			marked += " (" + lines.Number(hidden) + " hidden)"
		}
		s += "   " + st.Paint(theme.Mark, marked)
	}
	if !p.table.Shows(p.sort.column) {
		s += "   " + st.Paint(theme.Dim, "sort "+p.sort.column)
	}
	return s + " "
}

// empty says why there are no rows, and what may help.
func (p *listPage[K, R]) empty() (why, help string) {
	switch {
	case p.env.assessment == nil:
		return "", ""
	case p.busy || p.basis == nil:
		return "sorting " + p.spec.many, ""
	case p.looking:
		return "looking for loose matches", ""
	case p.total > 0:
		return "No " + p.spec.one + " fits this filter.", "esc drops it, ? tells how filters are written"
	case p.scope != nil:
		return "No " + p.spec.one + " " + p.scope.label + ".", "esc shows all"
	}
	if p.env.loading {
		return "No " + p.spec.one + " so far; not everything was read yet.", ""
	}
	help = "5 tells what was read"
	if p.env.problems {
		help += ", ! what could not be"
	}
	return p.spec.none, help
}

// appendEmpty appends a line of what stands in place of rows.
func (p *listPage[K, R]) appendEmpty(dst []byte, line int) []byte {
	const indent = 3
	why, help := p.empty()
	text := theme.Wrap(model.Printable(why), max(10, min(p.width-2*indent, 90)))
	role := theme.Text
	switch {
	case line < 0:
		return dst
	case line < len(text):
		help = text[line]
	case line == len(text):
		role = theme.Dim
	default:
		return dst
	}
	return append(dst, p.env.styles.Paint(role, theme.Truncate(theme.Spaces(indent)+help, p.width, p.env.styles.Glyphs.Ellipsis))...)
}

// cursorColumn gives the column of the text cursor while a filter is typed.
func (p *listPage[K, R]) cursorColumn() (int, bool) {
	if p.details || !p.input.Focused() {
		return 0, false
	}
	return p.input.Cursor(p.width, theme.Width(p.status())), true
}
