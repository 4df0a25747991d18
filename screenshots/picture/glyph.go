package picture

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Lines and blocks are drawn, not written: in a terminal they fill the cell,
// while a font's own glyphs leave gaps between rows.

// arms says from the middle of the cell to which edges a line runs; half that it
// is heavy on the left alone.
type arms struct{ up, right, down, left, heavy, half bool }

var lines = map[rune]arms{
	'─': {right: true, left: true}, '│': {up: true, down: true},
	'┌': {right: true, down: true}, '┐': {down: true, left: true},
	'└': {up: true, right: true}, '┘': {up: true, left: true},
	'├': {up: true, right: true, down: true}, '┤': {up: true, down: true, left: true},
	'┬': {right: true, down: true, left: true}, '┴': {up: true, right: true, left: true},
	'┼': {up: true, right: true, down: true, left: true},
	'━': {right: true, left: true, heavy: true}, '╸': {left: true, heavy: true},
	'╾': {right: true, left: true, half: true}, '╴': {left: true}, '╵': {up: true}, '╶': {right: true}, '╷': {down: true},
}

// rounds are the corners that are drawn as an arc.
var rounds = map[rune]arms{
	'╭': {right: true, down: true}, '╮': {down: true, left: true},
	'╰': {up: true, right: true}, '╯': {up: true, left: true},
}

// drawn says that the text is one glyph that drawGlyph knows.
func drawn(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) {
		return false
	}
	if _, ok := lines[r]; ok {
		return true
	}
	if _, ok := rounds[r]; ok {
		return true
	}
	_, _, _, _, ok := block(r)
	return ok
}

// How thick lines are, in pixels.
const (
	stroke      = 1.4
	heavyStroke = 3.6
)

func drawGlyph(b *bytes.Buffer, text string, left, top float64, ink, more string) {
	r, _ := utf8.DecodeRuneInString(text)
	if x, y, w, h, ok := block(r); ok {
		box(b, left+x, top+y, w, h, ink, more)
		return
	}
	midX, midY := left+cellWidth/2, top+cellHeight/2
	if a, ok := rounds[r]; ok {
		endX, endY := left, top
		if a.right {
			endX = left + cellWidth
		}
		if a.down {
			endY = top + cellHeight
		}
		fmt.Fprintf(b, `<path d="M%g %gQ%g %g %g %g" fill="none" stroke="%s" stroke-width="%g"%s/>`, midX, endY, midX, midY, endX, midY, ink, stroke, more)
		return
	}
	a, stroke := lines[r], stroke
	if a.heavy {
		stroke = heavyStroke
	}
	if a.left || a.right {
		from, to := midX, midX
		if a.left {
			from = left
		}
		if a.right {
			to = left + cellWidth
		}
		box(b, from, midY-stroke/2, to-from, stroke, ink, more)
		if a.half {
			box(b, left, midY-heavyStroke/2, midX-left, heavyStroke, ink, more)
		}
	}
	if a.up || a.down {
		from, to := midY, midY
		if a.up {
			from = top
		}
		if a.down {
			to = top + cellHeight
		}
		box(b, midX-stroke/2, from, stroke, to-from, ink, more)
	}
}

// block gives the part of the cell that a block element fills.
func block(r rune) (x, y, w, h float64, ok bool) {
	switch {
	case r >= '▁' && r <= '█': // lower eighths
		h = cellHeight * float64(r-'▁'+1) / 8
		return 0, cellHeight - h, cellWidth, h, true
	case r >= '▉' && r <= '▏': // left eighths, falling
		return 0, 0, cellWidth * float64('▏'-r+1) / 8, cellHeight, true
	case r == '▐':
		return cellWidth / 2, 0, cellWidth / 2, cellHeight, true
	case r == '▀':
		return 0, 0, cellWidth, cellHeight / 2, true
	}
	return 0, 0, 0, 0, false
}
