package changes

import (
	"strings"

	"timebound/ui/theme"
)

// Bar draws how far something is, in exactly room cells.
func Bar(st *theme.Styles, n, of, room int) string {
	if of <= 0 || room <= 0 {
		return theme.Spaces(room)
	}
	full := st.Glyphs.Meter(min(n, of), of, room)
	return st.Paint(theme.Accent, full) + st.Paint(theme.Border, strings.Repeat(st.Glyphs.Horizon, max(0, room-theme.Width(full))))
}
