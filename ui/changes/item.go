package changes

import (
	"timebound/plan"
	"timebound/plan/change"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Item tells a staged item in lines of at most width cells: what would be done,
// whether it still could, what it stands on, and how it is put back. skip says
// why it would be skipped by now; nil if it would not.
func Item(i *change.Item, skip *change.Skip, st *theme.Styles, width int, full bool) []string {
	b := lines.New(st, width)
	b.Say(0, 2, name(i)...)
	head := []lines.Span{lines.Of(theme.Accent, string(i.Kind))}
	if v, ok := verdictSpan(st, i.Verdict); ok {
		head = append(head, lines.Dim(" "+st.Glyphs.Dot+" was "), v)
	}
	b.Say(0, 2, head...)
	b.Gap()
	if skip != nil {
		b.Item(0, lines.Of(theme.Warn, st.Glyphs.Alert+" "), lines.Of(theme.Warn, "Drifted: "), lines.Text(skip.Why+"."))
		b.Say(2, 2, lines.Dim("It would be skipped. Stage it anew to have it judged by what is known now."))
	} else {
		b.Item(0, lines.Of(theme.Good, st.Glyphs.Check+" "), lines.Text("Ready: nothing moved since it was staged."))
	}
	if i.Override != "" {
		b.Heading("IN SPITE OF IT, BECAUSE")
		b.Say(0, 0, lines.Text(i.Override))
	}
	for n, line := range Different(i, i.Change) {
		if n == 0 {
			b.Heading("WHAT BECOMES DIFFERENT")
		}
		b.Say(0, 2, changeSpan(line))
	}
	for _, w := range i.Warn {
		if w == i.Warn[0] {
			b.Heading("LOOK OUT")
		}
		b.Item(0, lines.Of(theme.Warn, st.Glyphs.Alert+" "), lines.Text(w))
	}
	statements(b, "STANDS ON", theme.Faint, i.Evidence, full)
	statements(b, "NOT SEEN", theme.Doubt, i.NotSeen, full)
	b.Heading("WAY BACK")
	b.Say(0, 0, lines.Text(sentence(UndoWords(i.Kind))))
	if full {
		facts(b, i)
	}
	return b.Lines()
}

// statements writes coded statements.
func statements(b *lines.Block, title string, role theme.Role, list []plan.Evidence, full bool) {
	for n, e := range list {
		if n == 0 {
			b.Heading(title)
		}
		if full {
			b.Item(0, lines.Of(role, e.Code+" "), lines.Text(e.Text))
		} else {
			b.Hang(2, lines.Of(role, e.Code+" "), lines.Text(e.Text))
		}
	}
}

// facts write what pins the item to its object.
func facts(b *lines.Block, i *change.Item) {
	const label = 13
	b.Heading("PINNED TO")
	b.Pair(label, "uid", lines.Dim(i.On.UID))
	if i.On.ResourceVersion != "" {
		b.Pair(label, "version", lines.Dim(i.On.ResourceVersion))
	}
	if i.Account != "" {
		b.Pair(label, "account", lines.Text(i.Account))
	}
	if i.Source != "" {
		b.Pair(label, "from", lines.Text(i.Source))
	}
}
