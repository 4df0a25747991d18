package planpage

import (
	"strings"

	"timebound/plan"
	"timebound/plan/planfile"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// TimelineHeight is the number of lines of the timeline: the way, the versions
// on it, and what is to be said of each.
const TimelineHeight = 3

// The least and the most that a station of the way takes, in cells.
const (
	stationLeast = 13
	stationMost  = 26
)

// stations is how many stations are seen at once, and how wide each is.
func stations(n, width int) (seen, each int) {
	seen = max(1, min(n, width/stationLeast))
	return seen, max(min(width/seen, stationMost), min(width, stationLeast))
}

// FirstStation gives the first station to show so that the chosen one is seen
// and as little as possible moves; first is the one that was shown first.
func FirstStation(n, chosen, first, width int) int {
	seen, _ := stations(n, width)
	first = min(first, chosen)
	first = max(first, chosen-seen+1)
	return max(0, min(first, n-seen))
}

// Timeline draws the way: a line through the stations, heavy where it lies
// behind.
func Timeline(p *plan.Plan, chosen, first int, st *theme.Styles, width int) []string {
	seen, each := stations(len(p.Hops), width)
	var way, names, remarks strings.Builder
	for i := first; i < min(first+seen, len(p.Hops)); i++ {
		h := &p.Hops[i]
		last := i == len(p.Hops)-1
		glyph, role := stationGlyph(st, h, last)
		lead := " "
		if i == first && i > 0 {
			lead = theme.Fit(st.Glyphs.Ellipsis, 1, "")
		}
		st.AppendPaint(&way, theme.Border, lead)
		st.AppendPaint(&way, role, glyph)
		way.WriteByte(' ')
		if !last {
			stroke, ink := st.Glyphs.Horizon, theme.Border
			if p.Hops[i+1].Position != plan.Ahead {
				stroke, ink = st.Glyphs.Travelled, theme.Dim
			}
			st.AppendPaint(&way, ink, strings.Repeat(stroke, max(0, each-3)))
		}
		station(&names, st, h, i == chosen, last, each)
		text, ink := remark(st, h, last, each)
		st.AppendPaint(&remarks, ink, theme.Pad(" "+text, each, st.Glyphs.Ellipsis))
	}
	if first+seen < len(p.Hops) {
		way.WriteString(st.Paint(theme.Border, " "+st.Glyphs.Ellipsis))
	}
	out := []string{way.String(), names.String(), remarks.String()}
	for i, line := range out {
		out[i] = theme.Truncate(line, width, "")
	}
	return out
}

func station(b *strings.Builder, st *theme.Styles, h *plan.Hop, chosen, last bool, each int) {
	name := " " + h.To.String() + " "
	rest := ""
	if last && h.Position == plan.Ahead {
		rest = "target"
		if chosen {
			rest = " target" // apart from the ground of the chosen one
		}
	}
	switch {
	case chosen:
		b.Write(st.AppendSelected(nil, theme.Title, name))
	case h.Position == plan.Here:
		st.AppendPaint(b, theme.Title, name)
	case h.Position == plan.Past:
		st.AppendPaint(b, theme.Dim, name)
	default:
		st.AppendPaint(b, theme.Text, name)
	}
	st.AppendPaint(b, theme.Accent, theme.Pad(rest, max(0, each-theme.Width(name)), ""))
}

// stationGlyph says how a station stands: behind, and nothing is owed there;
// behind, and something is overdue; here; ahead; the target.
func stationGlyph(st *theme.Styles, h *plan.Hop, last bool) (string, theme.Role) {
	switch {
	case h.Position == plan.Here:
		return st.Glyphs.Here, theme.Accent
	case h.Position == plan.Past && planfile.CountStates(h)[plan.Overdue] > 0:
		return st.Glyphs.Alert, theme.Warn
	case h.Position == plan.Past:
		return st.Glyphs.Check, theme.Good
	case last:
		return st.Glyphs.Target, theme.Accent
	}
	return st.Glyphs.ToDo, theme.Dim
}

// remark is what stands below a station.
func remark(st *theme.Styles, h *plan.Hop, last bool, each int) (string, theme.Role) {
	switch h.Position {
	case plan.Here:
		if last && each > len("you are here, target") {
			return "you are here, target", theme.Accent
		}
		return "you are here", theme.Accent
	case plan.Past:
		if n := planfile.CountStates(h)[plan.Overdue]; n > 0 {
			return lines.Number(n) + " overdue", theme.Warn
		}
		return "passed", theme.Dim
	}
	day := h.Date.String()
	switch whole := day + " assumed"; {
	case !h.DateAssumed:
		return day, theme.Text
	case each > len(whole):
		return whole, theme.Dim
	}
	return assumedSign(st) + day, theme.Dim
}

// assumedSign stands before what nobody gave or saw.
func assumedSign(st *theme.Styles) string {
	if st.Options.ASCII {
		return "~"
	}
	return "≈"
}
