package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSameFrameGivesSameBytes(t *testing.T) {
	frame := "\x1b[1;31mbold red\x1b[0m and \x1b[7mreversed\x1b[0m ▇▃ ─┼╭"
	one, two := SVG(frame, "t", 40, 3, Dark), SVG(frame, "t", 40, 3, Dark)
	if !bytes.Equal(one, two) {
		t.Error("two drawings of one frame differ")
	}
	if bytes.Equal(one, SVG(frame, "t", 40, 3, Light)) {
		t.Error("dark and light pictures are the same")
	}
}

func TestTextOfAPictureIsTheTextOfTheFrame(t *testing.T) {
	frame := "\x1b[32m a <b> & 'c' \x1b[0m\n日本語 ok\n\n│ end"
	got, err := Text(SVG(frame, "x < y", 20, 4, Dark))
	if err != nil {
		t.Fatal(err)
	}
	if want := " a <b> & 'c'\n日本語 ok\n\n│ end"; got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
	if _, err := Text([]byte("<svg></svg>")); err == nil {
		t.Error("a foreign SVG was accepted")
	}
}

// Terminals cut what does not fit; so must a picture, whatever is thrown at it.
func TestHostileFramesStayWellFormed(t *testing.T) {
	for _, frame := range []string{
		"", "\x1b[", "\x1b]0;title\x07x", strings.Repeat("漢", 50), "<script>&\"'</script>",
		"\xff\xfe", "a\u202eb", "\x1b[38;2;1;2mx\x1b[999mz", "\t\r\b",
	} {
		decoder := xml.NewDecoder(bytes.NewReader(SVG(frame, frame, 30, 2, Dark)))
		for {
			if _, err := decoder.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("frame %q: %v", frame, err)
				}
				break
			}
		}
	}
}

func TestStyleReachesThePicture(t *testing.T) {
	for _, c := range []struct{ frame, want string }{
		{"\x1b[31mx\x1b[0m", Dark.Named[1]},
		{"\x1b[38;5;9mx\x1b[0m", Dark.Named[9]},
		{"\x1b[38;2;1;2;3mx\x1b[0m", "#010203"},
		{"\x1b[1mx\x1b[0m", `font-weight="700"`},
		{"\x1b[3mx\x1b[0m", `font-style="italic"`},
		{"\x1b[4mx\x1b[0m", `text-decoration="underline"`},
		{"\x1b[9mx\x1b[0m", `text-decoration="line-through"`},
		{"\x1b[2mx\x1b[0m", `opacity=".6"`},
		{"\x1b[7mx\x1b[0m", `fill="` + Dark.Background + `" xml:space`},
	} {
		if svg := string(SVG(c.frame, "", 4, 1, Dark)); !strings.Contains(svg, c.want) {
			t.Errorf("frame %q: no %s in the picture", c.frame, c.want)
		}
	}
}

// Bars must not break between rows or cells, so they are drawn as shapes.
func TestLinesAndBlocksAreDrawn(t *testing.T) {
	for _, r := range "─━╸╾│┌┐└┘├┤┬┴┼╭╮╰╯▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐▀" {
		svg := string(SVG(string(r), "", 1, 1, Dark))
		if strings.Contains(svg, ">"+string(r)+"</text>") {
			t.Errorf("%c is written as text", r)
		}
		if strings.Count(svg, "<rect")+strings.Count(svg, "<path") < 2 {
			t.Errorf("%c was not drawn", r)
		}
	}
}

// A font would draw "->" as one arrow; a terminal draws two signs.
func TestSignsDoNotMelt(t *testing.T) {
	_, svg, _ := strings.Cut(string(SVG("a->b", "", 4, 1, Dark)), "</desc>")
	if strings.Contains(svg, "-&gt;") {
		t.Error("- and > stand in one text")
	}
}
