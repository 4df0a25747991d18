package counted

import (
	"strings"
	"time"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Sum writes what all servers that were read counted together, as one
// paragraph; nothing if none was read.
func Sum(b *lines.Block, now, before model.Counters) {
	if len(now.Servers) == 0 {
		return
	}
	total := now.Total()
	b.Heading("COUNTED", lines.Dim("by the API servers, of tokens that they do not name"))
	who := lines.Count(len(now.Servers), "API server", "API servers")
	if n := len(now.Servers); now.Endpoints > n {
		who = lines.Number(n) + " of " + lines.Count(now.Endpoints, "API server", "API servers")
	}
	verb := " counted "
	spans := []lines.Span{lines.Text(who + verb)}
	if total.Legacy.Known {
		spans = append(spans, lines.Of(theme.Title, lines.Number(int(total.Legacy.Value))), lines.Text(" uses of long-lived tokens"))
	} else {
		spans = append(spans, lines.Of(theme.Doubt, "uses of long-lived tokens that could not be read"))
	}
	if from := earliest(now); !from.IsZero() {
		spans = append(spans, lines.Text(" since "+from.UTC().Format(time.DateOnly)))
		if len(now.Servers) > 1 {
			spans = append(spans, lines.Dim(" at the earliest"))
		}
	}
	if rate, ok := legacyRate(now.Since(before)); ok {
		spans = append(spans, lines.Text(", "+perHour(rate)+" an hour now"))
	}
	spans = append(spans, lines.Text("."))
	if more := others(total); more != "" {
		spans = append(spans, lines.Dim(" "+more+"."))
	}
	spans = append(spans, lines.Dim(" Page 5 tells it server by server, and what it means."))
	b.Say(0, 0, spans...)
}

// others tells the counters that are known beside the first.
func others(t model.TokenCounters) string {
	var parts []string
	for _, c := range counters[1:] {
		if n := c.of(t); n.Known {
			parts = append(parts, strings.ToLower(c.title)+" "+lines.Number(int(n.Value)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	parts[0] = strings.ToUpper(parts[0][:1]) + parts[0][1:]
	return strings.Join(parts, ", ")
}

func earliest(c model.Counters) time.Time {
	var from time.Time
	for _, s := range c.Servers {
		if s.Started.IsZero() {
			return time.Time{}
		}
		if from.IsZero() || s.Started.Before(from) {
			from = s.Started
		}
	}
	return from
}

// legacyRate adds the rates of long-lived tokens up; false if one is not known.
func legacyRate(rates []model.Rates) (float64, bool) {
	sum := 0.0
	for _, r := range rates {
		if !r.Tokens.Legacy.Known || r.Over <= 0 {
			return 0, false
		}
		sum += r.PerHour(r.Tokens.Legacy)
	}
	return sum, len(rates) > 0
}
