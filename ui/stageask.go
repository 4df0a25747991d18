package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/ui/lines"
	"timebound/ui/theme"
)

// asking asks for the reasons that some wishes need, one after the other.
type asking struct {
	of      wishes
	left    []refusal // those not asked yet, the present one first
	all     int       // how many reasons were needed
	staged  int
	first   string // the first that was staged
	skipped int
	refused []refusal
}

// shortestReason is the least that counts as a reason, in letters.
const shortestReason = 3

// askNext asks about the next one, or says what came of all.
func (m *Root) askNext() tea.Cmd {
	a := m.env.staging.ask
	if s := m.env.staging; len(a.left) == 0 {
		m.overlay, s.ask = nil, nil
		if len(s.later) == 0 {
			return m.answered(a)
		}
		s.ask, s.later = s.later[0], s.later[1:]
		return m.askNext()
	}
	one := a.left[0]
	p := &prompt{keys: m.reasonKeys, changed: func(string) tea.Cmd {
		m.say("", theme.Dim)
		return nil
	}}
	p.above = func(width int) []string {
		b := lines.New(m.env.styles, width)
		b.Say(0, 2, lines.Of(theme.Title, one.name))
		b.Item(0, lines.Of(theme.Warn, m.env.styles.Glyphs.Alert+" "), lines.Text(one.why+"."))
		b.Gap()
		b.Say(0, 0, lines.Dim("If it is to be staged all the same, say why. The reason goes into the plan and the journal."))
		return append(b.Lines(), "")
	}
	p.done = m.giveReason
	title := "Stage in spite of it?"
	if a.all > 1 {
		title += " " + lines.Number(a.all-len(a.left)+1) + " of " + lines.Number(a.all)
	}
	o := newPrompt(m, title, "", p)
	if m.asksForReason() {
		return m.open(o)
	}
	m.notice = a.answer() // the first one comes without a key of its own
	return m.openByItself(o)
}

// asksForReason says whether a reason is being typed.
func (m *Root) asksForReason() bool { return m.prompting() && m.overlay.prompt.keys == m.reasonKeys }

// giveReason stages the present one for a reason.
func (m *Root) giveReason(text string) tea.Cmd {
	s := m.env.staging
	if text = strings.TrimSpace(text); len([]rune(text)) < shortestReason {
		m.say("A reason has "+lines.Number(shortestReason)+" letters at least; esc skips this one.", theme.Warn)
		return nil
	}
	a := s.ask
	one := a.left[0]
	a.left = a.left[1:]
	item, no := one.stage(text)
	if no != nil {
		a.refused = append(a.refused, refusal{one.wish, no.Why})
		return m.askNext()
	}
	if a.staged == 0 {
		a.first = one.name
	}
	a.staged++
	s.batch.Add(item)
	if a.of.unmark != nil {
		a.of.unmark([]any{one.key})
	}
	return tea.Batch(m.staged(), m.askNext())
}

// skipReason leaves the present one, or all that are left, as they are.
func (m *Root) skipReason(all bool) tea.Cmd {
	a := m.env.staging.ask
	n := 1
	if all {
		n = len(a.left)
	}
	a.skipped += n
	a.left = a.left[n:]
	return m.askNext()
}

// reasonActions can be called while a reason is asked for; every other key goes
// into its text.
func reasonActions() []Action {
	return []Action{
		{ID: "reason.give", Keys: bind("enter", "stage it", "enter"), Title: "Stage it for the reason that was typed", Effect: Stages, Footer: 1,
			Run: func(m *Root) tea.Cmd { return m.overlay.prompt.done(m.overlay.prompt.input.Value()) }},
		{ID: "reason.skip", Keys: bind("esc", "skip this one", "esc"), Title: "Leave this one, and go on to the next", Footer: 2,
			Run: func(m *Root) tea.Cmd { return m.skipReason(false) }},
		{ID: "reason.skipAll", Keys: bind("ctrl+n", "skip all that are left", "ctrl+n"), Title: "Leave this one and all that follow", Footer: 3,
			Run: func(m *Root) tea.Cmd { return m.skipReason(true) }},
	}
}
