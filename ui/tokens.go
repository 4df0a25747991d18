package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/story"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// tokenPage is the list of tokens.
type tokenPage = listPage[model.Key, *model.Finding]

func tokenSpec(e *env) *listSpec[model.Key, *model.Finding] {
	return &listSpec[model.Key, *model.Finding]{
		id: PageTokens, one: "token", many: "tokens",
		columns: tokenColumns(e),
		key:     func(f *model.Finding) model.Key { return f.Token.Key },
		name:    model.Key.String,
		all:     func(a *model.Assessment) []*model.Finding { return a.Findings },
		order: func(rows []*model.Finding, s sortState) {
			column, desc := s.column, s.desc
			if column == "age" {
				column, desc = "created", !desc
			}
			model.SortTokens(rows, []model.SortKey{{Column: column, Desc: desc}})
		},
		text: func(f *model.Finding) string {
			return model.Printable(f.Token.Namespace) + "/" + model.Printable(f.Token.Name) + " " + model.Printable(f.Token.Account)
		},
		match: model.Query.MatchToken,
		flag:  func(f *model.Finding) string { return e.staging.flag("Secret", f.Token.Key) },
		story: func(f *model.Finding, a *model.Assessment, st *theme.Styles, width int, depth story.Depth) []string {
			return e.staging.told("Secret", f.Token.Key, st, width, story.Token(f, a, st, width, depth))
		},
		none:    "No long-lived service account token was found in what could be read.",
		start:   sortState{column: "namespace"},
		actions: tokenActions(),
	}
}

func tokenColumns(e *env) []table.Column[*model.Finding] {
	type row = *model.Finding
	return []table.Column[row]{
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 2, Max: 24, Cell: func(f row) table.Cell {
			return table.Cell{Text: f.Token.Namespace, Role: theme.Dim, Found: 1}
		}},
		{ID: "name", Title: "TOKEN", Width: 16, Flex: 5, Max: 52, Tail: generatedTail, Cell: func(f row) table.Cell {
			return table.Cell{Text: f.Token.Name, Found: 2 + len(model.Printable(f.Token.Namespace))}
		}},
		{ID: "account", Title: "ACCOUNT", Width: 11, Flex: 3, Max: 32, Priority: 5, Cell: func(f row) table.Cell {
			return table.Cell{Text: f.Token.Account, Role: theme.Dim,
				Found: 3 + len(model.Printable(f.Token.Namespace)) + len(model.Printable(f.Token.Name))}
		}},
		{ID: "origin", Title: "ORIGIN", Width: 6, Priority: 4, Cell: func(f row) table.Cell {
			if f.Orphan {
				return table.Cell{Text: "orphan", Role: theme.Faint}
			}
			if f.Origin == model.OriginUnknown {
				return table.Cell{Text: "?", Role: theme.Doubt}
			}
			return table.Cell{Text: f.Origin.Short(), Role: theme.Dim}
		}},
		{ID: "created", Title: "CREATED", Width: 10, Priority: 7, From: 140, Cell: func(f row) table.Cell {
			return table.Cell{Text: model.DayOf(f.Token.Created).String(), Role: theme.Dim}
		}},
		{ID: "age", Title: "AGE", Width: 6, Priority: 6, From: 112, Right: true, Cell: func(f row) table.Cell {
			return ageCell(model.DayOf(f.Token.Created), e.asOf())
		}},
		{ID: "used", Title: "LAST USED", Width: 9, Priority: 2, Cell: func(f row) table.Cell {
			return lastUsedCell(f, e.asOf())
		}},
		{ID: "refs", Title: "REFS", Width: 4, Priority: 3, Right: true, Cell: func(f row) table.Cell {
			if f.Referrers > 999 {
				return table.Cell{Text: "999+"} // the story says it exactly
			}
			return countCell(f.Referrers)
		}},
		usedByColumn(e),
		{ID: "verdict", Title: "VERDICT", Width: 13, Priority: 1, Cell: func(f row) table.Cell {
			return verdictCell(e.styles, f.Verdict)
		}},
	}
}

// generatedTail is the length of the random end that Kubernetes gives to the
// names of generated tokens: five characters without vowels and without digits
// that look like letters (k8s.io/apimachinery pkg/util/rand). Two tokens of one
// account differ there only.
func generatedTail(name string) int {
	const alphabet, length = "bcdfghjklmnpqrstvwxz2456789", 5
	end := len(name) - length
	if end < 1 || name[end-1] != '-' || strings.Trim(name[end:], alphabet) != "" {
		return 0
	}
	return length
}

func tokenActions() []Action {
	return append(stageTokenActions(), []Action{
		{ID: "token.account", Keys: bind("a", "account", "a"), Title: "Go to the account of the token", Footer: 50,
			Refused: onRow(pageOfTokens, "its account is gone, or was not readable", func(m *Root, f *model.Finding) bool {
				return m.assessment.Account(accountOf(f)) == nil
			}),
			Run: func(m *Root) tea.Cmd {
				f, _ := m.tokens.table.Current()
				return m.visit(PageAccounts, func() tea.Cmd { return m.accounts.show(accountOf(f)) })
			}},
		{ID: "token.workloads", Keys: bind("w", "workloads", "w"), Title: "Go to the workloads that reference the token", Footer: 51,
			Refused: onRow(pageOfTokens, "no workload references this token", func(m *Root, f *model.Finding) bool {
				return len(workloadsOf(m.assessment, f)) == 0
			}),
			Run: func(m *Root) tea.Cmd {
				f, _ := m.tokens.table.Current()
				return m.visit(PageWorkloads, func() tea.Cmd { return m.workloads.narrow(referencing(f.Token.Key)) })
			}},
	}...)
}

func accountOf(f *model.Finding) model.Key {
	return model.Key{Namespace: f.Token.Namespace, Name: f.Token.Account}
}

// workloadsOf gives the workloads that reference a token.
func workloadsOf(a *model.Assessment, f *model.Finding) map[model.WorkloadKey]bool {
	found := map[model.WorkloadKey]bool{}
	for _, r := range f.References {
		if a.Workload(r.By) != nil {
			found[r.By] = true
		}
	}
	return found
}

// ofAccount narrows the tokens to those of an account.
func ofAccount(k model.Key) *scope[*model.Finding] {
	return &scope[*model.Finding]{label: "of account " + k.String(), admits: func(*model.Assessment) func(*model.Finding) bool {
		return func(f *model.Finding) bool { return accountOf(f) == k }
	}}
}

// ofWorkload narrows the tokens to those that a workload references.
func ofWorkload(k model.WorkloadKey) *scope[*model.Finding] {
	return &scope[*model.Finding]{label: "referenced by " + k.Kind + " " + k.Key.String(), admits: func(a *model.Assessment) func(*model.Finding) bool {
		tokens := map[model.Key]bool{}
		if w := a.Workload(k); w != nil {
			for _, f := range w.Tokens {
				tokens[f.Token.Key] = true
			}
		}
		return func(f *model.Finding) bool { return tokens[f.Token.Key] }
	}}
}

func pageOfTokens(m *Root) *tokenPage { return m.tokens }
