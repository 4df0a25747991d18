package table

import (
	"unicode/utf8"

	"timebound/model"
	"timebound/ui/theme"
)

// Height is the number of lines: the header and the rows under it.
func (t *Table[K, R]) Height() int { return t.height }

// AppendLine appends one line of the table, exactly as wide as the table:
// line 0 is the header, the others are rows, blank where rows end.
func (t *Table[K, R]) AppendLine(dst []byte, line int) []byte {
	if line == 0 {
		return t.appendHeader(dst)
	}
	i := t.offset + line - 1
	if i >= len(t.rows) || t.width <= t.gutter() {
		return append(dst, theme.Spaces(t.width)...)
	}
	return t.appendRow(dst, i)
}

func (t *Table[K, R]) appendHeader(dst []byte) []byte {
	if t.width <= t.gutter() {
		return append(dst, theme.Spaces(t.width)...)
	}
	used := t.gutter()
	dst = append(dst, theme.Spaces(used)...)
	for _, s := range t.slots {
		dst = append(dst, theme.Spaces(s.lead)...)
		c := &t.columns[s.column]
		title, role := c.Title, theme.Header
		if c.ID == t.sortID && c.ID != "" {
			arrow := t.styles.Glyphs.SortUp
			if t.sortDesc {
				arrow = t.styles.Glyphs.SortDown
			}
			// The title stays where it was: over numbers the arrow stands before it.
			title, role = title+" "+arrow, theme.Title
			if c.Right {
				title = arrow + " " + c.Title
			}
		}
		if c.Right {
			title = theme.PadLeft(title, s.width, "")
		} else {
			title = theme.Pad(title, s.width, "")
		}
		dst = t.styles.Append(dst, role, title)
		used += s.lead + s.width
	}
	return append(dst, theme.Spaces(t.width-used)...)
}

func (t *Table[K, R]) appendRow(dst []byte, i int) []byte {
	row := t.rows[i]
	p := painter{styles: t.styles, selected: i == t.cursor}
	dst = p.appendGutter(dst, t.IsMarked(t.key(row)))
	if t.Flag != nil {
		dst = p.append(dst, theme.Key, theme.Pad(t.Flag(row), 1, ""))
	}
	dst = p.append(dst, theme.Text, " ")
	used := t.gutter()
	var found []int
	if t.Highlight != nil {
		found = t.Highlight(row)
	}
	for _, s := range t.slots {
		dst = p.append(dst, theme.Text, theme.Spaces(s.lead))
		c := &t.columns[s.column]
		dst = p.appendCell(dst, c.Right, c.Tail, c.Cell(row), s.width, found)
		used += s.lead + s.width
	}
	return p.append(dst, theme.Text, theme.Spaces(t.width-used))
}

// painter paints one row, in or out of the cursor.
type painter struct {
	styles   *theme.Styles
	selected bool
}

func (p painter) append(dst []byte, r theme.Role, text string) []byte {
	if p.selected {
		return p.styles.AppendSelected(dst, r, text)
	}
	return p.styles.Append(dst, r, text)
}

func (p painter) appendGutter(dst []byte, marked bool) []byte {
	cursor, mark := " ", " "
	if p.selected {
		cursor = p.styles.Glyphs.Cursor
	}
	if marked {
		mark = p.styles.Glyphs.Mark
	}
	dst = p.append(dst, theme.Accent, cursor)
	return p.append(dst, theme.Mark, mark)
}

func (p painter) appendCell(dst []byte, right bool, tail func(string) int, cell Cell, width int, found []int) []byte {
	if len(cell.Runs) > 0 {
		return p.appendRuns(dst, cell.Runs, width)
	}
	text := model.Printable(cell.Text)
	shown := cut(text, width, tail, p.styles.Glyphs.Ellipsis)
	fill := theme.Spaces(width - theme.Width(shown))
	if cell.Found == 0 || len(found) == 0 {
		if right {
			return p.append(dst, cell.Role, fill+shown)
		}
		return p.append(dst, cell.Role, shown+fill)
	}
	if right {
		dst = p.append(dst, cell.Role, fill)
	}
	dst = p.appendHighlighted(dst, cell, text, shown, found)
	if !right {
		dst = p.append(dst, cell.Role, fill)
	}
	return dst
}

// cut shortens text to width cells: at the end, or so that its tail stays. Text with other letters than ASCII is cut at the end: its
// cells are not its bytes.
func cut(text string, width int, tailOf func(string) int, ellipsis string) string {
	if tailOf == nil || len(text) <= width || !ascii(text) {
		return theme.Fit(text, width, ellipsis)
	}
	if tail := tailOf(text); tail > 0 && width > 2*tail+theme.Width(ellipsis) {
		return text[:width-tail-theme.Width(ellipsis)] + ellipsis + text[len(text)-tail:]
	}
	return theme.Fit(text, width, ellipsis)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// runGap is the number of cells between runs.
const runGap = 2

// appendRuns paints as many runs as fit whole. Where some are left out, the
// sign for it stands behind the last one.
func (p painter) appendRuns(dst []byte, runs []Run, width int) []byte {
	used := 0
	for i, r := range runs {
		text := theme.Fit(model.Printable(r.Text), width, p.styles.Glyphs.Ellipsis)
		lead, tail, own := runGap*min(i, 1), 1+theme.Width(p.styles.Glyphs.Ellipsis), theme.Width(text)
		if end := used + lead + own; i > 0 && end+min(tail, restWidth(runs[i+1:])) > width {
			if used+tail <= width {
				dst = p.append(dst, theme.Faint, " "+p.styles.Glyphs.Ellipsis)
				used += tail
			}
			break
		}
		dst = p.append(dst, theme.Text, theme.Spaces(lead))
		dst = p.append(dst, r.Role, text)
		used += lead + own
	}
	return p.append(dst, theme.Text, theme.Spaces(width-used))
}

func restWidth(runs []Run) int {
	n := 0
	for _, r := range runs {
		n += runGap + theme.Width(model.Printable(r.Text))
	}
	return n
}

// appendHighlighted paints shown, which is text or a cut of it, with the runs
// of matched bytes set apart.
func (p painter) appendHighlighted(dst []byte, cell Cell, text, shown string, found []int) []byte {
	same := commonPrefix(text, shown)
	start := 0
	for start < same {
		matched := contains(found, cell.Found-1+start)
		end := start + 1
		for end < same && (contains(found, cell.Found-1+end) == matched || !atRune(shown, end)) {
			end++
		}
		if end == same && shown[same-1] >= 0x80 {
			end = len(shown) // what is cut off may join with what stands before it
		}
		role := cell.Role
		if matched {
			role = theme.Match
		}
		dst = p.append(dst, role, shown[start:end])
		start = end
	}
	// The sign of the cut and what stands behind it belong to no match.
	return p.append(dst, cell.Role, shown[max(start, same):])
}

// commonPrefix gives the length of what both begin with, in whole runes.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}

// atRune says whether a cell could begin at byte i: not inside a rune, and not
// at anything that joins with what stands before it. Only ASCII is sure.
func atRune(s string, i int) bool { return s[i] < 0x80 && s[i-1] < 0x80 }

func contains(sorted []int, v int) bool {
	for _, n := range sorted {
		if n >= v {
			return n == v
		}
	}
	return false
}
