package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/ui/theme"
)

// The least that the dashboard can be shown on.
const (
	minWidth  = 60
	minHeight = 15
)

// View gives the last frame again unless something changed: it is asked after
// every message.
func (m *Root) View() tea.View {
	if m.dirty {
		m.view = m.render()
		m.dirty = false
	}
	return m.view
}

func (m *Root) render() tea.View {
	v := tea.NewView(m.content())
	v.AltScreen = true
	v.WindowTitle = "timebound " + m.cluster()
	if x, y, ok := m.textCursor(); ok {
		v.Cursor = tea.NewCursor(x, y)
	}
	return v
}

// textCursor gives the place of the text cursor while something is typed.
func (m *Root) textCursor() (x, y int, ok bool) {
	if m.prompting() && !m.tooSmall() {
		return m.overlay.caret[0], m.overlay.caret[1], true
	}
	l, lists := m.page().(lister)
	if !lists || m.overlay != nil || m.tooSmall() || m.nothingYet() {
		return 0, 0, false
	}
	x, ok = l.cursorColumn()
	return x, linesAbove, ok
}

func (m *Root) tooSmall() bool { return m.width < minWidth || m.height < minHeight }

func (m *Root) content() string {
	if m.tooSmall() {
		return m.smallNotice()
	}
	b := m.frame[:0]
	b = append(b, m.header()...)
	b = append(b, '\n')
	b = append(b, m.tabs()...)
	b = append(b, '\n')
	b = append(b, m.rule()...)
	b = append(b, '\n')
	b = m.appendBody(b, m.height-linesAbove-linesBelow)
	b = append(b, m.status()...)
	b = append(b, '\n')
	b = append(b, m.footer()...)
	m.frame = b
	if m.overlay == nil {
		return string(b)
	}
	screen := strings.Split(string(b), "\n")
	m.overlay.over(screen, m.env.styles, m.width, m.height)
	return strings.Join(screen, "\n")
}

func (m *Root) appendBody(b []byte, height int) []byte {
	if m.nothingYet() {
		waiting := m.waiting(m.width)
		for i := range height {
			if i < len(waiting) {
				b = append(b, theme.Truncate(waiting[i], m.width, m.env.styles.Glyphs.Ellipsis)...)
			}
			b = append(b, '\n')
		}
		return b
	}
	p := m.page()
	for i := range height {
		b = p.appendLine(b, i)
		b = append(b, '\n')
	}
	return b
}

// smallNotice asks for more room.
func (m *Root) smallNotice() string {
	text := []string{"timebound needs 60×15,", "this is " + itoa(m.width) + "×" + itoa(m.height) + ".", "q quits"}
	if m.height < len(text) {
		text = text[:max(0, m.height)]
	}
	for i, line := range text {
		text[i] = theme.Truncate(line, m.width, "")
	}
	return strings.Join(text, "\n")
}
