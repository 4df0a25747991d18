package overview

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// audit says what the audit logs that were read cover and show; nothing if none
// was read, which is among what was not seen.
func audit(b *lines.Block, a *model.Assessment) {
	u := a.Inventory.Usage
	if u == nil {
		return
	}
	b.Heading("AUDIT LOGS", covered(u)...)
	var requests uint64
	tokens, outside := 0, 0
	for _, f := range a.Findings {
		if f.Use == nil {
			continue
		}
		tokens++
		requests += f.Use.Requests
		if f.From == model.FromElsewhere || f.From == model.FromBoth {
			outside++
		}
	}
	if tokens == 0 {
		b.Say(0, 0, lines.Text("No request was made with one of these tokens."))
	} else {
		spans := []lines.Span{
			lines.Text(number(requests) + " requests with "), lines.Of(theme.Title, lines.Count(tokens, "long-lived token", "long-lived tokens")),
		}
		if outside > 0 {
			spans = append(spans, lines.Text(", "), lines.Of(theme.Warn, lines.Number(outside)+" of them from outside the cluster"))
		}
		b.Say(0, 0, append(spans, lines.Text("."))...)
	}
	more := func(n uint64, role theme.Role, text string) {
		if n > 0 {
			b.Say(0, 0, lines.Of(role, number(n)), lines.Text(" "+text))
		}
	}
	more(sum(u.Accounts), theme.Doubt, "requests with a token of an account, of which the logs do not say which.")
	if n := len(u.Stale); n > 0 {
		b.Say(0, 0, lines.Of(theme.Warn, lines.Count(n, "account has", "accounts have")), lines.Text(" pods with stale tokens; page 3 tells which, and from when on they fail."))
	}
	if u.Refused != nil {
		more(u.Refused.Requests, theme.Warn, "requests were refused with 401; whose token it was nobody knows.")
	}
}

// covered says which time was read, of how many servers, and what is missing.
func covered(u *model.Usage) []lines.Span {
	text := "which time they cover is not known"
	if from, until, known := u.Span(); known {
		text = model.DayOf(from).String() + " to " + model.DayOf(until).String()
	}
	spans := []lines.Span{lines.Dim(text + ", of " + lines.Count(len(u.Covered), "API server", "API servers"))}
	gaps := 0
	for _, server := range u.Covered {
		gaps += max(0, len(server.Spans)-1)
	}
	if gaps > 0 {
		spans = append(spans, lines.Dim(", "), lines.Of(theme.Doubt, lines.Count(gaps, "gap", "gaps")))
	}
	return spans
}

func sum(uses map[model.Key]*model.TokenUse) uint64 {
	var n uint64
	for _, use := range uses {
		n += use.Requests
	}
	return n
}

// number writes a count from a log, which may be larger than an int.
func number(n uint64) string { return lines.Number(int(min(n, 1<<62))) }
