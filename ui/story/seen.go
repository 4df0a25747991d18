package story

import (
	"cmp"
	"slices"
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// seen says what the conclusion rests on.
func (w *writer) seen(f *model.Finding) {
	inv := w.a.Inventory
	parts := []string{"the secret's metadata"}
	count := func(one, many string, kinds ...model.ObjectKind) {
		n, read := 0, false
		for _, kind := range kinds {
			if inv.Coverage.Reads(kind, f.Token.Namespace) {
				read = true
				n += inv.Coverage.Kinds[kind].Count
			}
		}
		if read {
			parts = append(parts, lines.Count(n, one, many))
		}
	}
	count("account", "accounts", model.KindAccounts)
	count("pod", "pods", model.KindPods)
	count("template", "templates", model.TemplateKinds()...)
	count("dockercfg secret", "dockercfg secrets", model.KindPullSecrets)
	if t := inv.Cluster.Tracking; t.State == model.TrackingPresent && t.Since.Valid {
		parts = append(parts, "uses since "+t.Since.Day.String())
	}
	w.Heading("SEEN")
	w.Say(0, 0, lines.Text(strings.Join(parts, ", ")))
}

// notSeen says what could change the conclusion: first what speaks of this
// token, then what holds for the whole cluster.
func (w *writer) notSeen(f *model.Finding) {
	var own, all []model.Reason
	for _, r := range f.BlindSpots {
		if w.depth == Full || !hasCode(f.Reasons, r.Code) {
			own = append(own, r)
		}
	}
	for _, r := range w.a.BlindSpots {
		// What was not read of other namespaces can hardly matter here: only
		// some storage volumes may name a secret across namespaces.
		if w.depth == Brief && (r.Code == model.CodeNamespacesUnread || r.Code == model.CodeTokensUnread) {
			continue
		}
		if !hasCode(f.BlindSpots, r.Code) {
			all = append(all, r)
		}
	}
	if len(own)+len(all) == 0 {
		return
	}
	w.Heading("NOT SEEN")
	for _, r := range own {
		w.reason(r)
		if !hasCode(f.Reasons, r.Code) {
			w.remedy(r.Remedy())
		}
	}
	for _, r := range all {
		w.statement(lines.Of(theme.Faint, string(r.Code)+" "+w.sign(r.Severity())+" "), lines.Dim(r.Text()))
		if w.depth == Full {
			w.remedy(cmp.Or(r.Remedy(), readLogs[r.Code]))
		}
	}
}

// readLogs is what to do about a blind spot in the dashboard. What codes say is
// the same everywhere, and names no key.
var readLogs = map[model.Code]string{
	model.CodeNoAudit: "To read audit logs, press a on page 8, or start with --audit PATH.",
}

func hasCode(reasons []model.Reason, code model.Code) bool {
	return slices.ContainsFunc(reasons, func(r model.Reason) bool { return r.Code == code })
}
