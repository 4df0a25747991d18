package story

import (
	"slices"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

func (w *writer) references(f *model.Finding) {
	if len(f.References) == 0 {
		w.Heading("REFERENCES", lines.Dim("none found"))
		return
	}
	w.Heading("REFERENCES", lines.Dim(lines.Number(len(f.References))))
	if w.depth == Full {
		w.everyReference(f)
		return
	}
	w.groupedReferences(f)
}

func (w *writer) everyReference(f *model.Finding) {
	columns := []lines.Column{{Title: "KIND"}, {Title: "NAME"}, {Title: "HOW"}, {Title: "WHERE"}, {Title: "STATE"}}
	rows := make([][]lines.Span, len(f.References))
	for i, r := range f.References {
		rows[i] = []lines.Span{
			lines.Dim(r.By.Kind), lines.Text(nameBeside(r.By.Key, f.Token.Namespace)), lines.Text(r.How.String()),
			lines.Dim(where(r)), stateSpan(r),
		}
	}
	if !slices.ContainsFunc(f.References, func(r model.Reference) bool { return stateSpan(r).Text != "" }) {
		columns = columns[:4]
		for i := range rows {
			rows[i] = rows[i][:4]
		}
	}
	if w.Fits(0, columns, rows) {
		w.Table(0, columns, rows)
		return
	}
	for _, r := range f.References {
		w.reference(r, f.Token.Namespace, 1)
	}
}

// groupedReferences tells objects of one kind that point in the same way as
// one: a Deployment with two hundred pods should not push everything else away.
func (w *writer) groupedReferences(f *model.Finding) {
	type group struct {
		kind, where string
		how         model.RefKind
		state       model.WorkloadState
	}
	counts := map[group]int{}
	of := func(r model.Reference) group { return group{r.By.Kind, where(r), r.How, r.State} }
	for _, r := range f.References {
		counts[of(r)]++
	}
	for _, r := range f.References {
		if n := counts[of(r)]; n > 0 {
			w.reference(r, f.Token.Namespace, n)
			counts[of(r)] = 0
		}
	}
}

// reference writes one reference in two lines; it stands for n alike.
func (w *writer) reference(r model.Reference, namespace string, n int) {
	spans := []lines.Span{lines.Dim(r.By.Kind + " "), lines.Text(nameBeside(r.By.Key, namespace))}
	if n > 1 {
		spans = append(spans, lines.Dim(" and "+lines.Number(n-1)+" more"))
	}
	if state := stateSpan(r); state.Text != "" {
		spans = append(spans, w.remark(""), state)
	}
	w.Say(0, 2, spans...)
	w.Say(2, 2, lines.Dim(r.How.String()), w.remark(where(r)))
}

// nameBeside gives a name without the namespace that it shares with the
// subject of the story.
func nameBeside(k model.Key, namespace string) string {
	if k.Namespace == namespace {
		return k.Name
	}
	return k.String()
}

func where(r model.Reference) string {
	if r.Optional {
		return r.Where + " (optional)"
	}
	return r.Where
}

// stateSpan says whether what points runs now. Accounts and secrets do not
// run, so nothing is said of them.
func stateSpan(r model.Reference) lines.Span {
	switch r.How {
	case model.RefAccountPull, model.RefDockercfg, model.RefOAuthClient:
		return lines.Dim("")
	}
	if r.State == model.WorkloadActive {
		return lines.Of(theme.Info, r.State.String())
	}
	return lines.Dim(r.State.String())
}
