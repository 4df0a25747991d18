package theme

import "strings"

// Meter draws a thin bar: n of most in room cells, to half a cell. What is
// not zero is never shown as nothing.
func (g Glyphs) Meter(n, most, room int) string {
	if n <= 0 || most <= 0 || room <= 0 {
		return ""
	}
	full, half := "━", "╸"
	if len(g.Bars) == 1 { // ASCII
		full, half = "=", "-"
	}
	length := max(1, (2*n*room+most/2)/most)
	return strings.Repeat(full, length/2) + strings.Repeat(half, length%2)
}
