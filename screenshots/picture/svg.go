package picture

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// The measures of a picture, in pixels. A cell is as wide as JetBrains Mono
// advances at this size (0.6 em), so text keeps the grid without scaling.
const (
	cellWidth  = 9.0
	cellHeight = 20.0
	fontSize   = 15
	baseline   = 15.0
	margin     = 14.0
	titleBar   = 34.0
)

// fonts are asked for in this order; the later ones fill gaps of the first.
const fonts = "'JetBrains Mono','DejaVu Sans Mono','Noto Sans Mono CJK JP',monospace"

// SVG draws a frame of width × height cells. The plain text of the frame
// becomes the picture's description, for readers who cannot see it and for
// Text.
func SVG(frame, title string, width, height int, look Look) []byte {
	screen := draw(frame, width, height)
	var b bytes.Buffer
	w, h := float64(width)*cellWidth+2*margin, float64(height)*cellHeight+margin+titleBar
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %g %g" font-family="%s" font-size="%dpx" font-variant-ligatures="none" role="img">`+"\n",
		w, h, w, h, fonts, fontSize)
	fmt.Fprintf(&b, "<title>%s</title>\n<desc>%s</desc>\n", escape(title), escape(plain(screen)))
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="9" fill="%s"/>`, look.Background)
	for i, dot := range []int{1, 3, 2} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="17" r="5.5" fill="%s"/>`, 20+18*i, look.Named[dot])
	}
	fmt.Fprintf(&b, `<text x="%g" y="21.5" text-anchor="middle" fill="%s" font-size="12.5px">%s</text>`+"\n",
		w/2, look.Title, escape(title))
	for y := range height {
		drawRow(&b, screen, y, look)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// Text gives the plain text of the frame that a picture was drawn from.
func Text(svg []byte) (string, error) {
	_, rest, ok := strings.Cut(string(svg), "<desc>")
	text, _, closed := strings.Cut(rest, "</desc>")
	if !ok || !closed {
		return "", fmt.Errorf("no <desc> in this SVG: it was not made by package picture")
	}
	return html.UnescapeString(text), nil
}

func draw(frame string, width, height int) uv.ScreenBuffer {
	screen := uv.NewScreenBuffer(width, height)
	screen.Method = ansi.GraphemeWidth
	uv.NewStyledString(strings.TrimRight(frame, "\n")).Draw(screen, screen.Bounds())
	return screen
}

func plain(screen uv.ScreenBuffer) string {
	lines := make([]string, screen.Height())
	for y := range lines {
		var line strings.Builder
		for x := range screen.Width() {
			if c := screen.CellAt(x, y); c != nil {
				line.WriteString(c.Content)
			}
		}
		lines[y] = strings.TrimRight(line.String(), " ")
	}
	return strings.Join(lines, "\n")
}

// drawRow draws a row as runs of cells that share a style. Wide glyphs and
// lines stand alone: the ones to keep the grid, the others because they are
// drawn and not written.
func drawRow(b *bytes.Buffer, screen uv.ScreenBuffer, y int, look Look) {
	for x := 0; x < screen.Width(); {
		first := screen.CellAt(x, y)
		if first == nil || first.Width == 0 {
			x++
			continue
		}
		run := span{x: x, y: y, style: first.Style}
		for x < screen.Width() {
			c := screen.CellAt(x, y)
			if c == nil || c.Width == 0 || !c.Style.Equal(&run.style) {
				break
			}
			alone := c.Width > 1 || drawn(c.Content)
			if run.text != "" && (alone || joins(run.text, c.Content)) {
				break
			}
			run.text += c.Content
			run.cells += c.Width
			x += c.Width
			if alone {
				break
			}
		}
		run.draw(b, look)
	}
	b.WriteByte('\n')
}

// joining are the signs that programmers' fonts draw as one when they stand
// together ("->", "://"). Terminals do not, and not every renderer can be told
// to leave it, so such signs are written one by one.
const joining = "-><=!:/|&*+.#~_;?%^@$\\"

func joins(before, after string) bool {
	return strings.ContainsAny(before[len(before)-1:], joining) && strings.ContainsAny(after, joining)
}

// escape makes text fit for XML, which has no way to say a control character.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}
