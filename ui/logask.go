package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/ui/lines"
	"timebound/ui/theme"
)

// askForLogs asks which audit logs are to be read. What was read last stands
// there, to be read again or to be mended.
func (m *Root) askForLogs() tea.Cmd {
	ask := &prompt{keys: m.logsKeys, room: 1, above: func(width int) []string {
		b := lines.New(m.env.styles, width)
		b.Say(0, 0, lines.Text("Files, folders and patterns, separated by spaces: /var/log/kubernetes/audit*.log ~/logs/cp-2.log.gz"))
		b.Say(0, 0, lines.Dim("They are read here and nowhere else. Give the log of every control plane node: what one does not show, another may."))
		return append(b.Lines(), "")
	}}
	ask.changed = func(string) tea.Cmd {
		m.say("", theme.Dim)
		return nil
	}
	ask.done = func(text string) tea.Cmd {
		if text = strings.TrimSpace(text); text == "" {
			m.say("name a file, a folder or a pattern", theme.Warn)
			return nil
		}
		m.overlay = nil
		return m.readLogs(text)
	}
	return m.open(newPrompt(m, "Read which audit logs?", m.logPaths, ask))
}

// logsActions can be called while paths of audit logs are typed; every other key
// goes into the text.
func logsActions() []Action {
	return []Action{
		{ID: "logs.read", Keys: bind("enter", "read", "enter"), Title: "Read these audit logs", Footer: 1,
			Run: func(m *Root) tea.Cmd { return m.overlay.prompt.done(m.overlay.prompt.input.Value()) }},
		{ID: "logs.close", Keys: bind("esc", "cancel", "esc"), Title: "Read none", Footer: 2,
			Run: func(m *Root) tea.Cmd { m.overlay = nil; return nil }},
	}
}
