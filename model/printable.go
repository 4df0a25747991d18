package model

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes a string from a cluster, a file or a log safe to show:
// control characters, escape sequences, bidi and other invisible marks, and
// bytes that are not UTF-8 come out as visible escapes (\x1b, \u202e). Strings
// that are safe already, nearly all of them, are returned as they are.
func Printable(s string) string {
	for i, r := range s {
		if hidden(r) || r == utf8.RuneError {
			return escape(s, i)
		}
	}
	return s
}

func escape(s string, from int) string {
	var b strings.Builder
	b.Grow(len(s) + 8)
	b.WriteString(s[:from])
	for i := from; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x`)
			b.WriteString(hex(uint64(s[i]), 2))
		case hidden(r) && r <= 0xff:
			b.WriteString(`\x`)
			b.WriteString(hex(uint64(r), 2))
		case hidden(r) && r <= 0xffff:
			b.WriteString(`\u`)
			b.WriteString(hex(uint64(r), 4))
		case hidden(r):
			b.WriteString(`\U`)
			b.WriteString(hex(uint64(r), 8))
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

func hex(v uint64, width int) string {
	s := strconv.FormatUint(v, 16)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

// hidden says that a rune does not show itself, or changes how others show:
// C0 and C1 controls, format characters (bidi marks, zero-width joiners, soft
// hyphen), line and paragraph separators, private use and unassigned runes,
// variation selectors, and spaces other than the plain one. Combining marks
// stay: they are letters of real languages and cost no cell.
func hidden(r rune) bool {
	if r >= 0x20 && r < 0x7f {
		return false
	}
	return unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Variation_Selector) ||
		(unicode.Is(unicode.Zs, r) && r != ' ')
}
