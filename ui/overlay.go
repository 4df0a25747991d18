package ui

import (
	"cmp"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/ui/theme"
)

// overlay is a box of text in front of the page. While it is there, it alone
// gets the keys.
type overlay struct {
	title  string
	write  func(width int) []string
	width  int // the widest that the box gets; 0 is overlayWidth
	scroll scroll
	// What more the box is, if it is not only text.
	help   *help   // the keys, to be searched
	choice *choice // a list, to choose from
	prompt *prompt // a text, to be typed
	form   *form   // values, to be turned up and down

	leaving bool // it asks whether to quit
	// deaf says that the box opened by itself a moment ago: keys that were meant
	// for what was there before must not answer it.
	deaf bool

	caret [2]int // column and line of the text cursor, when drawn last
}

func (m *Root) open(o *overlay) tea.Cmd {
	m.overlay = o
	return nil
}

// deafFor is for how long a box that opened by itself hears no key.
const deafFor = 300 * time.Millisecond

// heardMsg says that deafFor has passed since a box opened.
type heardMsg struct{ overlay *overlay }

// openByItself opens a box that nobody asked for at this moment.
func (m *Root) openByItself(o *overlay) tea.Cmd {
	o.deaf = true
	return tea.Batch(m.open(o), m.after(deafFor, heardMsg{o}))
}

func (m *Root) onHeard(msg heardMsg) { msg.overlay.deaf = false }

// overlayWidth is the widest that a box gets: longer lines are hard to read.
const overlayWidth = 88

// over lays the box over the lines of a screen. Every line of the screen
// that it touches is exactly width cells wide afterwards.
func (o *overlay) over(screen []string, st *theme.Styles, width, height int) {
	outer := min(cmp.Or(o.width, overlayWidth), width-4)
	inner := outer - 4
	text := o.write(inner)
	var head []string
	room := height - 6
	if o.help != nil {
		// The box keeps its size while somebody searches in it.
		head = []string{o.help.head(st), ""}
		room -= len(head)
		for len(text) < min(o.help.full, room) {
			text = append(text, "")
		}
	}
	o.scroll.fit(len(text), min(len(text), room))
	if o.help != nil {
		o.scroll.show(o.help.from, o.help.to)
	}
	if o.choice != nil {
		o.scroll.show(o.choice.at, o.choice.at+1)
	}
	if o.prompt != nil {
		o.scroll.show(o.prompt.line, o.prompt.line+1)
	}
	box := o.box(head, text, st, outer, inner)
	left, top := (width-outer)/2, (height-len(box))/2
	if o.prompt != nil {
		o.caret = [2]int{left + 2 + o.prompt.column, top + 1 + o.prompt.line - o.scroll.offset}
	}
	for i, line := range box {
		under := theme.Pad(screen[top+i], width, "")
		right := ansi.TruncateLeft(under, left+outer, "")
		whole := theme.Pad(under, left, "") + line + theme.Spaces(width-left-outer-theme.Width(right)) + right
		// A cut through letters that join can leave a cell too many.
		screen[top+i] = theme.Pad(whole, width, "")
	}
}

func (o *overlay) box(head, text []string, st *theme.Styles, outer, inner int) []string {
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
	for _, line := range append(head, text[o.scroll.offset:o.scroll.offset+o.scroll.height]...) {
		box = append(box, edge+" "+theme.Pad(line, inner, g.Ellipsis)+" "+edge)
	}
	return append(box, rule(g.BottomLeft, "", more, g.BottomRight))
}
