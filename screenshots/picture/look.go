package picture

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// Look is the terminal that a picture pretends to be: what its default
// colours and its sixteen named colours are. Without this the reader's own
// terminal decides, and no two pictures would match.
type Look struct {
	Background, Foreground string // "#rrggbb"
	// Title is the colour of the text in the title bar.
	Title string
	// Named are ANSI colours 0 to 15.
	Named [16]string
}

// Dark is a terminal with light text on dark ground.
var Dark = Look{
	Background: "#16181d",
	Foreground: "#d0d4dc",
	Title:      "#767d8c",
	Named: [16]string{
		"#16181d", "#ef7a85", "#8fc58a", "#e2b66b", "#79a8ea", "#bf93e0", "#6fc3c9", "#b4bac6",
		"#697080", "#ff97a1", "#a9dba4", "#f3cd8a", "#9cc2f7", "#d5b0f0", "#90dbe0", "#f1f3f6",
	},
}

// Light is a terminal with dark text on light ground.
var Light = Look{
	Background: "#fbfaf7",
	Foreground: "#2b2f36",
	Title:      "#8a8f98",
	Named: [16]string{
		"#2b2f36", "#b3303f", "#36783a", "#8f6100", "#2b5fb0", "#8a3fa8", "#17737c", "#6a7079",
		"#8a8f98", "#c8404f", "#43904a", "#a87410", "#3c74cc", "#a055c0", "#238a94", "#14161a",
	},
}

// hex gives a colour as "#rrggbb"; other for nil, which means the default.
func (l Look) hex(c color.Color, other string) string {
	switch c := c.(type) {
	case nil:
		return other
	case ansi.BasicColor:
		return l.Named[c&15]
	case ansi.IndexedColor:
		if c < 16 {
			return l.Named[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
