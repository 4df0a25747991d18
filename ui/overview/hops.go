package overview

import (
	"strings"

	"timebound/plan"
	"timebound/plan/planfile"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// ready says how each hop from here on stands: its steps by state, as a bar of
// their glyphs and in numbers. Hops beyond the most are counted.
func ready(b *lines.Block, p *plan.Plan, most int) {
	if p == nil {
		return
	}
	var ahead []*plan.Hop
	overdue := 0
	for i := range p.Hops {
		if h := &p.Hops[i]; h.Position == plan.Past {
			overdue += planfile.CountStates(h)[plan.Overdue]
		} else {
			ahead = append(ahead, h)
		}
	}
	remark := []lines.Span{lines.Dim("to " + p.Target.String() + "; 6 tells the steps")}
	if overdue > 0 {
		remark = []lines.Span{lines.Of(theme.Warn, lines.Count(overdue, "step", "steps")+" overdue"), lines.Dim(" from versions that are behind")}
	}
	b.Heading("READY FOR", remark...)
	shown := ahead
	if len(ahead) > most+1 {
		shown = ahead[:most]
	}
	for _, h := range shown {
		b.Row(hopRow(b, h)...)
	}
	if more := len(ahead) - len(shown); more > 0 {
		b.Row(lines.Dim("and " + lines.Count(more, "hop", "hops") + " more"))
	}
}

// hopBar is the length of the bar of a hop in cells.
const hopBar = 12

func hopRow(b *lines.Block, h *plan.Hop) []lines.Span {
	when := "now"
	if h.Position == plan.Ahead {
		when = h.Date.String()
		if h.DateAssumed {
			when += "?"
		}
	}
	counts := planfile.CountStates(h)
	spans := []lines.Span{lines.Text(theme.Pad(h.To.String(), 6, "")), lines.Dim(theme.Pad(when, 13, ""))}
	spans = append(spans, stateBar(b.Styles(), counts)...)
	for _, s := range barStates {
		if n := counts[s]; n > 0 {
			spans = append(spans, lines.Of(theme.StateRole(s), "  "+b.Styles().Glyphs.State(s)), lines.Text(lines.Number(n)))
		}
	}
	return spans
}

// barStates are the states that the bar of a hop shows, what is done first:
// what is not applicable asks for nothing and is left out.
var barStates = [...]plan.State{plan.Done, plan.CannotTell, plan.ToDo, plan.Overdue, plan.Blocked}

// stateBar shares the cells of a bar among the states, each drawn with its own
// glyph, so that it reads without colour. No state that occurs is left out.
func stateBar(st *theme.Styles, counts map[plan.State]int) []lines.Span {
	steps, states := 0, 0
	for _, s := range barStates {
		steps += counts[s]
		states += min(counts[s], 1)
	}
	var spans []lines.Span
	left := hopBar
	for _, s := range barStates {
		n := counts[s]
		if n == 0 {
			continue
		}
		states--
		cells := min(max(1, (n*left+steps/2)/steps), left-states) // those that come keep a cell each
		left, steps = left-cells, steps-n
		spans = append(spans, lines.Of(theme.StateRole(s), strings.Repeat(st.Glyphs.State(s), cells)))
	}
	return append(spans, lines.Text(theme.Spaces(left)))
}
