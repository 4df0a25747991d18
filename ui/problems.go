package ui

import (
	"slices"

	"timebound/model"
	"timebound/ui/theme"
)

// problems are what went wrong, the worst first.
func (m *Root) problems() []model.Problem {
	var fatal, others []model.Problem
	if m.ended != nil {
		fatal = append(fatal, *m.ended)
	}
	for _, p := range m.snapshot.Problems {
		if p.Fatal {
			fatal = append(fatal, p)
		} else {
			others = append(others, p)
		}
	}
	return slices.Concat(fatal, others, m.logsWrong)
}

func newProblemList(m *Root) *overlay {
	return &overlay{title: "What went wrong", write: func(width int) []string {
		var out []string
		for _, p := range m.problems() {
			if len(out) > 0 {
				out = append(out, "")
			}
			out = append(out, problemLines(m.env.styles, p, width)...)
		}
		return out
	}}
}

// problemLines tells a problem in full: what failed, why, what to do.
func problemLines(st *theme.Styles, p model.Problem, width int) []string {
	role, glyph := theme.Warn, st.Glyphs.Alert
	if p.Fatal {
		role, glyph = theme.Bad, st.Glyphs.Cross
	}
	var out []string
	say := func(lead string, r theme.Role, text string) {
		if text == "" {
			return
		}
		for _, line := range theme.Wrap(model.Printable(text), max(10, width-theme.Width(lead))) {
			out = append(out, st.Paint(role, lead)+st.Paint(r, line))
			lead = theme.Spaces(theme.Width(lead))
		}
	}
	say(glyph+" ", role, failure(p))
	say("  ", theme.Text, p.Why)
	say("  "+st.Glyphs.Arrow+" ", theme.Accent, p.Remedy)
	return out
}
