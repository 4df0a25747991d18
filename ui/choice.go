package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/ui/theme"
)

// choice is a list in an overlay of which one is chosen.
type choice struct {
	items []choiceItem
	at    int
	pick  func(at int) tea.Cmd
}

// choiceItem is one line of a choice.
type choiceItem struct{ name, note string }

// choiceWidth is the widest that a choice gets: what it offers is short.
const choiceWidth = 64

func newChoice(m *Root, title string, c *choice) *overlay {
	return &overlay{title: title, choice: c, width: choiceWidth, write: func(width int) []string {
		var out []string
		for i, item := range c.items {
			out = append(out, entry(m.env.styles, item.name, item.note, theme.Text, i == c.at, width)[0])
		}
		return out
	}}
}

func (c *choice) move(n int) { c.at = max(0, min(c.at+n, len(c.items)-1)) }

// choiceActions can be called while a choice is in front.
func choiceActions() []Action {
	move := func(n int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			m.overlay.choice.move(n)
			return nil
		}
	}
	const far = 1 << 30
	return []Action{
		{ID: "choice.pick", Keys: bind("enter", "choose", "enter"), Title: "Take what is chosen", Footer: 1,
			Run: func(m *Root) tea.Cmd {
				c := m.overlay.choice
				m.overlay = nil
				return c.pick(c.at)
			}},
		{ID: "choice.down", Keys: bind("↓ j", "next", "down", "j", "tab"), Title: "Choose the next", Footer: 2, Run: move(1)},
		{ID: "choice.up", Keys: bind("↑ k", "previous", "up", "k", "shift+tab"), Title: "Choose the previous", Footer: 3, Run: move(-1)},
		{ID: "choice.first", Keys: bind("g home", "first", "g", "home"), Title: "Choose the first", Run: move(-far)},
		{ID: "choice.last", Keys: bind("G end", "last", "G", "end"), Title: "Choose the last", Run: move(far)},
		{ID: "choice.close", Keys: bind("esc", "cancel", "esc", "q"), Title: "Leave it as it is", Footer: 4,
			Run: func(m *Root) tea.Cmd { m.overlay = nil; return nil }},
	}
}
