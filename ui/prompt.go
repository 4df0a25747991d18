package ui

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/theme"
)

// prompt is a line of text in an overlay, with what is known about it below.
type prompt struct {
	input textinput.Model
	keys  *keymap
	// above gives the lines above the text: what is asked, and why; nil if the
	// title says it all.
	above func(width int) []string
	// answer is what is known about the text. It has a place of room lines, so
	// that nothing moves while somebody types; a longer one makes the box larger.
	answer string
	role   theme.Role
	room   int
	// changed is called when the text is another one, done on enter.
	changed, done func(text string) tea.Cmd

	// confirming is what the text confirms; nil if it confirms nothing.
	confirming *confirming

	// Where the text cursor was, when the prompt was drawn last.
	column, line int
}

func newPrompt(m *Root, title, text string, p *prompt) *overlay {
	p.input = textinput.New()
	p.input.Prompt = ""
	// The terminal's own cursor is used, as for filters.
	p.input.SetVirtualCursor(false)
	p.input.CharLimit = 4096
	p.input.SetValue(text)
	p.input.CursorEnd()
	p.input.Focus() // no command: nothing blinks here
	return &overlay{title: title, prompt: p, write: func(width int) []string { return p.lines(m.env.styles, width) }}
}

// lines draws the text and what is known about it.
func (p *prompt) lines(st *theme.Styles, width int) []string {
	const lead = "> "
	shown, column := p.window(max(1, width-1-len(lead)))
	p.column = len(lead) + column
	var out []string
	if p.above != nil {
		out = p.above(width)
	}
	p.line = len(out)
	out = append(out, st.Paint(theme.Key, lead)+st.Paint(theme.Text, shown))
	answer := theme.Wrap(model.Printable(p.answer), max(10, width))
	for i := range max(1, p.room, len(answer)) {
		line := ""
		if i < len(answer) {
			line = answer[i]
		}
		out = append(out, st.Paint(p.role, line))
	}
	return out
}

// window gives the part of the text that fits, so that the cursor is in it,
// and the cursor's cell.
func (p *prompt) window(room int) (shown string, column int) {
	value := []rune(p.input.Value())
	at := min(p.input.Position(), len(value))
	from := 0
	for from < at && theme.Width(model.Printable(string(value[from:at]))) > room {
		from++
	}
	before := model.Printable(string(value[from:at]))
	return theme.Truncate(before+model.Printable(string(value[at:])), room+1, ""), min(theme.Width(before), room)
}

// toPrompt gives a key or a paste to the prompt in front.
func (m *Root) toPrompt(msg tea.Msg) tea.Cmd {
	m.dirty = true
	p := m.overlay.prompt
	before := p.input.Value()
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(msg)
	if text := p.input.Value(); text != before {
		return tea.Batch(cmd, p.changed(text))
	}
	return cmd
}

// say says something about the text of the prompt in front.
func (m *Root) say(text string, role theme.Role) {
	if m.prompting() {
		m.overlay.prompt.answer, m.overlay.prompt.role = text, role
		m.dirty = true
	}
}

// promptActions can be called while a prompt is in front; every other key goes
// into its text.
func promptActions() []Action {
	return []Action{
		{ID: "prompt.done", Keys: bind("enter", "write", "enter"), Title: "Write the file", Footer: 1,
			Run: func(m *Root) tea.Cmd { return m.overlay.prompt.done(m.overlay.prompt.input.Value()) }},
		{ID: "prompt.close", Keys: bind("esc", "cancel", "esc"), Title: "Leave it", Footer: 2,
			Run: func(m *Root) tea.Cmd { m.overlay = nil; return nil }},
	}
}
