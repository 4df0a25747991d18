package picture

import (
	"bytes"
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// span is a run of cells in one row with one style.
type span struct {
	x, y, cells int
	text        string
	style       uv.Style
}

func (s span) draw(b *bytes.Buffer, look Look) {
	ink, ground := look.hex(s.style.Fg, look.Foreground), look.hex(s.style.Bg, "")
	if s.style.Attrs&uv.AttrReverse != 0 {
		if ground == "" {
			ground = look.Background
		}
		ink, ground = ground, ink
	}
	left, top := margin+float64(s.x)*cellWidth, titleBar+float64(s.y)*cellHeight
	width := float64(s.cells) * cellWidth
	if ground != "" {
		box(b, left, top, width, cellHeight, ground, "")
	}
	faint := ""
	if s.style.Attrs&uv.AttrFaint != 0 {
		faint = ` opacity=".6"`
	}
	if drawn(s.text) {
		drawGlyph(b, s.text, left, top, ink, faint)
		return
	}
	if strings.TrimSpace(s.text) == "" {
		return
	}
	fmt.Fprintf(b, `<text x="%g" y="%g" fill="%s"%s%s xml:space="preserve" textLength="%g" lengthAdjust="spacingAndGlyphs">%s</text>`,
		left, top+baseline, ink, faint, s.attributes(), width, escape(s.text))
}

func (s span) attributes() string {
	a := ""
	if s.style.Attrs&uv.AttrBold != 0 {
		a += ` font-weight="700"`
	}
	if s.style.Attrs&uv.AttrItalic != 0 {
		a += ` font-style="italic"`
	}
	switch {
	case s.style.Attrs&uv.AttrStrikethrough != 0:
		a += ` text-decoration="line-through"`
	case s.style.Underline != 0:
		a += ` text-decoration="underline"`
	}
	return a
}

func box(b *bytes.Buffer, x, y, w, h float64, fill, more string) {
	fmt.Fprintf(b, `<rect x="%g" y="%g" width="%g" height="%g" fill="%s"%s shape-rendering="crispEdges"/>`, x, y, w, h, fill, more)
}
