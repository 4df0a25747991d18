package ui

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// banner is the worst problem in one short line: what is missing, in plain
// words. Why and what to do stand behind "!", where there is room for them.
func (m *Root) banner(width int) string {
	problems := m.problems()
	if len(problems) == 0 {
		return ""
	}
	st := m.env.styles
	p := problems[0]
	role, glyph := theme.Warn, st.Glyphs.Alert
	if p.Fatal {
		role, glyph = theme.Bad, st.Glyphs.Cross
	}
	more := "details "
	if n := len(problems); n > 1 {
		more = "all " + lines.Number(n) + " "
	}
	room := max(0, width-theme.Width(more)-4)
	lead := " " + glyph + " "
	text := lead + model.Printable(m.headline(p))
	// The reason why there is no connection is short and our own; what an API
	// server answers is neither.
	if whole := text + ": " + model.Printable(p.Why); p.Fatal && p.Why != "" && theme.Width(whole) <= room {
		text = whole
	}
	line := theme.Pad(text, room, st.Glyphs.Ellipsis)
	hint := "  " + st.Paint(theme.Key, "!") + " " + st.Paint(theme.Dim, more)
	return st.Paint(role, line) + theme.Truncate(hint, width-room, "")
}

// headline tells a problem in a few words. What could not be read because of
// a missing permission is told from the coverage: which objects, of which
// namespaces.
func (m *Root) headline(p model.Problem) string {
	if inv := m.snapshot.Inventory; inv != nil && !p.Fatal {
		for kind, c := range inv.Coverage.Kinds {
			if len(c.Gaps) > 0 && c.Gaps[0].Rule != "" && (p.What == c.Gaps[0].Rule || strings.HasPrefix(p.What, c.Gaps[0].Rule+" in ")) {
				return unread(kind, c.Gaps)
			}
		}
	}
	return failure(p)
}

// unread says which objects are not readable.
func unread(kind model.ObjectKind, gaps []model.Gap) string {
	var names []string
	for _, g := range gaps {
		if g.Namespace == "" {
			return string(kind) + " are not readable"
		}
		names = append(names, g.Namespace)
	}
	if len(names) > 2 {
		return string(kind) + " of " + lines.Count(len(names), "namespace", "namespaces") + " are not readable"
	}
	slices.Sort(names)
	return string(kind) + " of " + strings.Join(names, " and ") + " are not readable"
}

// attempts are the words that a problem begins with if it names what was
// tried.
var attempts = []string{"connect", "list", "watch", "read", "get", "GET", "ask", "look"}

// failure says what a problem is: an attempt is something that failed.
func failure(p model.Problem) string {
	if verb, _, _ := strings.Cut(p.What, " "); slices.Contains(attempts, verb) {
		return "cannot " + p.What
	}
	return p.What
}
