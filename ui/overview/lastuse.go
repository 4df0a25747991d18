package overview

import (
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// bucket counts the tokens whose last use lies at most so many days back.
type bucket struct {
	name string
	days int // -1: without a limit
}

var buckets = []bucket{{"today", 0}, {"7d", 7}, {"30d", 30}, {"90d", 90}, {"180d", 180}, {"1y", 365}, {"older", -1}}

// uses is how the last uses spread.
type uses struct {
	counts []int // by bucket, then those without a record
	noDay  int   // labels that are not dates
	future int   // days to come
}

func countUses(a *model.Assessment) uses {
	u := uses{counts: make([]int, len(buckets)+1)}
	for _, f := range a.Findings {
		last := f.Token.LastUsed
		ago := int(a.Policy.Today - last.Day)
		switch {
		case last.Absent():
			u.counts[len(buckets)]++
		case last.Unparsable():
			u.noDay++
		case ago < 0:
			u.future++
		default:
			for i, k := range buckets {
				if k.days < 0 || ago <= k.days {
					u.counts[i]++
					break
				}
			}
		}
	}
	return u
}

// lastUse draws how long ago tokens were presented. The buckets within the
// window that counts as use have a colour of their own.
func lastUse(b *lines.Block, a *model.Assessment, roomy bool) {
	u := countUses(a)
	b.Heading("LAST USE", lines.Dim("at most so long ago; "), lines.Of(theme.Warn, "in use"), lines.Dim(" within "+lines.Count(a.Policy.IdleAfter, "day", "days")))
	const cell, body, thick = 7, 5, 3 // of a column of the chart: with its gap, of its name, of what is drawn
	if b.Width() < cell*len(u.counts) {
		bars(b, useBars(a, u))
	} else {
		rows := 4
		if roomy {
			rows = 5
		}
		for _, row := range chart(b.Styles().Glyphs.Columns, u.counts, rows) {
			spans := make([]lines.Span, 0, 2*len(row))
			for i, c := range row {
				role := useRole(a, i)
				if c.number {
					role = theme.Text
					if u.counts[i] == 0 {
						role = theme.Faint
					}
					spans = append(spans, lines.Of(role, center(c.text, body)))
				} else {
					spans = append(spans, lines.Of(role, center(strings.Repeat(c.text, thick), body)))
				}
				spans = append(spans, lines.Text(theme.Spaces(cell-body)))
			}
			b.Row(spans...)
		}
		b.Row(lines.Of(theme.Border, strings.Repeat(b.Styles().Glyphs.Horizon, cell*len(u.counts)-(cell-body))))
		names := make([]lines.Span, len(u.counts))
		for i := range names {
			names[i] = lines.Dim(theme.Pad(center(useName(a, i), body), cell, ""))
		}
		b.Row(names...)
	}
	if u.noDay > 0 {
		b.Say(0, 0, lines.Of(theme.Warn, lines.Count(u.noDay, "last-used label is not a date", "last-used labels are not dates")+"."))
	}
	if u.future > 0 {
		b.Say(0, 0, lines.Of(theme.Warn, lines.Count(u.future, "label says a day to come", "labels say a day to come")+"."))
	}
}

func useBars(a *model.Assessment, u uses) []bar {
	rows := make([]bar, len(u.counts))
	for i, n := range u.counts {
		rows[i] = bar{useName(a, i), useRole(a, i), n}
	}
	return rows
}

// useName names a bucket; the last one holds the tokens without a record,
// which means "never" only where uses are recorded.
func useName(a *model.Assessment, i int) string {
	switch {
	case i < len(buckets):
		return buckets[i].name
	case a.Inventory.Cluster.Tracking.State == model.TrackingPresent:
		return "never"
	default:
		return "?"
	}
}

func useRole(a *model.Assessment, i int) theme.Role {
	switch {
	case i >= len(buckets):
		return theme.Dim
	case buckets[i].days >= 0 && buckets[i].days <= a.Policy.IdleAfter:
		return theme.Warn
	default:
		return theme.Accent
	}
}

// piece is what a chart shows in one column of one row.
type piece struct {
	text   string
	number bool
}

// chart draws columns, rows high, with their numbers on top of them.
func chart(eighths []string, counts []int, rows int) [][]piece {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	out := make([][]piece, rows+1)
	for r := range out {
		out[r] = make([]piece, len(counts))
	}
	steps := len(eighths)
	for i, n := range counts {
		level := 0
		if most > 0 && n > 0 {
			level = max(1, (n*rows*steps+most/2)/most)
		}
		for r := range out {
			// Cells of this column below the upper edge of row r.
			below := (rows - r) * steps
			switch fill := level - below; {
			case fill >= steps:
				out[r][i] = piece{text: eighths[steps-1]}
			case fill > 0:
				out[r][i] = piece{text: eighths[fill-1]}
			case fill > -steps:
				out[r][i] = piece{text: lines.Number(n), number: true}
			default:
				out[r][i] = piece{text: " "}
			}
		}
	}
	return out
}

func center(s string, width int) string {
	free := width - theme.Width(s)
	return theme.Pad(theme.Spaces(free/2)+s, max(width, theme.Width(s)), "")
}

// tracking says since when uses are recorded: what silence is worth.
func tracking(b *lines.Block, a *model.Assessment) {
	t := a.Inventory.Cluster.Tracking
	b.Gap()
	switch {
	case t.State == model.TrackingPresent && t.Since.Valid:
		age := t.WholeDays(a.Policy.Today)
		spans := []lines.Span{lines.Text("Uses are recorded since " + t.Since.Day.String()), lines.Dim(", for " + lines.Count(age, "day", "days") + ".")}
		if age < a.Policy.MinWatch {
			spans = append(spans, lines.Of(theme.Doubt, " Silence counts after "+lines.Count(a.Policy.MinWatch, "day", "days")+"."))
		}
		b.Say(0, 0, spans...)
	case t.State == model.TrackingPresent:
		b.Say(0, 0, lines.Of(theme.Doubt, "Uses are recorded, but since when is not known."))
	case t.State == model.TrackingAbsent:
		b.Say(0, 0, lines.Of(theme.Doubt, "Uses are not recorded in this cluster: silence means nothing here."))
	case t.State == model.TrackingUnreadable:
		b.Say(0, 0, lines.Of(theme.Doubt, "Whether uses are recorded could not be read."))
	default:
		b.Say(0, 0, lines.Dim("Whether uses are recorded is being asked."))
	}
}
