package lines

import (
	"strings"

	"timebound/model"
	"timebound/ui/theme"
)

// Block gathers lines of one width.
type Block struct {
	st    *theme.Styles
	width int
	out   []string
}

// minWidth is the narrowest a block is set: below, every line is cut instead.
const minWidth = 8

// New begins a block of the given width in cells.
func New(st *theme.Styles, width int) *Block { return &Block{st: st, width: max(width, 0)} }

// Width is the width in cells.
func (b *Block) Width() int { return b.width }

// Styles are what the block paints with.
func (b *Block) Styles() *theme.Styles { return b.st }

// Lines gives what was gathered. No line is wider than the block.
func (b *Block) Lines() []string {
	for len(b.out) > 0 && b.out[len(b.out)-1] == "" {
		b.out = b.out[:len(b.out)-1]
	}
	return b.out
}

// Gap leaves one empty line, unless one is there or nothing came before.
func (b *Block) Gap() {
	if n := len(b.out); n > 0 && b.out[n-1] != "" {
		b.out = append(b.out, "")
	}
}

// Heading begins a section: a gap, a title, and a remark beside it.
func (b *Block) Heading(title string, remark ...Span) {
	b.Gap()
	b.Row(append([]Span{{theme.Header, title}, {theme.Text, "  "}}, remark...)...)
}

// Row adds one line as it is; what does not fit is cut.
func (b *Block) Row(spans ...Span) {
	var line strings.Builder
	for _, s := range spans {
		b.st.AppendPaint(&line, s.Role, model.Printable(s.Text))
	}
	b.add(line.String())
}

// Painted adds lines that were painted before; what does not fit is cut.
func (b *Block) Painted(painted ...string) {
	for _, line := range painted {
		b.add(line)
	}
}

// Say adds a paragraph, broken at spaces. The first line is indented by
// first cells, the others by rest.
func (b *Block) Say(first, rest int, spans ...Span) {
	b.hang(theme.Spaces(first), first, rest, spans)
}

// Item adds a paragraph behind a lead ("TB-130 ", "• "), which is painted as
// it is; further lines hang under its first word.
func (b *Block) Item(indent int, lead Span, spans ...Span) {
	text := model.Printable(lead.Text)
	hang := indent + theme.Width(text)
	b.hang(theme.Spaces(indent)+b.st.Paint(lead.Role, text), hang, hang, spans)
}

// Hang adds a paragraph behind a lead; further lines are indented by rest.
func (b *Block) Hang(rest int, lead Span, spans ...Span) {
	text := model.Printable(lead.Text)
	b.hang(b.st.Paint(lead.Role, text), theme.Width(text), rest, spans)
}

// Pair adds "label  value" with values aligned at label cells.
func (b *Block) Pair(label int, name string, value ...Span) {
	b.Item(0, Dim(theme.Pad(name, label, b.st.Glyphs.Ellipsis)), value...)
}

func (b *Block) hang(lead string, first, rest int, spans []Span) {
	if b.width-max(first, rest) < minWidth {
		// Too narrow to hang: better a cut indent than a column of letters.
		rest = min(rest, 1)
		if b.width-first < minWidth {
			if strings.TrimSpace(theme.Plain(lead)) != "" {
				b.add(lead)
			}
			lead, first = theme.Spaces(rest), rest
		}
	}
	for i, line := range wrap(b.st, spans, b.width-first, b.width-rest) {
		if i > 0 {
			lead = theme.Spaces(rest)
		}
		b.add(lead + line)
	}
}

func (b *Block) add(line string) {
	b.out = append(b.out, theme.Truncate(strings.TrimRight(line, " "), b.width, b.st.Glyphs.Ellipsis))
}
