package ui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/story"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// accountPage is the list of service accounts.
type accountPage = listPage[model.Key, *model.AccountFinding]

func accountSpec(e *env) *listSpec[model.Key, *model.AccountFinding] {
	type row = *model.AccountFinding
	return &listSpec[model.Key, row]{
		id: PageAccounts, one: "account", many: "accounts",
		columns: accountColumns(e),
		key:     func(r row) model.Key { return r.Account.Key },
		name:    model.Key.String,
		all:     func(a *model.Assessment) []row { return a.Accounts },
		order: orderBy(map[string]func(a, b row) int{
			"namespace": func(a, b row) int { return cmp.Compare(a.Account.Namespace, b.Account.Namespace) },
			"name":      func(a, b row) int { return cmp.Compare(a.Account.Name, b.Account.Name) },
			"tokens":    func(a, b row) int { return compareLengths(a.Tokens, b.Tokens) },
			"verdicts":  func(a, b row) int { return cmp.Compare(firstVerdict(a.Tokens), firstVerdict(b.Tokens)) },
			"pods":      func(a, b row) int { return cmp.Compare(a.Pods, b.Pods) },
			"templates": func(a, b row) int { return cmp.Compare(a.Templates, b.Templates) },
			"unmatched": func(a, b row) int { return compareLengths(a.Unmatched, b.Unmatched) },
			"age":       func(a, b row) int { return b.Account.Created.Compare(a.Account.Created) },
		}, func(a, b row) int { return a.Account.Key.Compare(b.Account.Key) }),
		text: func(r row) string {
			return model.Printable(r.Account.Namespace) + "/" + model.Printable(r.Account.Name)
		},
		match: model.Query.MatchAccount,
		flag:  func(r row) string { return e.staging.flag("ServiceAccount", r.Account.Key) },
		story: func(r row, a *model.Assessment, st *theme.Styles, width int, depth story.Depth) []string {
			return e.staging.told("ServiceAccount", r.Account.Key, st, width, story.Account(r, a, st, width, depth))
		},
		none:    "No service account was found in what could be read.",
		start:   sortState{column: "tokens", desc: true},
		actions: accountActions(),
	}
}

func accountColumns(e *env) []table.Column[*model.AccountFinding] {
	type row = *model.AccountFinding
	return []table.Column[row]{
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 2, Max: 28, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Account.Namespace, Role: theme.Dim, Found: 1}
		}},
		{ID: "name", Title: "ACCOUNT", Width: 14, Flex: 3, Max: 44, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Account.Name, Found: 2 + len(model.Printable(r.Account.Namespace))}
		}},
		{ID: "tokens", Title: "TOKENS", Width: 7, Right: true, Cell: func(r row) table.Cell { return countCell(len(r.Tokens)) }},
		{ID: "verdicts", Title: "VERDICTS", Width: 14, Flex: 1, Max: 24, Priority: 1, Cell: func(r row) table.Cell {
			return verdictsCell(e.styles, r.Tokens)
		}},
		{ID: "pods", Title: "PODS", Width: 5, Right: true, Priority: 2, Cell: func(r row) table.Cell { return countCell(r.Pods) }},
		{ID: "templates", Title: "TEMPLATES", Width: 10, Right: true, Priority: 3, Cell: func(r row) table.Cell { return countCell(r.Templates) }},
		{ID: "unmatched", Title: "UNMATCHED", Width: 10, Right: true, Priority: 4, Cell: func(r row) table.Cell { return countCell(len(r.Unmatched)) }},
		{ID: "age", Title: "AGE", Width: 6, Right: true, Priority: 5, Cell: func(r row) table.Cell {
			return ageCell(model.DayOf(r.Account.Created), e.asOf())
		}},
	}
}

// firstVerdict is the verdict that comes first in the order of verdicts;
// accounts without tokens come last.
func firstVerdict(tokens []*model.Finding) int {
	first := model.VerdictCount
	for _, f := range tokens {
		first = min(first, int(f.Verdict))
	}
	return first
}

func accountActions() []Action {
	return append(stageAccountActions(), []Action{
		{ID: "account.tokens", Keys: bind("t", "tokens", "t"), Title: "Go to the tokens of the account", Footer: 50,
			Refused: onRow(pageOfAccounts, "this account has no long-lived token", func(_ *Root, r *model.AccountFinding) bool {
				return len(r.Tokens) == 0
			}),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.accounts.table.Current()
				return m.visit(PageTokens, func() tea.Cmd { return m.tokens.narrow(ofAccount(r.Account.Key)) })
			}},
		{ID: "account.workloads", Keys: bind("w", "workloads", "w"), Title: "Go to the workloads that run as the account or reference one of its tokens", Footer: 51,
			Refused: onRow(pageOfAccounts, "no workload belongs to this account", func(_ *Root, r *model.AccountFinding) bool {
				return len(r.Tokens) == 0 && r.Pods == 0 && r.Templates == 0
			}),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.accounts.table.Current()
				return m.visit(PageWorkloads, func() tea.Cmd { return m.workloads.narrow(around(r.Account.Key)) })
			}},
	}...)
}

func pageOfAccounts(m *Root) *accountPage { return m.accounts }
