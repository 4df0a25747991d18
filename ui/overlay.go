package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/ui/theme"
)

// overlay is a box of text in front of the page. While it is there, it alone
// gets the keys.
type overlay struct {
	title  string
	write  func(width int) []string
	scroll scroll
}

func (m *Root) open(o *overlay) tea.Cmd {
	m.overlay = o
	return nil
}

// overlayWidth is the widest that a box gets: longer lines are hard to read.
const overlayWidth = 88

// over lays the box over the lines of a screen. Every line of the screen
// that it touches is exactly width cells wide afterwards.
func (o *overlay) over(screen []string, st *theme.Styles, width, height int) {
	outer := min(overlayWidth, width-4)
	inner := outer - 4
	text := o.write(inner)
	o.scroll.fit(len(text), min(len(text), height-6))
	left, top := (width-outer)/2, (height-o.scroll.height-2)/2
	box := o.box(text, st, outer, inner)
	for i, line := range box {
		under := theme.Pad(screen[top+i], width, "")
		right := ansi.TruncateLeft(under, left+outer, "")
		whole := theme.Pad(under, left, "") + line + theme.Spaces(width-left-outer-theme.Width(right)) + right
		// A cut through letters that join can leave a cell too many.
		screen[top+i] = theme.Pad(whole, width, "")
	}
}

func (o *overlay) box(text []string, st *theme.Styles, outer, inner int) []string {
	g := st.Glyphs
	rule := func(l, title, more, r string) string {
		fill := max(0, outer-3-theme.Width(title)-theme.Width(more))
		return st.Paint(theme.Border, l+g.Horizon) + st.Paint(theme.Title, title) +
			st.Paint(theme.Border, strings.Repeat(g.Horizon, fill)) + st.Paint(theme.Dim, more) + st.Paint(theme.Border, r)
	}
	more := ""
	if hidden := o.scroll.total - o.scroll.height - o.scroll.offset; hidden > 0 {
		more = " " + g.ScrollOn + " more "
	} else if o.scroll.offset > 0 {
		more = " end "
	}
	box := []string{rule(g.TopLeft, " "+theme.Truncate(o.title, outer-8, g.Ellipsis)+" ", "", g.TopRight)}
	edge := st.Paint(theme.Border, g.Vertical)
	for _, line := range text[o.scroll.offset : o.scroll.offset+o.scroll.height] {
		box = append(box, edge+" "+theme.Pad(line, inner, g.Ellipsis)+" "+edge)
	}
	return append(box, rule(g.BottomLeft, "", more, g.BottomRight))
}
