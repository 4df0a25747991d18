package query

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/theme"
)

// Bar is the line in which a filter is typed. It holds the last query that
// could be read: while somebody types half a term, the list is filtered by the
// terms before it.
type Bar struct {
	input textinput.Model
	query model.Query
	err   error
}

// New makes an empty bar.
func New() *Bar {
	in := textinput.New()
	in.Prompt = ""
	// The terminal's own cursor is used: it blinks without waking us.
	in.SetVirtualCursor(false)
	in.CharLimit = 512
	return &Bar{input: in}
}

// Query is the last query that could be read.
func (b *Bar) Query() model.Query { return b.query }

// Value is the text as typed.
func (b *Bar) Value() string { return b.input.Value() }

// Err says what of the text cannot be read; nil if all can.
func (b *Bar) Err() error { return b.err }

// Focused says whether keys go to the bar.
func (b *Bar) Focused() bool { return b.input.Focused() }

// Focus lets keys go to the bar.
func (b *Bar) Focus() tea.Cmd {
	b.input.CursorEnd()
	return b.input.Focus()
}

// Blur takes the keys away again; the filter stays.
func (b *Bar) Blur() { b.input.Blur() }

// Set replaces the text.
func (b *Bar) Set(text string) {
	b.input.SetValue(text)
	b.input.CursorEnd()
	b.read()
}

// Update handles a key or a paste and says whether the query changed.
func (b *Bar) Update(msg tea.Msg) (changed bool, cmd tea.Cmd) {
	before := b.input.Value()
	b.input, cmd = b.input.Update(msg)
	if b.input.Value() == before {
		return false, cmd
	}
	return b.read(), cmd
}

func (b *Bar) read() bool {
	text := b.input.Value()
	q, err := model.ParseQuery(text)
	b.err = err
	if err != nil {
		// Most often the last term is not typed to its end yet.
		at := strings.LastIndexByte(strings.TrimRight(text, " "), ' ')
		if q, err = model.ParseQuery(text[:max(0, at)]); err != nil {
			return false
		}
	}
	b.query = q
	return true
}

// prompt is what stands before the text.
const prompt = " / "

// AppendLine appends the bar, exactly width cells wide, with status at its
// right end. Status is painted already; of bar and status the status stays
// when there is little space.
func (b *Bar) AppendLine(dst []byte, st *theme.Styles, width int, status string) []byte {
	statusWidth := theme.Width(status)
	if statusWidth > width {
		return append(dst, theme.Pad(status, width, st.Glyphs.Ellipsis)...)
	}
	left := b.left(st, room(width, statusWidth))
	dst = append(dst, left...)
	dst = append(dst, theme.Spaces(width-statusWidth-theme.Width(left))...)
	return append(dst, status...)
}

// room is what is left for the bar beside the status, with a gap between them.
func room(width, statusWidth int) int {
	const gap = 2
	return max(0, width-statusWidth-gap)
}

func (b *Bar) left(st *theme.Styles, room int) string {
	text := model.Printable(b.input.Value())
	if text == "" && !b.Focused() {
		return theme.Truncate(st.Paint(theme.Faint, " / filter"), room, "")
	}
	role := theme.Text
	if b.err != nil {
		role = theme.Bad
	}
	shown, _ := b.window(room)
	line := st.Paint(theme.Key, prompt) + st.Paint(role, shown)
	if b.err != nil {
		line += "  " + st.Paint(theme.Bad, model.Printable(b.err.Error()))
	}
	return theme.Truncate(line, room, st.Glyphs.Ellipsis)
}

// window gives the part of the text that fits, so that the cursor is in it,
// and the cursor's cell.
func (b *Bar) window(room int) (shown string, cursor int) {
	value := []rune(b.input.Value())
	at := min(b.input.Position(), len(value))
	before, after := model.Printable(string(value[:at])), model.Printable(string(value[at:]))
	space := max(1, room-len(prompt)-1)
	for theme.Width(before) > space {
		_, size := firstRune(before)
		before = before[size:]
	}
	return before + after, len(prompt) + theme.Width(before)
}

// Cursor gives the column of the cursor when the bar has the keys.
func (b *Bar) Cursor(width, statusWidth int) int {
	_, cursor := b.window(room(width, statusWidth))
	return min(cursor, max(0, width-1))
}
