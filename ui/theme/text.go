package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width gives the number of cells that s takes. Escapes take none.
func Width(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Truncate cuts s to at most w cells, with tail (part of the w cells) where
// something was cut. Escapes are kept intact.
func Truncate(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	if plainASCII(s) {
		if keep := w - Width(tail); keep >= 0 {
			return s[:keep] + tail
		}
		return s[:w]
	}
	return ansi.Truncate(s, w, tail)
}

// Pad makes s exactly w cells wide: cut with tail if too long, filled with
// spaces on the right if too short.
func Pad(s string, w int, tail string) string {
	s = Truncate(s, w, tail)
	return s + Spaces(w-widthBeforeSpace(s))
}

// PadLeft is Pad with the spaces on the left, for numbers.
func PadLeft(s string, w int, tail string) string {
	s = Truncate(s, w, tail)
	return Spaces(w-Width(s)) + s
}

// Spaces gives n spaces; "" if n is not positive.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(spaces) {
		return spaces[:n]
	}
	return strings.Repeat(" ", n)
}

// Wrap breaks s at spaces into lines of at most w cells; words that are wider
// are broken where they must. Escapes are carried along.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}

// Plain removes escapes.
func Plain(s string) string { return ansi.Strip(s) }

const spaces = "                                                                                                                                " +
	"                                                                                                                                "

// widthBeforeSpace measures s as it stands before a space: some letters of
// some scripts join with whatever follows them.
func widthBeforeSpace(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s+" ") - 1
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}
