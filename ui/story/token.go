package story

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Token tells the story of a token in lines of at most width cells.
func Token(f *model.Finding, a *model.Assessment, st *theme.Styles, width int, depth Depth) []string {
	w := newWriter(a, st, width, depth)
	w.Say(0, 2, lines.Of(theme.Title, f.Token.Key.String()))
	w.Row(verdictSpan(st, f.Verdict), w.remark(originWord(f)))
	w.Gap()
	w.Say(0, 0, lines.Text(Sentence(f, a)))
	next := Next(f, a)
	if next != "" {
		w.Item(0, lines.Of(theme.Accent, w.glyphs().Arrow+" "), lines.Text(next))
	}
	w.who(f)
	w.why(f, next)
	w.tokenFacts(f)
	w.references(f)
	w.seen(f)
	w.notSeen(f)
	if depth == Full {
		w.keeper(f.Keeper)
		w.metadata(f.Token)
		w.commands(tokenCommands(f))
	}
	return w.Lines()
}

func originWord(f *model.Finding) string {
	word := f.Origin.String()
	if f.Origin == model.OriginUnknown {
		word = "origin unknown"
	}
	if f.Orphan {
		word += ", orphaned"
	}
	return word
}

// why writes the reasons. Remedies follow them on the full page; the one that
// was told as the next step is not told twice.
func (w *writer) why(f *model.Finding, told string) {
	if len(f.Reasons) == 0 {
		return
	}
	w.Heading("WHY")
	for _, r := range f.Reasons {
		w.reason(r)
		if w.depth == Full && r.Remedy() != told {
			w.remedy(r.Remedy())
		}
	}
}

func (w *writer) tokenFacts(f *model.Finding) {
	t := f.Token
	w.Heading("FACTS")
	account := w.account(f)
	if w.depth == Brief && len(account) > 1 && f.Account != nil && !f.Orphan {
		// What runs as it has a line of its own: both together break.
		w.fact("account", account[0])
		w.fact("runs as it", lines.Dim(runAs(w.a.Account(f.Account.Key))))
	} else {
		w.fact("account", account...)
	}
	w.fact("created", w.day(t.Created)...)
	w.fact("last used", w.lastUsed(t.LastUsed)...)
	if !t.InvalidSince.Absent() {
		w.fact("off since", w.label(t.InvalidSince)...)
	}
	if !t.Deleting.IsZero() {
		w.fact("deleting", w.day(t.Deleting)...)
	}
	if f.Keeper != nil {
		w.fact("keeper", lines.Text(f.Keeper.Title))
	}
	for _, o := range t.Owners {
		w.fact("owner", lines.Text(o.Kind+" "+o.Name))
	}
	w.fact("created by", lines.Text(t.CreatedBy))
	if w.depth == Full {
		w.fact("uid", lines.Dim(t.UID))
	}
}

// account says whose token it is and what runs as that account.
func (w *writer) account(f *model.Finding) []lines.Span {
	name := f.Token.Account
	switch {
	case name == "":
		return []lines.Span{lines.Of(theme.Doubt, "none named")}
	case f.Account == nil && f.Orphan:
		return []lines.Span{lines.Text(name), lines.Of(theme.Faint, " (gone)")}
	case f.Account == nil:
		return []lines.Span{lines.Text(name), lines.Of(theme.Doubt, " (not readable)")}
	case f.Orphan:
		return []lines.Span{lines.Text(name), lines.Of(theme.Faint, " (made anew, another UID)")}
	}
	spans := []lines.Span{lines.Text(name)}
	if row := w.a.Account(f.Account.Key); row != nil {
		spans = append(spans, w.remark(runAs(row)))
	}
	return spans
}

// runAs counts what runs as an account.
func runAs(row *model.AccountFinding) string {
	switch pods, templates := lines.Count(row.Pods, "pod", "pods"), lines.Count(row.Templates, "template", "templates"); {
	case row.Pods == 0 && row.Templates == 0:
		return "no workload"
	case row.Templates == 0:
		return pods
	case row.Pods == 0:
		return templates
	default:
		return pods + ", " + templates
	}
}

// lastUsed says what the label says, and what its absence is worth.
func (w *writer) lastUsed(l model.DayLabel) []lines.Span {
	if !l.Absent() {
		return w.label(l)
	}
	tracking := w.a.Inventory.Cluster.Tracking
	if tracking.State == model.TrackingPresent && tracking.Since.Valid {
		since := "not once since "
		if w.depth == Brief {
			since = "never since "
		}
		return []lines.Span{lines.Text(since + tracking.Since.Day.String())}
	}
	return []lines.Span{lines.Of(theme.Doubt, "not known")}
}

func (w *writer) label(l model.DayLabel) []lines.Span {
	if l.Unparsable() {
		return []lines.Span{lines.Of(theme.Warn, l.Raw), w.remark("not a day")}
	}
	return []lines.Span{lines.Text(l.Day.String()), w.remark(w.ago(l.Day))}
}
