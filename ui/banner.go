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
	text := lead + model.Printable(failure(p))
	// The reason why there is no connection is short and our own; what an API
	// server answers is neither.
	if whole := text + ": " + model.Printable(p.Why); p.Fatal && p.Why != "" && theme.Width(whole) <= room {
		text = whole
	}
	line := theme.Pad(text, room, st.Glyphs.Ellipsis)
	hint := "  " + st.Paint(theme.Key, "!") + " " + st.Paint(theme.Dim, more)
	return st.Paint(role, line) + theme.Truncate(hint, width-room, "")
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
