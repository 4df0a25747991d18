package ui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/batch"
	"timebound/plan/change"
	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/story"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// stagedRow is a staged item with how it stands by the present facts.
type stagedRow struct {
	item    *change.Item
	skip    *change.Skip   // why it would be skipped; nil if it would not
	finding *model.Finding // of a token; nil for others, and if it is gone
}

// stagedList is the list of what is staged.
type stagedList = listPage[string, *stagedRow]

// stagedRows are rows that were made, with what they were made for.
type stagedRows struct {
	rows  []*stagedRow
	rev   int
	basis *model.Assessment
	drift int
}

// list gives a row for each item. Of a long batch it gives the last rows until a
// command has made newer ones: see recheck.
func (s *staging) list(a *model.Assessment) []*stagedRow {
	switch {
	case s.made.basis == a && s.made.rev == s.rev:
	case s.len() == 0:
		s.made = stagedRows{rev: s.rev, basis: a}
	case s.len() <= syncRows:
		s.made = makeRows(s.batch.Items(), s.batch.Drift(a), s.rev, a)
	}
	return s.made.rows
}

func makeRows(items []*change.Item, drift map[*change.Item]*change.Skip, rev int, a *model.Assessment) stagedRows {
	made := stagedRows{rows: make([]*stagedRow, 0, len(items)), rev: rev, basis: a, drift: len(drift)}
	for _, i := range items {
		row := &stagedRow{item: i, skip: drift[i]}
		if i.On.Kind == "Secret" {
			row.finding = a.Token(i.Key())
		}
		made.rows = append(made.rows, row)
	}
	return made
}

// recheckedMsg brings the rows of a long batch.
type recheckedMsg struct{ made stagedRows }

// recheck holds a long batch against newer facts in a command, one at a time;
// nil where there is nothing to do.
func (s *staging) recheck(a *model.Assessment) tea.Cmd {
	if a == nil || s.len() <= syncRows || s.rechecking || s.made.basis == a && s.made.rev == s.rev {
		return nil
	}
	s.rechecking = true
	items, rev := s.batch.Items(), s.rev
	return func() tea.Msg { return recheckedMsg{makeRows(items, batch.Drift(items, a), rev, a)} }
}

func (m *Root) onRechecked(msg recheckedMsg) tea.Cmd {
	s := m.env.staging
	s.rechecking, m.dirty = false, true
	if s.len() > syncRows {
		s.made = msg.made
		m.stagedList.changed()
	}
	return m.page().refresh()
}

func stagedSpec(e *env) *listSpec[string, *stagedRow] {
	type row = *stagedRow
	return &listSpec[string, row]{
		id: PageStaged, one: "change", many: "changes",
		columns: stagedColumns(e),
		key:     func(r row) string { return r.item.ID() },
		name:    func(id string) string { return id },
		all:     func(a *model.Assessment) []row { return e.staging.list(a) },
		order: orderBy(map[string]func(a, b row) int{
			"action":    func(a, b row) int { return change.Compare(a.item, b.item) },
			"namespace": func(a, b row) int { return cmp.Compare(a.item.On.Namespace, b.item.On.Namespace) },
			"object":    func(a, b row) int { return cmp.Compare(changes.ObjectText(a.item), changes.ObjectText(b.item)) },
			"verdict":   func(a, b row) int { return cmp.Compare(a.item.Verdict, b.item.Verdict) },
			"reason":    func(a, b row) int { return cmp.Compare(b.item.Override, a.item.Override) },
			"state":     func(a, b row) int { return cmp.Compare(drifted(b), drifted(a)) },
		}, func(a, b row) int { return change.Compare(a.item, b.item) }),
		text: func(r row) string {
			return model.Printable(r.item.On.Namespace) + "/" + model.Printable(r.item.On.Name) + " " + string(r.item.Kind) + " " + model.Printable(r.item.On.Kind)
		},
		match: func(q model.Query, r row, today model.Day) bool {
			f := r.finding
			if f == nil {
				f = &model.Finding{Token: &model.Token{Key: r.item.Key(), Account: r.item.Account}}
			}
			return q.MatchToken(f, today)
		},
		story: func(r row, _ *model.Assessment, st *theme.Styles, width int, depth story.Depth) []string {
			return changes.Item(r.item, r.skip, st, width, depth == story.Full)
		},
		summary: e.staging.summary(e),
		none:    "Nothing is staged. i, d and o on Tokens, p on Workloads, d on Accounts and s on Plan stage changes; none is made before it was reviewed and confirmed here.",
		fit:     true,
		start:   sortState{column: "action"},
		actions: stagedActions(),
	}
}

// summary gives what is to be said of all that is staged: how many of each
// action, what drifted, and that it is not kept.
func (s *staging) summary(e *env) func(width int) string {
	return func(width int) string {
		if s.len() == 0 && s.keep.broken == nil {
			return ""
		}
		st, text := e.styles, ""
		if s.keep.broken != nil {
			text += st.Paint(theme.Warn, st.Glyphs.Alert+" not kept") + "   "
		}
		if n := s.made.drift; n > 0 {
			text += st.Paint(theme.Warn, st.Glyphs.Alert+" "+lines.Number(n)+" drifted") + "   "
		}
		if width < splitFrom {
			return text
		}
		for _, t := range s.batch.Totals() {
			text += st.Paint(theme.Dim, string(t.Kind)+" "+lines.Number(t.Count)) + "   "
		}
		return text
	}
}

func drifted(r *stagedRow) int {
	if r.skip == nil {
		return 0
	}
	return 1
}

func stagedColumns(e *env) []table.Column[*stagedRow] {
	type row = *stagedRow
	return []table.Column[row]{
		{ID: "action", Title: "ACTION", Width: 10, Cell: func(r row) table.Cell {
			return table.Cell{Text: string(r.item.Kind), Role: actionRole(r.item.Kind)}
		}},
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 2, Max: 24, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.item.On.Namespace, Role: theme.Dim, Found: 1}
		}},
		{ID: "object", Title: "OBJECT", Width: 16, Flex: 5, Max: 56, Tail: generatedTail, Cell: func(r row) table.Cell {
			c := table.Cell{Text: changes.ObjectText(r.item)}
			if r.item.On.Kind == "Secret" {
				c.Found = 2 + len(model.Printable(r.item.On.Namespace))
			}
			return c
		}},
		{ID: "verdict", Title: "WHEN STAGED", Width: 13, Priority: 3, Cell: func(r row) table.Cell {
			text, role := changes.VerdictText(e.styles, r.item.Verdict)
			return table.Cell{Text: text, Role: role}
		}},
		{ID: "reason", Title: "OVERRIDE", Width: 10, Flex: 2, Max: 32, Priority: 4, From: 92, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.item.Override}
		}},
		{ID: "state", Title: "STATE NOW", Width: 12, Flex: 3, Max: 60, Priority: 1, Cell: func(r row) table.Cell {
			if r.skip == nil {
				return table.Cell{Text: e.styles.Glyphs.Check + " ready", Role: theme.Good}
			}
			return table.Cell{Text: e.styles.Glyphs.Alert + " drifted: " + r.skip.Why, Role: theme.Warn}
		}},
	}
}

func actionRole(kind plan.ActionKind) theme.Role {
	if kind == plan.Delete {
		return theme.Bad
	}
	return theme.Accent
}
