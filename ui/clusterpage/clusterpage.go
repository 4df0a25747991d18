package clusterpage

import (
	"timebound/model"
	"timebound/ui/counted"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// labelWidth is how many cells the names of facts take.
const labelWidth = 14

// The width from which what was read stands beside the settings, how wide it
// is then, and the width beyond which text reads no better.
const (
	twoColumns    = 172
	coverageWidth = 60
	gap           = 4
	widest        = 130
)

// Lines draws the page in lines of at most width cells. Its height does not
// matter: where the page is longer it is scrolled. A nil assessment means
// that nothing has arrived; before is what API servers counted at the reading
// before, zero if there was none.
func Lines(a *model.Assessment, snap model.Snapshot, before model.Counters, st *theme.Styles, width, _ int) []string {
	b := lines.New(st, width)
	if a == nil || a.Inventory == nil {
		b.Say(0, 0, lines.Text("Connecting: nothing has arrived yet."))
		return b.Lines()
	}
	if width >= twoColumns {
		left, right := lines.New(st, min(width-gap-coverageWidth, widest)), lines.New(st, coverageWidth)
		controlPlane(left, a)
		counted.Table(left, a.Inventory.Cluster.Counters, before)
		settings(left, a.Settings)
		coverage(right, a.Inventory.Coverage)
		b.Painted(lines.Beside(left, gap, right)...)
	} else {
		controlPlane(b, a)
		counted.Table(b, a.Inventory.Cluster.Counters, before)
		settings(b, a.Settings)
		coverage(b, a.Inventory.Coverage)
	}
	problems(b, snap.Problems)
	return b.Lines()
}
