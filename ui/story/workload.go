package story

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Workload tells the story of a pod or template that references tokens, in
// lines of at most width cells.
func Workload(row *model.WorkloadFinding, a *model.Assessment, st *theme.Styles, width int, depth Depth) []string {
	w := newWriter(a, st, width, depth)
	wl := row.Workload
	w.Say(0, 2, lines.Of(theme.Title, wl.Key.String()))
	w.Row(lines.Dim(wl.Kind), w.remark(""), stateOf(wl))
	w.Gap()
	w.Say(0, 0, lines.Text(workloadSentence(row)))
	w.Item(0, lines.Of(theme.Accent, w.glyphs().Arrow+" "), lines.Text(changeAt(wl)))
	w.mounts(row)
	w.workloadFacts(wl)
	if depth == Full {
		w.commands([]string{workloadCommand(wl.WorkloadKey())})
	}
	return w.Lines()
}

func workloadSentence(row *model.WorkloadFinding) string {
	s := "It points at " + lines.Count(len(row.Tokens), "long-lived token", "long-lived tokens")
	if len(row.Tokens) > 1 {
		s += ": " + tally(row.Tokens)
	}
	if row.Workload.BoundToken {
		return s + ". It has a time-bound token as well."
	}
	return s + ". It has no time-bound token of its own."
}

// changeAt says where the manifest has to be changed: a pod that another
// object makes is not the place.
func changeAt(wl *model.Workload) string {
	place := "its own manifest"
	if wl.Owner.Kind != "" {
		place = "the manifest behind " + wl.Owner.Kind + " " + wl.Owner.Name
	}
	s := "Change " + place
	if wl.ManagedBy != "" {
		s += ", which " + wl.ManagedBy + " manages"
	}
	return s + "."
}

// mounts writes every token that the spec names, and every place that names
// it. Other secrets follow on the full page: nothing is known of them here.
func (w *writer) mounts(row *model.WorkloadFinding) {
	w.Heading("TOKENS", lines.Dim(lines.Number(len(row.Tokens))))
	told := map[model.Key]bool{}
	for _, f := range row.Tokens {
		told[f.Token.Key] = true
		w.Say(0, 2, lines.Text(nameBeside(f.Token.Key, row.Workload.Namespace)))
		w.Say(2, 2, verdictSpan(w.Styles(), f.Verdict), w.remark(f.Origin.Short()), w.remark(w.lastUsedWord(f.Token)))
		for _, ref := range row.Workload.Secrets {
			if secretOf(row.Workload, ref) == f.Token.Key {
				w.Say(2, 4, lines.Dim(ref.How.String()), w.remark(placeOf(ref)))
			}
		}
	}
	if w.depth == Brief {
		return
	}
	columns := []lines.Column{{Min: 12}, {}, {Min: 12}}
	var rows [][]lines.Span
	for _, ref := range row.Workload.Secrets {
		if key := secretOf(row.Workload, ref); !told[key] {
			rows = append(rows, []lines.Span{lines.Text(nameBeside(key, row.Workload.Namespace)), lines.Dim(ref.How.String()), lines.Dim(placeOf(ref))})
		}
	}
	if len(rows) > 0 {
		w.Heading("OTHER SECRETS", lines.Dim("no token, or not to be seen"))
		w.Table(0, columns, rows)
	}
}

func secretOf(wl *model.Workload, ref model.SecretRef) model.Key {
	return model.Key{Namespace: wl.Namespace, Name: ref.Secret}
}

func placeOf(ref model.SecretRef) string {
	if ref.Optional {
		return ref.Where + " (optional)"
	}
	return ref.Where
}

func (w *writer) workloadFacts(wl *model.Workload) {
	w.Heading("FACTS")
	w.fact("account", lines.Text(wl.Account))
	w.fact("state", lines.Text(wl.State.String()))
	if wl.Owner.Kind != "" {
		w.fact("owner", lines.Text(wl.Owner.Kind+" "+wl.Owner.Name))
	}
	w.fact("managed by", lines.Text(wl.ManagedBy))
	w.fact("node", lines.Text(wl.Node))
	w.fact("created", w.day(wl.Created)...)
	if w.depth == Full {
		w.fact("uid", lines.Dim(wl.UID))
	}
}
