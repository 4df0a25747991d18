package story

import (
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// sparkDays is how many days are drawn where there is room.
const sparkDays = 30

// spark draws the requests of the last days, one cell for a day, as high as the
// day was busy beside the busiest one; under it stand the days and the most. A
// day without a request has the dot, one that no log covers has nothing.
func (w *writer) spark(use *model.TokenUse) {
	shown := min(sparkDays, w.Width())
	if shown < 1 || len(use.Days) == 0 {
		return
	}
	last := w.a.Policy.Today
	first := last - model.Day(shown-1)
	counts := make([]uint64, shown)
	most, busiest := uint64(0), first
	for _, d := range use.Days {
		if d.Day < first || d.Day > last {
			continue
		}
		counts[d.Day-first] = d.Requests
		if d.Requests > most {
			most, busiest = d.Requests, d.Day
		}
	}
	if most == 0 {
		w.Say(0, 0, lines.Dim("not once in the last "+lines.Count(shown, "day", "days")))
		return
	}
	covered := coveredDays(w.a.Inventory.Usage, first, shown)
	var bars strings.Builder
	blank := false
	for i, n := range counts {
		switch {
		case n > 0:
			bars.WriteString(height(w.glyphs().Columns, n, most))
		case covered[i]:
			bars.WriteString(w.glyphs().Dot)
		default:
			bars.WriteByte(' ')
			blank = true
		}
	}
	w.Row(lines.Of(theme.Accent, bars.String()))
	text := first.String() + " to " + last.String() + ", at most " + requests(most) + " a day (" + busiest.String() + ")"
	if blank {
		text += "; blank: no log"
	}
	w.Say(0, 0, lines.Dim(text))
}

// height is the glyph for n of most; what is not zero is never shown as nothing.
func height(columns []string, n, most uint64) string {
	steps := uint64(len(columns))
	// Divided first: counts from a hostile log may be near the limit.
	step := n / (most/steps + 1)
	return columns[min(step, steps-1)]
}

// coveredDays says of which days some log was read.
func coveredDays(u *model.Usage, first model.Day, n int) []bool {
	covered := make([]bool, n)
	for _, server := range u.Covered {
		for _, s := range server.Spans {
			from, until := model.DayOf(s.From)-first, model.DayOf(s.Until)-first
			for d := max(from, 0); d <= until && int(d) < n; d++ {
				covered[d] = true
			}
		}
	}
	return covered
}
