package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// globalActions can be called wherever no text is typed and no overlay is in
// front.
func globalActions() []Action {
	actions := []Action{
		{ID: "help", Keys: bind("?", "help", "?"), Title: "Show every key that works here", Footer: 25,
			Run: func(m *Root) tea.Cmd { return m.open(newHelp(m)) }},
		{ID: "problems", Keys: bind("!", "problems", "!"), Title: "Show what went wrong and what to do about it",
			Refused: func(m *Root) string {
				if len(m.problems()) == 0 {
					return "nothing went wrong"
				}
				return ""
			},
			Run: func(m *Root) tea.Cmd { return m.open(newProblemList(m)) }},
		{ID: "reload", Keys: bind("r", "reload", "r"), Title: "Read everything from the cluster again",
			Run: (*Root).reload},
		{ID: "back", Keys: bind("[", "back", "[", "backspace"), Title: "Go back to where you came from",
			Refused: func(m *Root) string {
				if len(m.history) == 0 {
					return "there is nothing to go back to"
				}
				return ""
			},
			Run: (*Root).goBack},
		{ID: "page.next", Keys: bind("tab", "next page", "tab"), Title: "Next page", Footer: 60,
			Run: func(m *Root) tea.Cmd { return m.showPage((m.current + 1) % pageCount) }},
		{ID: "page.previous", Keys: bind("shift+tab", "previous page", "shift+tab"), Title: "Previous page",
			Run: func(m *Root) tea.Cmd { return m.showPage((m.current + pageCount - 1) % pageCount) }},
		lockAction(),
		{ID: "quit", Keys: bind("q", "quit", "q"), Title: "Quit", Footer: 95, Run: (*Root).quit},
	}
	for p := range pageCount {
		digit := strconv.Itoa(int(p) + 1)
		actions = append(actions, Action{ID: "page." + digit, Keys: bind(digit, p.String(), digit), Title: p.String() + " page",
			Run: func(m *Root) tea.Cmd { return m.showPage(p) }})
	}
	return actions
}

// listActions can be called on every list page.
func listActions() []Action {
	on := func(f func(list)) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			f(m.list())
			return m.moved()
		}
	}
	someRow := func(m *Root) string {
		if m.list().Len() == 0 {
			return emptyList
		}
		return ""
	}
	return []Action{
		{ID: "list.down", Keys: bind("↓ j", "down", "down", "j"), Title: "Down", Run: on(func(l list) { l.MoveBy(1) })},
		{ID: "list.up", Keys: bind("↑ k", "up", "up", "k"), Title: "Up", Run: on(func(l list) { l.MoveBy(-1) })},
		{ID: "list.pageDown", Keys: bind("pgdn ctrl+f", "page down", "pgdown", "ctrl+f"), Title: "One screen down", Run: on(func(l list) { l.PageBy(1) })},
		{ID: "list.pageUp", Keys: bind("pgup ctrl+b", "page up", "pgup", "ctrl+b"), Title: "One screen up", Run: on(func(l list) { l.PageBy(-1) })},
		{ID: "list.halfDown", Keys: bind("ctrl+d", "half page down", "ctrl+d"), Title: "Half a screen down", Run: on(func(l list) { l.MoveBy(l.HalfPage()) })},
		{ID: "list.halfUp", Keys: bind("ctrl+u", "half page up", "ctrl+u"), Title: "Half a screen up", Run: on(func(l list) { l.MoveBy(-l.HalfPage()) })},
		{ID: "list.top", Keys: bind("g home", "first", "g", "home"), Title: "First row", Run: on(func(l list) { l.Top() })},
		{ID: "list.bottom", Keys: bind("G end", "last", "G", "end"), Title: "Last row", Run: on(func(l list) { l.Bottom() })},
		{ID: "list.open", Keys: bind("enter", "details", "enter"), Title: "Everything that is known of the row under the cursor", Footer: 20,
			Refused: someRow, Run: func(m *Root) tea.Cmd { return m.lister().openDetails() }},
		{ID: "list.filter", Keys: bind("/", "filter", "/"), Title: "Filter the list while typing", Footer: 30,
			Run: func(m *Root) tea.Cmd { return m.lister().bar().Focus() }},
		{ID: "list.sort", Keys: bind("s >", "sort", "s", ">"), Title: "Sort by the next column", Footer: 40,
			Run: func(m *Root) tea.Cmd { return m.lister().sortNext(1) }},
		{ID: "list.sortBack", Keys: bind("<", "sort by previous", "<"), Title: "Sort by the previous column",
			Run: func(m *Root) tea.Cmd { return m.lister().sortNext(-1) }},
		{ID: "list.sortReverse", Keys: bind("S", "reverse", "S"), Title: "Reverse the order",
			Run: func(m *Root) tea.Cmd { return m.lister().sortReverse() }},
		{ID: "list.mark", Keys: bind("space", "mark", "space"), Title: "Mark the row, or take its mark away, and go on to the next", Footer: 10,
			Refused: someRow, Run: on(func(l list) { l.ToggleMark(); l.MoveBy(1) })},
		{ID: "list.markShown", Keys: bind("*", "mark all", "*"), Title: "Mark every row that the filter lets through",
			Refused: func(m *Root) string {
				if why := unreadable(m.lister().bar()); why != "" {
					return why
				}
				return someRow(m)
			}, Run: on(func(l list) { l.MarkShown() })},
		{ID: "list.unmark", Keys: bind("-", "unmark all", "-"), Title: "Take every mark away, hidden ones too",
			Run: on(func(l list) { l.UnmarkAll() })},
		{ID: "list.escape", Keys: bind("esc", "back", "esc"), Title: "Leave the narrowed list, drop the filter, or go back",
			Run: (*Root).escape},
	}
}

// detailActions can be called while one object fills the page.
func detailActions() []Action {
	return append(scrollActions("details", (*Root).scroller),
		Action{ID: "details.next", Keys: bind("n", "next", "n", "right", "l"), Title: "The same of the next row", Footer: 20,
			Run: func(m *Root) tea.Cmd { m.lister().step(1); return nil }},
		Action{ID: "details.previous", Keys: bind("N", "previous", "N", "left", "h"), Title: "The same of the previous row", Footer: 21,
			Run: func(m *Root) tea.Cmd { m.lister().step(-1); return nil }},
		Action{ID: "details.mark", Keys: bind("space", "mark", "space"), Title: "Mark the object, or take its mark away", Footer: 10,
			Run: func(m *Root) tea.Cmd { m.list().ToggleMark(); return nil }},
		Action{ID: "details.close", Keys: bind("esc", "back", "esc", "enter"), Title: "Back to the list", Footer: 5,
			Run: (*Root).escape},
	)
}

// scrollActions move a text that is longer than its place.
func scrollActions(id string, of func(*Root) *scroll) []Action {
	by := func(lines func(*scroll) int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			s := of(m)
			s.by(lines(s))
			return nil
		}
	}
	return []Action{
		{ID: id + ".down", Keys: bind("↓ j", "down", "down", "j"), Title: "Down", Run: by(func(*scroll) int { return 1 })},
		{ID: id + ".up", Keys: bind("↑ k", "up", "up", "k"), Title: "Up", Run: by(func(*scroll) int { return -1 })},
		{ID: id + ".pageDown", Keys: bind("pgdn ctrl+f", "page down", "pgdown", "ctrl+f"), Title: "One screen down", Run: by(func(s *scroll) int { return s.page() })},
		{ID: id + ".pageUp", Keys: bind("pgup ctrl+b", "page up", "pgup", "ctrl+b"), Title: "One screen up", Run: by(func(s *scroll) int { return -s.page() })},
		{ID: id + ".halfDown", Keys: bind("ctrl+d", "half page down", "ctrl+d"), Title: "Half a screen down", Run: by(func(s *scroll) int { return s.page() / 2 })},
		{ID: id + ".halfUp", Keys: bind("ctrl+u", "half page up", "ctrl+u"), Title: "Half a screen up", Run: by(func(s *scroll) int { return -s.page() / 2 })},
		{ID: id + ".top", Keys: bind("g home", "top", "g", "home"), Title: "To the beginning", Run: by(func(s *scroll) int { return -s.offset })},
		{ID: id + ".bottom", Keys: bind("G end", "bottom", "G", "end"), Title: "To the end", Run: by(func(s *scroll) int { return s.total })},
	}
}

// filterActions can be called while a filter is typed; every other key goes
// into the text.
func filterActions() []Action {
	move := func(n int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			m.list().MoveBy(n)
			return m.moved()
		}
	}
	return []Action{
		{ID: "filter.keep", Keys: bind("enter", "keep the filter", "enter"), Title: "Keep the filter and go back to the list", Footer: 1,
			Run: func(m *Root) tea.Cmd {
				m.lister().bar().Blur()
				m.list().MoveBy(0) // what was found is what the cursor stays with
				m.lister().follow()
				return nil
			}},
		{ID: "filter.drop", Keys: bind("esc", "drop it", "esc"), Title: "Drop the filter", Footer: 2,
			Run: func(m *Root) tea.Cmd {
				m.lister().bar().Blur()
				m.lister().follow()
				return m.lister().setFilter("")
			}},
		{ID: "filter.down", Keys: bind("↓", "down", "down"), Title: "Down in the list", Run: move(1)},
		{ID: "filter.up", Keys: bind("↑", "up", "up"), Title: "Up in the list", Run: move(-1)},
	}
}

// overlayActions can be called while the list of problems is in front.
func overlayActions() []Action {
	return append(scrollActions("overlay", func(m *Root) *scroll { return &m.overlay.scroll }),
		Action{ID: "overlay.close", Keys: bind("esc", "close", "esc", "q", "!", "enter"), Title: "Close", Footer: 1,
			Run: func(m *Root) tea.Cmd { m.overlay = nil; return nil }},
	)
}
