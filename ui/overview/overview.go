package overview

import (
	"timebound/model"
	"timebound/plan"
	"timebound/ui/counted"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// The widths at which the page takes another column, the gap between columns
// and the width beyond which a column reads no better.
const (
	twoColumns   = 104
	threeColumns = 172
	gap          = 4
	widest       = 64
)

// Beside is what the page tells beside the assessment.
type Beside struct {
	Plan *plan.Plan // nil if there is none so far
	// Counted is what API servers counted at the reading before; zero if there was
	// none.
	Counted model.Counters
}

// Lines draws the page in lines of at most width cells. Height only decides
// how much room charts take: the page may be longer, and is scrolled then.
// A nil assessment means that nothing has arrived yet.
func Lines(a *model.Assessment, snap model.Snapshot, beside Beside, st *theme.Styles, width, height int) []string {
	page, p := lines.New(st, width), beside.Plan
	if a == nil || a.Inventory == nil {
		head(page, snap)
		progress(page, snap)
		return page.Lines()
	}
	context(page, a)
	readiness(page, a, snap)
	if first(snap) {
		progress(page, snap)
	}
	page.Gap()

	// Below this height something must be shorter for what was not seen to
	// stay on the screen.
	const roomyFrom = 36
	// fixed is about what the page takes beside the longest of its columns.
	const fixed = 22
	roomy, rows, hops := height >= roomyFrom, 4, 3
	if roomy {
		rows, hops = 10, 6
	}
	switch {
	case a.Counts.Tokens == 0:
		tracking(page, a) // of nothing there is nothing to draw
	case width >= threeColumns:
		column := min((width-2*gap)/3, widest)
		left, middle, right := lines.New(st, column), lines.New(st, column), lines.New(st, column)
		verdicts(left, a)
		origins(left, a)
		lastUse(middle, a, roomy)
		tracking(middle, a)
		ready(middle, p, hops)
		namespaces(right, a, min(max(12, height-fixed), 30))
		both := lines.New(st, 2*column+gap)
		both.Painted(lines.Beside(left, gap, middle)...)
		page.Painted(lines.Beside(both, gap, right)...)
	case width >= twoColumns:
		column := min((width-gap)/2, widest)
		left, right := lines.New(st, column), lines.New(st, column)
		// The plan comes last: it stands where it moves least when it comes.
		verdicts(left, a)
		origins(left, a)
		ready(left, p, hops)
		lastUse(right, a, roomy)
		tracking(right, a)
		namespaces(right, a, rows)
		page.Painted(lines.Beside(left, gap, right)...)
	default:
		verdicts(page, a)
		lastUse(page, a, roomy)
		tracking(page, a)
		origins(page, a)
		namespaces(page, a, rows)
	}
	if !first(snap) {
		progress(page, snap)
	}
	audit(page, a)
	notSeen(page, a)
	counted.Sum(page, a.Inventory.Cluster.Counters, beside.Counted)
	if width < twoColumns && a.Counts.Tokens > 0 {
		ready(page, p, hops) // at the end, where it moves nothing when it comes
	}
	return page.Lines()
}
