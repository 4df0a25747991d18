package ui

import tea "charm.land/bubbletea/v2"

// place is where somebody was before following a link.
type place struct {
	page    PageID
	restore func() tea.Cmd
}

// historyLimit is how many places are remembered.
const historyLimit = 50

// showPage changes the page.
func (m *Root) showPage(p PageID) tea.Cmd {
	m.current = p
	if r, ok := m.page().(rester); ok {
		r.follow()
	}
	return m.page().refresh()
}

// visit follows a link: it remembers where it started, so that back returns
// to the same object.
func (m *Root) visit(p PageID, arrive func() tea.Cmd) tea.Cmd {
	from, to := m.current, p
	m.history = append(m.history, place{page: from, restore: m.page().remember()})
	// The page gone to may change what it shows; coming back restores it too.
	there := m.pages[to].remember()
	last := &m.history[len(m.history)-1]
	here := last.restore
	last.restore = func() tea.Cmd { return tea.Batch(there(), here()) }
	if len(m.history) > historyLimit {
		m.history = m.history[1:]
	}
	shown := m.showPage(to)
	return tea.Batch(shown, arrive())
}

func (m *Root) goBack() tea.Cmd {
	if len(m.history) == 0 {
		return nil
	}
	last := m.history[len(m.history)-1]
	m.history = m.history[:len(m.history)-1]
	return tea.Batch(last.restore(), m.showPage(last.page))
}

// escape leaves the innermost thing: details, filter, a narrowed list, and
// then the page that a link led to.
func (m *Root) escape() tea.Cmd {
	l, ok := m.page().(lister)
	if !ok {
		return m.goBack()
	}
	if len(m.history) > 0 && m.arrived() {
		return m.goBack()
	}
	if cmd, done := l.escape(); done {
		return cmd
	}
	return m.goBack()
}

// arrived says that the page still shows what a link led to, so that leaving
// it means going back.
func (m *Root) arrived() bool {
	l := m.page().(lister)
	return l.narrowed() && !l.detailed() && l.bar().Value() == ""
}
