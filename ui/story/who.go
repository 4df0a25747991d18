package story

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/model/agent"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// How many callers are told one by one.
const (
	briefCallers = 3
	fullCallers  = 12
)

// who tells who presented a token, as audit logs say. Where none was read there
// is no such section: that is among what was not seen.
func (w *writer) who(f *model.Finding) {
	u := w.a.Inventory.Usage
	if u == nil {
		return
	}
	w.Heading("WHO USES IT")
	switch {
	case f.Use != nil:
		w.use(f.Use, "Presented")
	case f.AccountUse != nil:
		w.use(f.AccountUse, "One of the "+lines.Count(w.siblings(f), "token", "tokens")+" of account "+f.Token.Account+" was presented")
	default:
		w.Say(0, 0, lines.Text(silent(u)))
		w.elsewhere(f)
	}
}

// siblings counts the tokens of the token's account.
func (w *writer) siblings(f *model.Finding) int {
	n := 0
	for _, o := range w.a.Findings {
		if o.Token.Namespace == f.Token.Namespace && o.Token.Account == f.Token.Account {
			n++
		}
	}
	return n
}

// silent says that the logs show no use, and for which time.
func silent(u *model.Usage) string {
	from, until, known := u.Span()
	if !known {
		return "Not once in the audit logs that were read; which time they cover is not known."
	}
	return "Not once in the audit logs that were read, " + model.DayOf(from).String() + " to " + model.DayOf(until).String() + "."
}

// elsewhere says that a use may not show in any log, where whoever checks the
// token is not the API server or asks it by TokenReview.
func (w *writer) elsewhere(f *model.Finding) {
	for _, r := range slices.Concat(f.Reasons, f.BlindSpots) {
		switch r.Code {
		case model.CodeOAuthClient, model.CodeAuditUnattributed:
			w.Item(0, lines.Of(theme.Doubt, w.glyphs().Verdict(model.VerdictUnknown)+" "), lines.Text("Not every use shows in a log: "+r.Text()+"."))
		}
	}
}

// use tells a use: in a sentence, by day, and caller by caller.
func (w *writer) use(use *model.TokenUse, begin string) {
	at := w.places(use.Callers[:min(len(use.Callers), fullCallers)])
	w.Say(0, 0, lines.Text(begin+" "+w.useSentence(use, at)))
	w.spark(use)
	if len(use.Callers) == 0 {
		return
	}
	w.Gap()
	most := fullCallers
	if w.depth == Brief {
		most = briefCallers
	}
	explained := map[string]bool{}
	for i := range use.Callers[:min(len(use.Callers), most)] {
		w.caller(&use.Callers[i], at, explained)
	}
	if more := len(use.Callers) - most; more > 0 {
		w.Row(lines.Dim("and " + lines.Number(more) + " more"))
	}
	if use.Grain != "" {
		w.Say(0, 0, lines.Dim("Told apart by what their number allows: "+use.Grain+"."))
	}
}

// useSentence says how often, by whom, from where and since when, as the end of
// a sentence.
func (w *writer) useSentence(use *model.TokenUse, at map[string]place) string {
	s := times(use.Requests) + " by "
	if len(use.Callers) == 0 {
		s += "somebody"
	} else {
		c := &use.Callers[0]
		s += title(c)
		if c.Address != "" {
			s += " at " + c.Address
			if p := whereIs(c, at); p.text != "" {
				s += " (" + p.text + ")"
			}
		}
		if others := len(use.Callers) - 1; others > 0 {
			s += " and " + lines.Count(others, "other", "others")
		}
	}
	first, last := model.DayOf(use.First), model.DayOf(use.Last)
	if first == last {
		return s + ", " + on(last, w.a.Policy.Today) + "."
	}
	return s + ", from " + first.String() + " to " + until(last, w.a.Policy.Today) + "."
}

// until names a day as the end of a time.
func until(d, today model.Day) string {
	switch today - d {
	case 0:
		return "today"
	case 1:
		return "yesterday"
	}
	return d.String()
}

func on(d, today model.Day) string {
	if word := until(d, today); word != d.String() {
		return word
	}
	return "on " + d.String()
}

// title names the sender of a request for people.
func title(c *model.Caller) string { return agent.Parse(c.Agent).Title() }

// caller tells one caller: who and where, how often and for what, and whether
// its library reads a token file again. Why is told once of all that bear one
// name, and kept in explained.
func (w *writer) caller(c *model.Caller, at map[string]place, explained map[string]bool) {
	a := agent.Parse(c.Agent)
	spans := []lines.Span{lines.Of(theme.Info, a.Title())}
	if c.Address != "" {
		spans = append(spans, w.remark(c.Address))
	}
	switch p := whereIs(c, at); {
	case p.outside:
		spans = append(spans, w.remark(""), lines.Of(theme.Warn, p.short))
	case p.text != "":
		spans = append(spans, w.remark(p.short))
	}
	w.Say(0, 2, spans...)

	last := "last " + model.DayOf(c.Last).String()
	if w.depth == Brief {
		last = w.ago(model.DayOf(c.Last))
	}
	does := []lines.Span{lines.Text(requests(c.Requests)), w.remark(last)}
	if c.Refused > 0 {
		does = append(does, w.remark(""), lines.Of(theme.Warn, count(c.Refused)+" refused"))
	}
	if what := doing(c); what != "" {
		does = append(does, w.remark(what))
	}
	w.Say(2, 2, does...)

	v := agent.Judge(a, !c.Stale.IsZero())
	word := lines.Of(reloadRole(v.Reload), v.Reload.String())
	switch why := v.Text(); {
	case w.depth == Full && !explained[why]:
		explained[why] = true
		w.Say(2, 2, word, w.remark(why))
	case w.depth == Full || v.Reload != agent.CannotTell:
		w.Say(2, 2, word)
	}
}

// whereIs says where a caller is. For a bound token the log names the pod that it
// was made for, which outlives addresses.
func whereIs(c *model.Caller, at map[string]place) place {
	switch {
	case c.Pod != (model.Key{}) && c.Node != "":
		return inCluster("pod " + c.Pod.String() + " on " + c.Node)
	case c.Pod != (model.Key{}):
		return inCluster("pod " + c.Pod.String())
	}
	return at[c.Address]
}

func reloadRole(r agent.Reload) theme.Role {
	switch r {
	case agent.Reloads:
		return theme.Good
	case agent.DoesNotReload, agent.OnlyAfter401:
		return theme.Warn
	}
	return theme.Doubt
}

// How many words of a kind a caller's doing is told with.
const (
	mostVerbs      = 3
	mostResources  = 2
	mostNamespaces = 2
)

// doing says what a caller asks for: "get, list pods in payments"; "" if nothing
// is known of it.
func doing(c *model.Caller) string {
	what := strings.TrimSpace(few(c.Verbs, mostVerbs) + " " + few(c.Resources, mostResources))
	namespaces := slices.DeleteFunc(slices.Clone(c.Namespaces), func(ns string) bool { return ns == "" })
	switch {
	case len(namespaces) > 0:
		what += " in " + few(namespaces, mostNamespaces)
	case len(c.Namespaces) > 0 && len(c.Resources) > 0:
		what += " cluster-wide"
	}
	return strings.TrimSpace(what)
}

// few joins the first words, and counts the rest.
func few(words []string, most int) string {
	if more := len(words) - most; more > 0 {
		return strings.Join(words[:most], ", ") + " and " + lines.Number(more) + " more"
	}
	return strings.Join(words, ", ")
}

func times(n uint64) string {
	if n == 1 {
		return "once"
	}
	return count(n) + " times"
}

func requests(n uint64) string {
	if n == 1 {
		return "1 request"
	}
	return count(n) + " requests"
}

// count writes a number from a log, which may be larger than an int.
func count(n uint64) string {
	const most = 1 << 62
	return lines.Number(int(min(n, most)))
}
