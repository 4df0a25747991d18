package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"timebound/ui/query"
)

// Effect says what an action does beyond the screen.
type Effect uint8

// The effects.
const (
	Reads   Effect = iota // changes nothing but what is seen
	Stages                // changes what is staged, here
	Changes               // changes the cluster
)

// Action is one thing that a user can do.
type Action struct {
	ID     string      // stable: "list.mark"
	Keys   key.Binding // keys, and the short help of the footer
	Title  string      // what it does, in a sentence without a full stop
	Effect Effect
	// Footer says how early the action is named in the footer; 0 is not at all.
	Footer int
	// Refused gives the reason why the action cannot be done now; "" if it
	// can. nil means that it always can.
	Refused func(*Root) string
	Run     func(*Root) tea.Cmd
}

// refused gives the reason why the action cannot be done now, or "".
func (a *Action) refused(m *Root) string {
	if a.Refused == nil {
		return ""
	}
	return a.Refused(m)
}

func bind(help, short string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, short))
}

// keymap is the actions that can be called in one state of the screen, with
// the section of the help that they stand in.
type keymap struct {
	sections []section
	byKey    map[string]*Action
}

// section is a group of actions with a title for the help.
type section struct {
	title   string
	actions []Action
}

func newKeymap(sections ...section) *keymap {
	k := &keymap{sections: sections, byKey: map[string]*Action{}}
	for _, s := range sections {
		for i := range s.actions {
			for _, name := range s.actions[i].Keys.Keys() {
				if k.byKey[name] == nil {
					k.byKey[name] = &s.actions[i]
				}
			}
		}
	}
	return k
}

// footer gives the actions that the footer names, in order.
func (k *keymap) footer() []*Action {
	var named []*Action
	for _, s := range k.sections {
		for i := range s.actions {
			if s.actions[i].Footer > 0 {
				named = append(named, &s.actions[i])
			}
		}
	}
	slices.SortStableFunc(named, func(a, b *Action) int { return a.Footer - b.Footer })
	return named
}

// press runs the action of a key. A refused one says why.
func (m *Root) press(k *keymap, name string) (tea.Cmd, bool) {
	a := k.byKey[name]
	if a == nil {
		return nil, false
	}
	if why := a.refused(m); why != "" {
		m.notice = why
		return nil, true
	}
	return a.Run(m), true
}

// emptyList is why nothing can be done with a row.
const emptyList = "the list is empty"

// unreadable says why the rows of a list are not acted on: its filter cannot be
// read, and it still shows what an earlier one let through; "" if it can.
func unreadable(b *query.Bar) string {
	if b.Err() == nil {
		return ""
	}
	return "the filter cannot be read: / mends it, esc drops it"
}

// onRow refuses an action where the list has no row, and, with the reason,
// where the row under the cursor lacks what the action goes to.
func onRow[K comparable, R any](page func(*Root) *listPage[K, R], reason string, lacks func(*Root, R) bool) func(*Root) string {
	return func(m *Root) string {
		row, ok := page(m).table.Current()
		switch {
		case !ok:
			return emptyList
		case lacks(m, row):
			return reason
		}
		return ""
	}
}
