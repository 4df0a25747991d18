package auditlog

import (
	"fmt"
	"math/rand/v2"
)

// escape rewrites JSON text without escapes as a re-encoder may: letters by
// their number, slashes with a backslash. It means the same.
func escape(dst []byte, text string, rng *rand.Rand) []byte {
	often := 1 + rng.IntN(10) // one of so many
	number := `\u%04x`
	if rng.IntN(2) == 0 {
		number = `\u%04X`
	}
	for i := range len(text) {
		c := text[i]
		letter := c >= 'a' && c <= 'z' || c == '-' || c == '/'
		switch {
		case !letter || rng.IntN(often) > 0:
			dst = append(dst, c)
		case c == '/' && rng.IntN(2) == 0:
			dst = append(dst, '\\', '/')
		default:
			dst = fmt.Appendf(dst, number, c)
		}
	}
	return dst
}
