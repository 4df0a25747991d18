package ui

import (
	"strings"

	"timebound/model"
	"timebound/ui/theme"
)

// newHelp makes the help of the present state of the screen, from its
// actions: one that cannot be done now stays in the list and says why.
func newHelp(m *Root) *overlay {
	keys := m.page().keymap()
	return &overlay{title: "Keys on " + m.current.String(), write: func(width int) []string {
		return helpLines(m, keys, width)
	}}
}

const helpKeyWidth = 14

func helpLines(m *Root, keys *keymap, width int) []string {
	st := m.env.styles
	var out []string
	for _, s := range keys.sections {
		if len(s.actions) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, st.Paint(theme.Header, s.title))
		for i := range s.actions {
			out = append(out, helpLine(m, &s.actions[i], width)...)
		}
	}
	if _, ok := m.page().(lister); ok {
		out = append(out, "", st.Paint(theme.Header, "Filter"))
		for _, h := range filterHelp() {
			out = append(out, entry(st, h[0], h[1], theme.Text, width)...)
		}
	}
	return append(out, "", st.Paint(theme.Faint, "timebound "+model.Printable(m.options.Version)))
}

func helpLine(m *Root, a *Action, width int) []string {
	st := m.env.styles
	help := a.Keys.Help()
	if why := a.refused(m); why != "" {
		return entry(st, help.Key, a.Title+" "+st.Glyphs.Dot+" not now: "+why, theme.Faint, width)
	}
	return entry(st, help.Key, a.Title, theme.Text, width)
}

// entry sets "keys  text", with text hanging behind the keys.
func entry(st *theme.Styles, keys, text string, role theme.Role, width int) []string {
	var out []string
	lead := st.Paint(theme.Key, theme.Pad(keys, helpKeyWidth, "")) + " "
	if theme.Width(keys) > helpKeyWidth {
		out = append(out, st.Paint(theme.Key, keys))
		lead = theme.Spaces(helpKeyWidth + 1)
	}
	for _, line := range theme.Wrap(model.Printable(text), max(10, width-helpKeyWidth-1)) {
		out = append(out, lead+st.Paint(role, line))
		lead = theme.Spaces(helpKeyWidth + 1)
	}
	return out
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
