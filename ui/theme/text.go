package theme

import (
	"strings"
	"unicode/utf8"

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
	s = Fit(s, w, tail)
	return s + Spaces(w-Width(s))
}

// Fit is Truncate for text that shares its line with other text: a letter at
// either end that would join with its neighbour (some scripts have them) is
// replaced, so that widths add up.
func Fit(s string, w int, tail string) string {
	s = Truncate(s, w, tail)
	if plainASCII(s) {
		return s
	}
	own := ansi.StringWidth(s)
	if ansi.StringWidth(" "+s) != own+1 {
		_, size := utf8.DecodeRuneInString(s)
		s = Truncate("?"+s[size:], w, tail)
		own = ansi.StringWidth(s)
	}
	if ansi.StringWidth(s+" ") != own+1 {
		_, size := utf8.DecodeLastRuneInString(s)
		s = Truncate(s[:len(s)-size]+"?", w, tail)
	}
	return s
}

// PadLeft is Pad with the spaces on the left, for numbers.
func PadLeft(s string, w int, tail string) string {
	s = Fit(s, w, tail)
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
	lines := strings.Split(ansi.Wrap(s, w, ""), "\n")
	for i, line := range lines {
		// Letters that join across a break can make a line a cell too wide.
		lines[i] = Truncate(line, w, "")
	}
	return lines
}

// Plain removes escapes.
func Plain(s string) string { return ansi.Strip(s) }

const spaces = "                                                                                                                                " +
	"                                                                                                                                "

func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}
