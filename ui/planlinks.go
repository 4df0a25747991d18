package ui

import (
	"sync"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/lines"
	"timebound/ui/planpage"
)

// openObjects goes to the page of the objects of a step, narrowed to them.
func (m *Root) openObjects() tea.Cmd {
	step := m.plan.step()
	switch m.planner.sheet.Subject(step) {
	case planpage.Tokens:
		return m.visit(PageTokens, func() tea.Cmd { return m.tokens.narrow(tokensOfStep(step)) })
	case planpage.Accounts:
		return m.visit(PageAccounts, func() tea.Cmd { return m.accounts.narrow(accountsOfStep(step)) })
	case planpage.Workloads:
		return m.visit(PageWorkloads, func() tea.Cmd { return m.workloads.narrow(workloadsOfStep(step)) })
	}
	return nil
}

// objectSet gives the objects of a step by what a list tells its rows apart
// by. It is made when somebody first asks, which commands do: a step may have
// as many objects as the cluster.
func objectSet[K comparable](step *plan.Step, key func(kind string, k model.Key) K) func() map[K]bool {
	return sync.OnceValue(func() map[K]bool {
		set := make(map[K]bool, step.Count())
		planpage.EachObject(step, func(kind string, k model.Key) { set[key(kind, k)] = true })
		return set
	})
}

func ofStep[K comparable, R any](step *plan.Step, key func(kind string, k model.Key) K, row func(R) K) *scope[R] {
	set := objectSet(step, key)
	return &scope[R]{label: "of step " + step.Code, admits: func(*model.Assessment) func(R) bool {
		return func(r R) bool { return set()[row(r)] }
	}}
}

func plainKey(_ string, k model.Key) model.Key { return k }

func tokensOfStep(step *plan.Step) *scope[*model.Finding] {
	return ofStep(step, plainKey, func(f *model.Finding) model.Key { return f.Token.Key })
}

func accountsOfStep(step *plan.Step) *scope[*model.AccountFinding] {
	return ofStep(step, plainKey, func(r *model.AccountFinding) model.Key { return r.Account.Key })
}

func workloadsOfStep(step *plan.Step) *scope[*model.WorkloadFinding] {
	return ofStep(step, func(kind string, k model.Key) model.WorkloadKey { return model.WorkloadKey{Kind: kind, Key: k} }, workloadKey)
}

// markStep marks the tokens of a step that something can be done to on the
// Tokens page.
func (m *Root) markStep() tea.Cmd {
	step := m.plan.step()
	var keys []model.Key
	for _, k := range planpage.Stageable(step) {
		if m.assessment.Token(k) != nil {
			keys = append(keys, k)
		}
	}
	m.tokens.table.Mark(keys...)
	all, _ := m.tokens.table.Marks()
	m.notice = lines.Count(len(keys), "token", "tokens") + " of " + step.Code + " marked"
	if wait := step.Count() - len(keys); wait > 0 {
		m.notice += ", " + lines.Number(wait) + " left out: nothing can be done to them now"
	}
	m.notice += "; 2 shows " + lines.Count(all, "marked token", "marked tokens")
	return nil
}

func itemKey(i *plan.ForecastItem) model.Key { return model.Key{Namespace: i.Namespace, Name: i.Name} }
