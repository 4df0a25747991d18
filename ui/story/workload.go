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
	w.tokens(row.Tokens, "none of its secrets is a long-lived token")
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

// mounts writes every place in the spec that names one of the tokens.
func (w *writer) mounts(row *model.WorkloadFinding) {
	wl := row.Workload
	columns := []lines.Column{{Title: "SECRET"}, {Title: "HOW"}, {Title: "WHERE"}}
	var rows [][]lines.Span
	for _, ref := range wl.Secrets {
		ns := ref.Namespace
		if ns == "" {
			ns = wl.Namespace
		}
		key := model.Key{Namespace: ns, Name: ref.Secret}
		f := w.a.Token(key)
		if f == nil && w.depth == Brief {
			continue
		}
		name := lines.Dim(nameBeside(key, wl.Namespace))
		if f != nil {
			name = lines.Of(theme.VerdictRole(f.Verdict), w.glyphs().Verdict(f.Verdict)+" "+name.Text)
		}
		place := ref.Where
		if ref.Optional {
			place += " (optional)"
		}
		rows = append(rows, []lines.Span{name, lines.Text(ref.How.String()), lines.Dim(place)})
	}
	if len(rows) == 0 {
		return
	}
	w.Heading("SECRETS IT NAMES", lines.Dim(lines.Number(len(rows))))
	if w.Fits(0, columns, rows) {
		w.Table(0, columns, rows)
		return
	}
	for _, r := range rows {
		w.Say(0, 2, r[0])
		w.Say(2, 2, r[1], w.remark(r[2].Text))
	}
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
	w.fact("uid", lines.Dim(wl.UID))
}
