package changes

import (
	"strings"

	"timebound/ui/theme"
)

// Bar draws how far something is, in exactly room cells and without a gap.
func Bar(st *theme.Styles, n, of, room int) string {
	if of <= 0 || room <= 0 {
		return theme.Spaces(room)
	}
	full := st.Glyphs.Meter(min(n, of), of, room)
	if whole, half := strings.CutSuffix(full, "╸"); half {
		full = whole + "╾" // what is left of the cell belongs to the line that follows
	}
	return st.Paint(theme.Accent, full) + st.Paint(theme.Border, strings.Repeat(st.Glyphs.Horizon, max(0, room-theme.Width(full))))
}
