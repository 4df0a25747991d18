package story

import (
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Account tells the story of a service account in lines of at most width
// cells.
func Account(row *model.AccountFinding, a *model.Assessment, st *theme.Styles, width int, depth Depth) []string {
	w := newWriter(a, st, width, depth)
	acc := row.Account
	w.Say(0, 2, lines.Of(theme.Title, acc.Key.String()))
	w.Row(lines.Dim("service account"))
	w.Gap()
	w.Say(0, 0, lines.Text(accountSentence(row)))
	w.stale(row)
	w.accountUse(row)
	w.tokens(row.Tokens)
	w.accountFacts(row)
	w.runners(acc)
	if depth == Full {
		w.commands(accountCommands(acc))
	}
	return w.Lines()
}

func accountSentence(row *model.AccountFinding) string {
	var s string
	if len(row.Tokens) == 0 {
		s = "No long-lived token speaks for it."
	} else {
		s = lines.Count(len(row.Tokens), "long-lived token speaks", "long-lived tokens speak") + " for it: " + tally(row.Tokens) + "."
	}
	if row.Pods+row.Templates == 0 {
		return s + " Nothing was seen running as it."
	}
	return s + " Running as it: " + runAs(row) + "."
}

// tally counts tokens by verdict, in the order of the verdicts.
func tally(tokens []*model.Finding) string {
	var counts [model.VerdictCount]int
	for _, f := range tokens {
		counts[f.Verdict]++
	}
	var parts []string
	for v, n := range counts {
		if n > 0 {
			parts = append(parts, lines.Number(n)+" "+model.Verdict(v).String())
		}
	}
	return strings.Join(parts, ", ")
}

// tokens writes one line per token: verdict, name, last use.
func (w *writer) tokens(tokens []*model.Finding) {
	if len(tokens) == 0 {
		w.Heading("TOKENS", lines.Dim("none"))
		return
	}
	w.Heading("TOKENS", lines.Dim(lines.Number(len(tokens))))
	columns := []lines.Column{{}, {Min: 12}, {}, {}}
	rows := make([][]lines.Span, len(tokens))
	for i, f := range tokens {
		rows[i] = []lines.Span{
			verdictSpan(w.Styles(), f.Verdict), lines.Text(f.Token.Name), lines.Dim(f.Origin.Short()), lines.Dim(w.lastUsedWord(f.Token)),
		}
	}
	if w.Fits(0, columns, rows) {
		w.Table(0, columns, rows)
		return
	}
	for i := range rows {
		w.Say(0, 2, rows[i][1])
		w.Say(2, 2, rows[i][0], w.remark(""), rows[i][2], w.remark(rows[i][3].Text))
	}
}

func (w *writer) lastUsedWord(t *model.Token) string {
	switch brief := w.depth == Brief; {
	case t.LastUsed.Valid && brief:
		return w.ago(t.LastUsed.Day)
	case t.LastUsed.Valid:
		return "used " + w.ago(t.LastUsed.Day)
	case t.LastUsed.Unparsable():
		return "used " + t.LastUsed.Text()
	case w.a.Inventory.Cluster.Tracking.State == model.TrackingPresent && brief:
		return "never"
	case w.a.Inventory.Cluster.Tracking.State == model.TrackingPresent:
		return "never used"
	default:
		return "use not known"
	}
}

func (w *writer) accountFacts(row *model.AccountFinding) {
	acc := row.Account
	w.Heading("FACTS")
	w.fact("created", w.day(acc.Created)...)
	if !acc.Deleting.IsZero() {
		w.fact("deleting", w.day(acc.Deleting)...)
	}
	w.fact(".secrets", lines.Text(strings.Join(acc.Secrets, ", ")))
	if len(row.Unmatched) > 0 {
		w.fact("", lines.Of(theme.Doubt, "neither token nor dockercfg secret seen: "+strings.Join(row.Unmatched, ", ")))
	}
	w.fact("pulls with", lines.Text(strings.Join(acc.ImagePullSecrets, ", ")))
	if acc.AutomountOff {
		w.fact("automount", lines.Text("off"), w.remark("pods get no token unless they ask"))
	}
	if acc.EnforceMountable {
		w.fact("mountable", lines.Of(theme.Warn, "enforced"), w.remark("pods may mount only what .secrets names"))
	}
	if acc.OAuthClient {
		w.fact("OAuth", lines.Of(theme.Warn, "client"), w.remark("any token of it serves as client secret, and leaves no trace"))
	}
	if w.depth == Full {
		w.fact("uid", lines.Dim(acc.UID))
	}
}

// briefRunners is how many workloads the brief story names.
const briefRunners = 6

// runners names what runs as the account.
func (w *writer) runners(acc *model.Account) {
	var rows [][]lines.Span
	for _, wl := range w.a.Inventory.Workloads {
		if wl.Namespace == acc.Namespace && wl.Account == acc.Name {
			rows = append(rows, []lines.Span{lines.Dim(wl.Kind), lines.Text(wl.Name), stateOf(wl), boundSpan(wl)})
		}
	}
	if len(rows) == 0 {
		w.Heading("RUNS AS IT", lines.Dim("nothing found"))
		return
	}
	w.Heading("RUNS AS IT", lines.Dim(lines.Number(len(rows))))
	more := 0
	if w.depth == Brief && len(rows) > briefRunners {
		more = len(rows) - briefRunners
		rows = rows[:briefRunners]
	}
	columns := []lines.Column{{}, {Min: 12}, {}, {}}
	if w.depth == Brief {
		columns = columns[:3]
		for i := range rows {
			rows[i] = rows[i][:3]
		}
	}
	w.Table(0, columns, rows)
	if more > 0 {
		w.Row(lines.Dim("and " + lines.Number(more) + " more"))
	}
}

func stateOf(wl *model.Workload) lines.Span {
	if wl.State == model.WorkloadActive {
		return lines.Of(theme.Info, wl.State.String())
	}
	return lines.Dim(wl.State.String())
}

func boundSpan(wl *model.Workload) lines.Span {
	if wl.BoundToken {
		return lines.Of(theme.Good, "has a time-bound token")
	}
	return lines.Dim("")
}
