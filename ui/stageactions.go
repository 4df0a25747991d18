package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/batch"
	"timebound/plan/change"
)

// stageTokenActions stage what can be done to tokens.
func stageTokenActions() []Action {
	stage := func(kind plan.ActionKind, key, help, title string, footer int) Action {
		return Action{ID: "token." + string(kind), Keys: bind(key, help, key), Title: title, Effect: Stages, Footer: footer,
			Refused: onTargets(pageOfTokens, func(m *Root, f *model.Finding) string {
				if _, no := change.StageToken(kind, f, m.assessment, m.stagePolicy(), ""); no != nil && !no.Overridable {
					return no.Why
				}
				return ""
			}),
			Run: func(m *Root) tea.Cmd {
				return stageRows(m.tokens, kind, func(f *model.Finding) wish { return m.tokenWish(kind, f) })
			}}
	}
	return []Action{
		stage(plan.Invalidate, "i", "stage invalidate", "Stage the token, or those marked, to be switched off by label", 12),
		stage(plan.Delete, "d", "stage delete", "Stage the token, or those marked, to be deleted after a backup", 13),
		stage(plan.Reactivate, "o", "stage reactivate", "Stage the token, or those marked, to be switched on again", 41),
		unstageAction(pageOfTokens, "token.unstage", secretOf),
	}
}

// stageWorkloadActions stage what can be done to workloads.
func stageWorkloadActions() []Action {
	return []Action{
		stagePlanned(pageOfWorkloads, plan.Project, "workload.project", bindStage("p", "stage project"),
			"Stage the workload, or those marked, to get projected tokens in place of secret volumes", workloadOf),
		unstageAction(pageOfWorkloads, "workload.unstage", workloadOf),
	}
}

// stageAccountActions stage what can be done to accounts.
func stageAccountActions() []Action {
	return []Action{
		stagePlanned(pageOfAccounts, plan.Detach, "account.detach", bindStage("d", "stage detach"),
			"Stage the account, or those marked, to lose the names in .secrets behind which no secret stands", serviceAccountOf),
		unstageAction(pageOfAccounts, "account.unstage", serviceAccountOf),
	}
}

type stageKey struct{ key, help string }

func bindStage(key, help string) stageKey { return stageKey{key, help} }

// stagePlanned stages what the plan asks for about the targets.
func stagePlanned[K comparable, R any](page func(*Root) *listPage[K, R], kind plan.ActionKind, id string, k stageKey, title string, object func(R) batch.Object) Action {
	return Action{ID: id, Keys: bind(k.key, k.help, k.key), Title: title, Effect: Stages, Footer: 12,
		Refused: onTargets(page, func(m *Root, row R) string { return m.unplanned(kind, object(row)) }),
		Run: func(m *Root) tea.Cmd {
			return m.withPlan(func() tea.Cmd {
				p := page(m)
				return stageRows(p, kind, func(row R) wish {
					w := m.plannedWish(kind, object(row))
					w.key = p.spec.key(row)
					return w
				})
			})
		}}
}
