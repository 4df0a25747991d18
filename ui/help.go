package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/theme"
)

// help is the list of what can be done in the present state of the screen,
// made from its actions. What is typed searches it; enter does what is chosen.
// An action that cannot be done now stays in the list and says why.
type help struct {
	root     *Root
	sections []section
	search   string
	at       int // the chosen one among those that match
	// The lines of the chosen one, and how many there are without a search.
	from, to, full int
}

// newHelp opens the help of the present page.
func newHelp(m *Root) *overlay {
	h := &help{root: m, sections: slices.Clone(m.page().keymap().sections)}
	if _, ok := m.page().(lister); ok {
		h.sections = append(h.sections, section{"Filter", filterExamples()})
	}
	return &overlay{title: "Keys on " + m.current.String(), write: h.lines, help: h}
}

// matches says whether an entry has every word that was typed.
func (h *help) matches(texts ...string) bool {
	text := strings.ToLower(strings.Join(texts, " "))
	for _, word := range strings.Fields(strings.ToLower(h.search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// found gives the actions that match, in the order of the list.
func (h *help) found() []*Action {
	var found []*Action
	for _, s := range h.sections {
		for i := range s.actions {
			if a := &s.actions[i]; h.matches(a.Title, a.Keys.Help().Key, a.ID, s.title) {
				found = append(found, a)
			}
		}
	}
	return found
}

func (h *help) chosen() *Action {
	if found := h.found(); h.at < len(found) {
		return found[h.at]
	}
	return nil
}

func (h *help) move(n int) { h.at = max(0, min(h.at+n, len(h.found())-1)) }

// typed takes what was typed into the search.
func (h *help) typed(text string) {
	h.search += model.Printable(text)
	h.at = 0
}

// erase takes the last letter of the search away.
func (h *help) erase() {
	if letters := []rune(h.search); len(letters) > 0 {
		h.search, h.at = string(letters[:len(letters)-1]), 0
	}
}

// run does what is chosen.
func (h *help) run() tea.Cmd {
	m, a := h.root, h.chosen()
	if a == nil {
		return nil
	}
	if why := a.refused(m); why != "" {
		m.notice = why
		return nil
	}
	m.overlay = nil
	return a.Run(m)
}

const helpKeyWidth = 14

// head is the line of the search, which stays above the list.
func (h *help) head(st *theme.Styles) string {
	if h.search == "" {
		return st.Paint(theme.Key, "/ ") + st.Paint(theme.Faint, "type to search, enter does it")
	}
	return st.Paint(theme.Key, "/ ") + st.Paint(theme.Text, h.search)
}

func (h *help) lines(width int) []string {
	st := h.root.env.styles
	var out []string
	heading := func(title string) {
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, st.Paint(theme.Header, title))
	}
	chosen, found := h.chosen(), map[*Action]bool{}
	for _, a := range h.found() {
		found[a] = true
	}
	for _, s := range h.sections {
		begun := false
		for i := range s.actions {
			a := &s.actions[i]
			if !found[a] {
				continue
			}
			if !begun {
				heading(s.title)
				begun = true
			}
			if a == chosen {
				h.from = len(out)
			}
			out = append(out, h.line(a, a == chosen, width)...)
			if a == chosen {
				h.to = len(out)
			}
		}
	}
	if len(out) == 0 {
		out = []string{st.Paint(theme.Dim, "nothing here is called that; esc shows all")}
	}
	if h.search == "" {
		out = append(out, "", st.Paint(theme.Faint, "timebound "+model.Printable(h.root.options.Version)))
		h.full = len(out)
	}
	return out
}

func (h *help) line(a *Action, chosen bool, width int) []string {
	st := h.root.env.styles
	keys := keyNames(st, a.Keys.Help().Key)
	if why := a.refused(h.root); why != "" {
		return entry(st, keys, a.Title+" "+st.Glyphs.Dot+" not now: "+why, theme.Faint, chosen, width)
	}
	return entry(st, keys, a.Title, theme.Text, chosen, width)
}

// entry sets "keys  text", with text hanging behind the keys. The chosen one
// is painted as the row under the cursor is in lists.
func entry(st *theme.Styles, keys, text string, role theme.Role, chosen bool, width int) []string {
	paint := st.Append
	bar := " "
	if chosen {
		paint, bar = st.AppendSelected, st.Glyphs.Cursor
	}
	var out []string
	keyRole := theme.Key
	if role == theme.Faint {
		keyRole = role // a key that does nothing now does not shine
	}
	line := func(keys, text string) {
		b := paint(nil, theme.Accent, bar+" ")
		b = paint(b, keyRole, theme.Pad(keys, helpKeyWidth, ""))
		b = paint(b, role, " "+theme.Pad(text, max(0, width-helpKeyWidth-3), ""))
		out = append(out, string(b))
	}
	if theme.Width(keys) > helpKeyWidth {
		b := paint(nil, theme.Accent, bar+" ")
		out = append(out, string(paint(b, keyRole, theme.Pad(keys, max(0, width-2), ""))))
		keys = ""
	}
	for _, part := range theme.Wrap(model.Printable(text), max(10, width-helpKeyWidth-3)) {
		line(keys, part)
		keys = ""
	}
	return out
}

// filterExamples are the ways to write a filter, to be chosen like actions:
// choosing one begins a filter.
func filterExamples() []Action {
	var examples []Action
	for _, f := range filterHelp() {
		examples = append(examples, Action{ID: "filter", Keys: bind(f[0], f[0]), Title: f[1],
			Run: func(m *Root) tea.Cmd { return m.lister().bar().Focus() }})
	}
	return examples
}

// filterHelp tells how filters are written.
func filterHelp() [][2]string {
	return [][2]string{
		{"pay led", "every word must fit, exactly or loosely (payled finds payments/ledger)"},
		{"-test", "a word that must not occur"},
		{"verdict:idle", "one field; several values with commas, * for any ending, - in front for not"},
		{"ns:team-*", "only these namespaces"},
		{"idle:>90d", "days without use; also age and used, with < <= > >= and d w mo y"},
		{"used:never", "not presented once since uses are recorded"},
		{"fields", strings.Join(model.QueryFields(), " ")},
	}
}

// helpActions can be called while the help is in front; every other key goes
// into the search.
func helpActions() []Action {
	move := func(n func(*Root) int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			m.overlay.help.move(n(m))
			return nil
		}
	}
	by := func(n int) func(*Root) int { return func(*Root) int { return n } }
	screen := func(m *Root) int { return m.overlay.scroll.page() }
	return []Action{
		{ID: "help.run", Keys: bind("enter", "do it", "enter"), Title: "Do what is chosen", Footer: 1,
			Run: func(m *Root) tea.Cmd { return m.overlay.help.run() }},
		{ID: "help.down", Keys: bind("↓", "next", "down", "tab", "ctrl+n"), Title: "Choose the next", Footer: 2, Run: move(by(1))},
		{ID: "help.up", Keys: bind("↑", "previous", "up", "shift+tab", "ctrl+p"), Title: "Choose the previous", Footer: 3, Run: move(by(-1))},
		{ID: "help.pageDown", Keys: bind("pgdn", "page down", "pgdown", "ctrl+f"), Title: "One screen down", Run: move(screen)},
		{ID: "help.pageUp", Keys: bind("pgup", "page up", "pgup", "ctrl+b"), Title: "One screen up", Run: move(func(m *Root) int { return -screen(m) })},
		{ID: "help.erase", Keys: bind("backspace", "erase", "backspace"), Title: "Take the last letter away",
			Run: func(m *Root) tea.Cmd { m.overlay.help.erase(); return nil }},
		{ID: "help.close", Keys: bind("esc", "close", "esc", "?"), Title: "Drop what was typed, or close the help", Footer: 4,
			Run: func(m *Root) tea.Cmd {
				if h := m.overlay.help; h.search != "" {
					h.search, h.at = "", 0
					return nil
				}
				m.overlay = nil
				return nil
			}},
	}
}
