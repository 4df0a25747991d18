package planpage

import (
	"timebound/plan"
	"timebound/plan/planfile"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// HeadHeight is the number of lines above the steps: the title of the hop and
// how its steps stand.
const HeadHeight = 2

// Head titles a hop and counts its steps by state.
func Head(h *plan.Hop, st *theme.Styles, width int) []string {
	b := lines.New(st, width)
	title := []lines.Span{lines.Of(theme.Title, planfile.HopTitle(h))}
	if h.Position == plan.Ahead {
		when := "   upgrade on " + h.Date.String()
		if h.DateAssumed {
			when += ", assumed"
		}
		title = append(title, lines.Dim(when))
	}
	b.Row(title...)
	b.Row(Counts(h, st)...)
	return b.Lines()
}

// Counts tells how many steps of a hop are in which state.
func Counts(h *plan.Hop, st *theme.Styles) []lines.Span {
	counts := planfile.CountStates(h)
	var spans []lines.Span
	for _, s := range plan.States() {
		n := counts[s]
		if n == 0 {
			continue
		}
		if len(spans) > 0 {
			spans = append(spans, lines.Text("   "))
		}
		spans = append(spans, lines.Of(theme.StateRole(s), st.Glyphs.State(s)+" "), lines.Text(lines.Number(n)+" "+theme.StateWord(s)))
	}
	if len(spans) == 0 {
		return []lines.Span{lines.Dim("no steps")}
	}
	return spans
}
