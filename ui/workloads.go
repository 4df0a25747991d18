package ui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/story"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// workloadPage is the list of workloads that reference tokens.
type workloadPage = listPage[model.WorkloadKey, *model.WorkloadFinding]

func workloadKey(r *model.WorkloadFinding) model.WorkloadKey {
	return model.WorkloadKey{Kind: r.Workload.Kind, Key: r.Workload.Key}
}

func workloadSpec(e *env) *listSpec[model.WorkloadKey, *model.WorkloadFinding] {
	type row = *model.WorkloadFinding
	return &listSpec[model.WorkloadKey, row]{
		id: PageWorkloads, one: "workload", many: "workloads",
		columns: workloadColumns(),
		key:     workloadKey,
		name:    func(k model.WorkloadKey) string { return k.Kind + " " + k.Key.String() },
		all:     func(a *model.Assessment) []row { return a.Workloads },
		order: orderBy(map[string]func(a, b row) int{
			"namespace": func(a, b row) int { return cmp.Compare(a.Workload.Namespace, b.Workload.Namespace) },
			"name":      func(a, b row) int { return cmp.Compare(a.Workload.Name, b.Workload.Name) },
			"kind":      func(a, b row) int { return cmp.Compare(a.Workload.Kind, b.Workload.Kind) },
			"account":   func(a, b row) int { return cmp.Compare(a.Workload.Account, b.Workload.Account) },
			"state":     func(a, b row) int { return cmp.Compare(a.Workload.State, b.Workload.State) },
			"tokens":    func(a, b row) int { return compareLengths(a.Tokens, b.Tokens) },
			"how":       func(a, b row) int { return cmp.Compare(firstReference(a), firstReference(b)) },
			"managed":   func(a, b row) int { return cmp.Compare(a.Workload.ManagedBy, b.Workload.ManagedBy) },
		}, func(a, b row) int {
			return cmp.Or(a.Workload.Key.Compare(b.Workload.Key), cmp.Compare(a.Workload.Kind, b.Workload.Kind))
		}),
		text: func(r row) string {
			return model.Printable(r.Workload.Namespace) + "/" + model.Printable(r.Workload.Name) + " " +
				model.Printable(r.Workload.Kind) + " " + model.Printable(r.Workload.Account)
		},
		match: model.Query.MatchWorkload,
		flag:  func(r row) string { return e.staging.flag(r.Workload.Kind, r.Workload.Key) },
		story: func(r row, a *model.Assessment, st *theme.Styles, width int, depth story.Depth) []string {
			return e.staging.told(r.Workload.Kind, r.Workload.Key, st, width, story.Workload(r, a, st, width, depth))
		},
		none:    "No workload points at a long-lived token, in what could be read.",
		start:   sortState{column: "namespace"},
		actions: workloadActions(),
	}
}

func workloadColumns() []table.Column[*model.WorkloadFinding] {
	type row = *model.WorkloadFinding
	return []table.Column[row]{
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 2, Max: 26, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Workload.Namespace, Role: theme.Dim, Found: 1}
		}},
		{ID: "name", Title: "WORKLOAD", Width: 18, Flex: 4, Max: 48, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Workload.Name, Found: 2 + len(model.Printable(r.Workload.Namespace))}
		}},
		{ID: "kind", Title: "KIND", Width: 11, Priority: 1, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Workload.Kind, Role: theme.Dim,
				Found: 3 + len(model.Printable(r.Workload.Namespace)) + len(model.Printable(r.Workload.Name))}
		}},
		{ID: "account", Title: "ACCOUNT", Width: 9, Flex: 1, Max: 26, Priority: 4, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Workload.Account, Role: theme.Dim, Found: 4 + len(model.Printable(r.Workload.Namespace)) +
				len(model.Printable(r.Workload.Name)) + len(model.Printable(r.Workload.Kind))}
		}},
		{ID: "state", Title: "STATE", Width: 14, Priority: 2, Cell: func(r row) table.Cell {
			if r.Workload.State == model.WorkloadActive {
				return table.Cell{Text: r.Workload.State.String()}
			}
			return table.Cell{Text: r.Workload.State.String(), Role: theme.Dim}
		}},
		{ID: "tokens", Title: "TOKENS", Width: 7, Right: true, Priority: 1, Cell: func(r row) table.Cell { return countCell(len(r.Tokens)) }},
		{ID: "how", Title: "HOW", Width: 18, Priority: 3, Cell: func(r row) table.Cell {
			return table.Cell{Text: firstReference(r), Role: theme.Dim}
		}},
		{ID: "managed", Title: "MANAGED BY", Width: 16, Priority: 5, Cell: func(r row) table.Cell {
			return table.Cell{Text: r.Workload.ManagedBy, Role: theme.Dim}
		}},
	}
}

// firstReference is the way in which a workload points at the first of its
// tokens.
func firstReference(r *model.WorkloadFinding) string {
	for _, ref := range r.Workload.Secrets {
		for _, f := range r.Tokens {
			if f.Token.Name == ref.Secret {
				return ref.How.String()
			}
		}
	}
	return ""
}

func workloadActions() []Action {
	return append(stageWorkloadActions(), []Action{
		{ID: "workload.tokens", Keys: bind("t", "tokens", "t"), Title: "Go to the tokens that the workload references", Footer: 50,
			Refused: onRow(pageOfWorkloads, "this workload references no long-lived token", func(_ *Root, r *model.WorkloadFinding) bool {
				return len(r.Tokens) == 0
			}),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.workloads.table.Current()
				return m.visit(PageTokens, func() tea.Cmd { return m.tokens.narrow(ofWorkload(workloadKey(r))) })
			}},
		{ID: "workload.account", Keys: bind("a", "account", "a"), Title: "Go to the account that the workload runs as", Footer: 51,
			Refused: onRow(pageOfWorkloads, "its account is gone, or was not readable", func(m *Root, r *model.WorkloadFinding) bool {
				return m.assessment.Account(runsAs(r)) == nil
			}),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.workloads.table.Current()
				return m.visit(PageAccounts, func() tea.Cmd { return m.accounts.show(runsAs(r)) })
			}},
	}...)
}

func runsAs(r *model.WorkloadFinding) model.Key {
	return model.Key{Namespace: r.Workload.Namespace, Name: r.Workload.Account}
}

// referencing narrows the workloads to those that reference a token.
func referencing(k model.Key) *scope[*model.WorkloadFinding] {
	return &scope[*model.WorkloadFinding]{label: "referencing " + k.String(), admits: func(a *model.Assessment) func(*model.WorkloadFinding) bool {
		var found map[model.WorkloadKey]bool
		if f := a.Token(k); f != nil {
			found = workloadsOf(a, f)
		}
		return func(r *model.WorkloadFinding) bool { return found[workloadKey(r)] }
	}}
}

// around narrows the workloads to those that run as an account or reference
// one of its tokens.
func around(k model.Key) *scope[*model.WorkloadFinding] {
	return &scope[*model.WorkloadFinding]{label: "around account " + k.String(), admits: func(*model.Assessment) func(*model.WorkloadFinding) bool {
		return func(r *model.WorkloadFinding) bool {
			if runsAs(r) == k {
				return true
			}
			for _, f := range r.Tokens {
				if accountOf(f) == k {
					return true
				}
			}
			return false
		}
	}}
}

func pageOfWorkloads(m *Root) *workloadPage { return m.workloads }
