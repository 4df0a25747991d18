package planpage

import (
	"timebound/model"
	"timebound/plan"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// ForecastHead writes what stands above the list of tokens: what the days stand
// on, the months in which something happens, and what the cleaner leaves alone.
// It marks the month of a day in the calendar; 0 marks none. Roomy is one line
// for each assumption.
func ForecastHead(s *Sheet, st *theme.Styles, width int, mark model.Day, roomy bool) []string {
	b := lines.New(st, width)
	assumptions(b, s.Plan.Forecast.Assumptions, roomy)
	if len(s.Upcoming) > 0 || len(s.Calendar.upgrades) > 0 {
		b.Gap()
		s.Calendar.draw(b, mark)
	}
	b.Gap()
	b.Say(0, 0, totals(s, roomy)...)
	return b.Lines()
}

// assumptions tells what the days stand on: what was seen, and behind a sign
// what nobody saw.
func assumptions(b *lines.Block, all []plan.Assumption, roomy bool) {
	st := b.Styles()
	told := func(a plan.Assumption) []lines.Span {
		if a.Assumed {
			return []lines.Span{lines.Of(theme.Doubt, assumedSign(st)+" "), lines.Text(a.Text), lines.Of(theme.Doubt, " (assumed)")}
		}
		return []lines.Span{lines.Text(a.Text)}
	}
	if roomy {
		b.Heading("IF NOBODY ACTS", lines.Dim("what the cluster's own cleaner does, and what the days stand on"))
		for _, a := range all {
			if spans := told(a); a.Assumed {
				b.Item(0, spans[0], spans[1:]...)
			} else {
				b.Item(0, lines.Dim(st.Glyphs.Dot+" "), spans...)
			}
		}
		return
	}
	spans := []lines.Span{lines.Of(theme.Header, "IF NOBODY ACTS"), lines.Text(" ")}
	for i, a := range all {
		if i > 0 {
			spans = append(spans, lines.Dim(" "+st.Glyphs.Dot+" "))
		}
		spans = append(spans, told(a)...)
	}
	b.Say(0, 0, spans...)
}

// totals counts what the cleaner takes and what it leaves.
func totals(s *Sheet, roomy bool) []lines.Span {
	var spans []lines.Span
	switch n := len(s.Upcoming); {
	case n == 0:
		spans = []lines.Span{lines.Text("The cleaner takes no token.")}
	case s.Wanted > 0:
		spans = []lines.Span{
			lines.Text("The cleaner takes " + lines.Count(n, "token", "tokens") + ", first here "), lines.Of(theme.Warn, lines.Number(s.Wanted)),
			lines.Text(" that something in the cluster wants again."),
		}
	default:
		spans = []lines.Span{lines.Text("The cleaner takes " + lines.Count(n, "token", "tokens") + "; nothing was seen that wants one again.")}
	}
	left := 0
	for _, r := range s.Plan.Forecast.Spared {
		left += r.Tokens
	}
	if left == 0 {
		return spans
	}
	spans = append(spans, lines.Dim(" It leaves "+lines.Number(left)+" alone"))
	for i, r := range s.Plan.Forecast.Spared {
		if !roomy {
			break
		}
		lead := ", "
		if i == 0 {
			lead = ": "
		}
		spans = append(spans, lines.Dim(lead+lines.Number(r.Tokens)+" "+r.Why))
	}
	return append(spans, lines.Dim("."))
}
