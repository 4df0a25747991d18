package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan/batch"
	"timebound/ui/lines"
)

// stagedActions can be called on the list of what is staged.
func stagedActions() []Action {
	return []Action{
		{ID: "staged.unstage", Keys: bind("u", "unstage", "u"), Title: "Take the change, or the marked ones, out again", Effect: Stages, Footer: 12,
			Refused: onTargets(pageOfStaged, func(*Root, *stagedRow) string { return "" }),
			Run: func(m *Root) tea.Cmd {
				rows, _ := m.stagedList.targets()
				var ids []string
				for _, r := range rows {
					ids = append(ids, r.item.ID())
				}
				m.stagedList.table.Unmark(ids...)
				return m.unstageItems(ids)
			}},
		{ID: "staged.clear", Keys: bind("U", "unstage all", "U"), Title: "Take all changes out again, after a question", Effect: Stages, Footer: 13,
			Refused: someStaged, Run: (*Root).askToClear},
		{ID: "staged.review", Keys: bind("v", "review", "v"), Title: "Review everything that is staged: have the server try it out, and look at it", Effect: Stages, Footer: 5,
			Refused: func(m *Root) string {
				if why := someStaged(m); why != "" {
					return why
				}
				return m.unchangeable()
			}, Run: (*Root).reviewStaged},
		{ID: "staged.write", Keys: bind("w", "write", "w"), Title: "Write what is staged to a plan file, for timebound apply", Footer: 24,
			Refused: (*Root).unwritable, Run: (*Root).writeStaged},
		{ID: "staged.object", Keys: bind("t", "object", "t"), Title: "Go to the token, account or workload that is changed", Footer: 50,
			Refused: onRow(pageOfStaged, "it is gone, or not readable any more", func(m *Root, r *stagedRow) bool { return m.objectPage(r) == nil }),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.stagedList.table.Current()
				return m.objectPage(r)()
			}},
		{ID: "staged.account", Keys: bind("a", "account", "a"), Title: "Go to the account of the token", Footer: 51,
			Refused: onRow(pageOfStaged, "no account belongs to it, or it is gone", func(m *Root, r *stagedRow) bool { return m.assessment.Account(stagedAccount(r)) == nil }),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.stagedList.table.Current()
				return m.visit(PageAccounts, func() tea.Cmd { return m.accounts.show(stagedAccount(r)) })
			}},
	}
}

func pageOfStaged(m *Root) *stagedList { return m.stagedList }

// someStaged refuses what needs something staged.
func someStaged(m *Root) string {
	if why := m.env.staging.missing(); why != "" {
		return why
	}
	if m.env.staging.len() == 0 {
		return "nothing is staged"
	}
	return ""
}

func stagedAccount(r *stagedRow) model.Key {
	name := r.item.Account
	if r.item.On.Kind == "ServiceAccount" {
		name = r.item.On.Name
	}
	return model.Key{Namespace: r.item.On.Namespace, Name: name}
}

// objectPage gives what goes to the page of an item's object; nil if no row of
// it shows the object any more.
func (m *Root) objectPage(r *stagedRow) func() tea.Cmd {
	k, a := r.item.Key(), m.assessment
	switch kind := r.item.On.Kind; kind {
	case "Secret":
		if a.Token(k) != nil {
			return func() tea.Cmd { return m.visit(PageTokens, func() tea.Cmd { return m.tokens.show(k) }) }
		}
	case "ServiceAccount":
		if a.Account(k) != nil {
			return func() tea.Cmd { return m.visit(PageAccounts, func() tea.Cmd { return m.accounts.show(k) }) }
		}
	default:
		w := model.WorkloadKey{Kind: kind, Key: k}
		if a.Workload(w) != nil {
			return func() tea.Cmd { return m.visit(PageWorkloads, func() tea.Cmd { return m.workloads.show(w) }) }
		}
	}
	return nil
}

// unwritable says why what is staged cannot be written to a plan file; "" if it
// can.
func (m *Root) unwritable() string {
	if why := someStaged(m); why != "" {
		return why
	}
	if p := m.planner; p.know == nil || p.sheet == nil && p.err != nil {
		return "there is no plan to write it into: " + p.missing()
	}
	return ""
}

// writeStaged asks which plan file what is staged is to be written to.
func (m *Root) writeStaged() tea.Cmd {
	return m.withPlan(func() tea.Cmd {
		if m.current != PageStaged || m.overlay != nil || m.unwritable() != "" {
			return nil // somebody went on to something else while the plan was built
		}
		p := batch.AsPlan(m.planner.sheet.Plan, m.env.staging.batch.Items())
		return m.askForFile(&filing{plan: p, what: "staged", title: "Write what is staged to which plan file?", hint: "for timebound apply to carry out"})
	})
}

// askToClear asks before everything is taken out.
func (m *Root) askToClear() tea.Cmd {
	n := m.env.staging.len()
	return m.askYes("Take "+lines.Count(n, "staged change", "staged changes")+" out again?", "Keep them", "Take them out", "nothing was done on the cluster; they are gone from here", func() tea.Cmd {
		m.env.staging.batch.Clear()
		m.stagedList.table.UnmarkAll()
		m.notice = lines.Number(n) + " unstaged"
		return m.staged()
	})
}

// askYes asks a question whose answer is no unless somebody chooses yes.
func (m *Root) askYes(question, no, yes, note string, then func() tea.Cmd) tea.Cmd {
	return m.open(newChoice(m, question, &choice{
		items: []choiceItem{{name: no}, {name: yes, note: note}},
		pick: func(at int) tea.Cmd {
			if at == 0 {
				return nil
			}
			return then()
		},
	}))
}
