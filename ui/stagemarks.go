package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/batch"
	"timebound/ui/lines"
)

// targets gives the rows that something is to be done to: the marked ones that
// are seen, else the one under the cursor. Where one object fills the page, it
// alone is meant.
func (p *listPage[K, R]) targets() (rows []R, hidden int) {
	if all, hidden := p.table.Marks(); all > 0 && !p.details {
		return p.table.Marked(), hidden
	}
	if row, ok := p.table.Current(); ok {
		rows = []R{row}
	}
	return rows, 0
}

// onTargets refuses what cannot be done to any target: to the row under the
// cursor for a reason of its own, to marked rows if a filter hides them all, to
// any row of a list whose filter cannot be read.
func onTargets[K comparable, R any](page func(*Root) *listPage[K, R], refused func(*Root, R) string) func(*Root) string {
	return func(m *Root) string {
		if why := m.env.staging.missing(); why != "" {
			return why
		}
		p := page(m)
		if why := unreadable(p.input); why != "" && !p.details {
			return why
		}
		if all, hidden := p.table.Marks(); all > 0 && !p.details {
			if all == hidden {
				return "the filter hides " + lines.Count(all, "marked row", "marked rows") + ", and hidden rows are never staged; esc drops the filter, - takes the marks away"
			}
			return ""
		}
		row, ok := p.table.Current()
		if !ok {
			return emptyList
		}
		return refused(m, row)
	}
}

// stageRows stages what is wanted of the targets of a page.
func stageRows[K comparable, R any](p *listPage[K, R], kind plan.ActionKind, want func(R) wish) tea.Cmd {
	rows, hidden := p.targets()
	w := wishes{kind: kind, hidden: hidden, unmark: p.unmark}
	for _, row := range rows {
		w.list = append(w.list, want(row))
	}
	return stageCmd(w)
}

func (p *listPage[K, R]) unmark(keys []any) {
	own := make([]K, len(keys))
	for i, k := range keys {
		own[i] = k.(K)
	}
	p.table.Unmark(own...)
}

// unstageAction takes what is staged for the targets out of the batch.
func unstageAction[K comparable, R any](page func(*Root) *listPage[K, R], id string, object func(R) batch.Object) Action {
	return Action{ID: id, Keys: bind("u", "unstage", "u"), Title: "Take what is staged for the row, or the marked rows, out again", Effect: Stages, Footer: 42,
		Refused: onTargets(page, func(m *Root, row R) string {
			if len(m.env.staging.batch.On(object(row))) == 0 {
				return "nothing is staged for it"
			}
			return ""
		}),
		Run: func(m *Root) tea.Cmd {
			rows, _ := page(m).targets()
			var objects []batch.Object
			for _, row := range rows {
				objects = append(objects, object(row))
			}
			return m.unstage(objects)
		}}
}

func secretOf(f *model.Finding) batch.Object { return batch.Object{Kind: "Secret", Key: f.Token.Key} }

func workloadOf(r *model.WorkloadFinding) batch.Object {
	return batch.Object{Kind: r.Workload.Kind, Key: r.Workload.Key}
}

func serviceAccountOf(r *model.AccountFinding) batch.Object {
	return batch.Object{Kind: "ServiceAccount", Key: r.Account.Key}
}
