package counted

import (
	"strconv"
	"time"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// counters are what is told, in order.
var counters = []struct {
	title string
	of    func(model.TokenCounters) model.Counter
}{
	{"LEGACY", func(t model.TokenCounters) model.Counter { return t.Legacy }},
	{"AUTO", func(t model.TokenCounters) model.Counter { return t.Auto }},
	{"MANUAL", func(t model.TokenCounters) model.Counter { return t.Manual }},
	{"REFUSED", func(t model.TokenCounters) model.Counter { return t.Refused }},
	{"STALE", func(t model.TokenCounters) model.Counter { return t.Stale }},
	{"VALID", func(t model.TokenCounters) model.Counter { return t.Valid }},
}

// limits say what the numbers mean and what they do not.
const limits = "LEGACY are uses of long-lived tokens; from 1.29 on, AUTO and MANUAL say of which kind, and REFUSED that they were switched off. " +
	"STALE and VALID are extended pod tokens past their warning threshold and before it. " +
	"A server that accepted a token remembers it for ten seconds and counts it once in that time, so there were more uses than these. " +
	"A restart begins anew. Refused uses and TokenReviews count too. No token is named: audit logs tell which."

// Table writes what each server counts, and the rates since the reading before;
// nothing if there is nothing to tell.
func Table(b *lines.Block, now, before model.Counters) {
	if len(now.Servers)+len(now.Missing) == 0 && now.Why == "" {
		return
	}
	b.Heading("USES THAT API SERVERS COUNTED", remark(now))
	columns, rows := cells(now, before)
	switch {
	case len(now.Servers) == 0:
	case b.Fits(0, columns, rows):
		b.Table(0, columns, rows)
	default:
		listed(b, rows)
	}
	missing(b, now)
	if len(now.Servers) > 0 {
		b.Say(0, 0, lines.Dim(limits))
	}
}

func remark(c model.Counters) lines.Span {
	if c.Endpoints <= len(c.Servers) {
		return lines.Dim("")
	}
	return lines.Of(theme.Doubt, lines.Number(len(c.Servers))+" of "+lines.Count(c.Endpoints, "server", "servers"))
}

// cells gives a row for each server, followed by one for its rates.
func cells(now, before model.Counters) ([]lines.Column, [][]lines.Span) {
	columns := []lines.Column{{Title: "SERVER"}, {Title: "COUNTING SINCE"}}
	for _, c := range counters {
		columns = append(columns, lines.Column{Title: c.title, Right: true})
	}
	rates := map[string]model.Rates{}
	for _, r := range now.Since(before) {
		rates[r.Server] = r
	}
	var rows [][]lines.Span
	for _, s := range now.Servers {
		rows = append(rows, row(lines.Text(name(s)), since(s.Started), s.Tokens, value))
		if r, ok := rates[s.Server]; ok {
			rows = append(rows, rateRow(r))
		}
	}
	return columns, rows
}

func row(first, second lines.Span, t model.TokenCounters, cell func(model.Counter) lines.Span) []lines.Span {
	spans := []lines.Span{first, second}
	for _, c := range counters {
		spans = append(spans, cell(c.of(t)))
	}
	return spans
}

func rateRow(r model.Rates) []lines.Span {
	label := lines.Dim("  an hour")
	over := lines.Dim("over " + duration(r.Over))
	switch {
	case r.Over <= 0:
		over = lines.Of(theme.Doubt, "began anew")
	case r.Restarted:
		over = lines.Of(theme.Doubt, "began anew, "+duration(r.Over)+" ago")
	}
	return row(label, over, r.Tokens, func(c model.Counter) lines.Span {
		if !c.Known || r.Over <= 0 {
			return lines.Of(theme.Doubt, "?")
		}
		return lines.Dim(perHour(r.PerHour(c)))
	})
}

// listed writes the rows where a table is too wide.
func listed(b *lines.Block, rows [][]lines.Span) {
	dot := " " + b.Styles().Glyphs.Dot + " "
	for _, r := range rows {
		b.Say(0, 2, r[0], lines.Dim(dot), r[1])
		var spans []lines.Span
		for i, cell := range r[2:] {
			if i > 0 {
				spans = append(spans, lines.Dim(dot))
			}
			spans = append(spans, lines.Dim(counters[i].title+" "), cell)
		}
		b.Say(2, 2, spans...)
	}
}

// missing names the servers that were not read, and why.
func missing(b *lines.Block, c model.Counters) {
	if c.Why != "" {
		b.Item(0, lines.Of(theme.Doubt, b.Styles().Glyphs.Verdict(model.VerdictUnknown)+" "), lines.Text("The servers were not asked one by one: "+c.Why+"."))
	}
	for _, s := range c.Missing {
		b.Item(0, lines.Of(theme.Doubt, b.Styles().Glyphs.Verdict(model.VerdictUnknown)+" "), lines.Text(s.Server+" was not read: "+s.Why))
	}
}

func name(s model.ServerCounters) string {
	if s.Server == "" {
		return "whichever answered"
	}
	return s.Server
}

func since(started time.Time) lines.Span {
	if started.IsZero() {
		return lines.Of(theme.Doubt, "not said")
	}
	return lines.Dim(started.UTC().Format("2006-01-02 15:04"))
}

func value(c model.Counter) lines.Span {
	switch {
	case !c.Known:
		return lines.Of(theme.Doubt, "?")
	case c.Value == 0:
		return lines.Of(theme.Faint, "0")
	}
	return lines.Text(lines.Number(int(c.Value)))
}

// perHour writes a rate: small ones with one decimal, and what is not nothing
// never as 0.
func perHour(f float64) string {
	switch {
	case f == 0:
		return "0"
	case f < 0.1:
		return "<0.1"
	case f < 9.95:
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return lines.Number(int(f + 0.5))
}

// duration writes a time in whole units: "40s", "12m", "3h20m".
func duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + "m"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + "h" + strconv.Itoa(int(d.Minutes())%60) + "m"
	}
	return lines.Count(int(d.Hours())/24, "day", "days")
}
