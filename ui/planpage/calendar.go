package planpage

import (
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Calendar counts by month what the cleaner does, from the month of the plan
// to the last thing that is foretold, with the upgrades between.
type Calendar struct {
	first    int // months since year 0
	off      []int
	deleted  []int
	upgrades []upgradeMark
}

// upgradeMark is an upgrade in the calendar.
type upgradeMark struct {
	month   int // counted from the first
	minor   plan.Minor
	assumed bool
}

// monthOf counts the months since year 0.
func monthOf(d model.Day) int {
	t := d.Time()
	return t.Year()*12 + int(t.Month()) - 1
}

func newCalendar(p *plan.Plan) Calendar {
	c := Calendar{first: monthOf(p.Inputs.AsOf)}
	last := c.first
	for i := range p.Forecast.Items {
		it := &p.Forecast.Items[i]
		last = max(last, monthOf(it.Invalidated), monthOf(it.Deleted))
	}
	for i := range p.Hops {
		if h := &p.Hops[i]; h.Position == plan.Ahead && monthOf(h.Date) >= c.first {
			last = max(last, monthOf(h.Date))
			c.upgrades = append(c.upgrades, upgradeMark{monthOf(h.Date) - c.first, h.To, h.DateAssumed})
		}
	}
	n := min(last-c.first+1, calendarMost)
	c.off, c.deleted = make([]int, n), make([]int, n)
	for i := range p.Forecast.Items {
		it := &p.Forecast.Items[i]
		c.add(c.off, it.Invalidated)
		c.add(c.deleted, it.Deleted)
	}
	return c
}

// calendarMost keeps a clean-up period of centuries from making a calendar of
// centuries.
const calendarMost = 12 * 200

// add counts a day; what was due before the first month is due now.
func (c *Calendar) add(months []int, d model.Day) {
	if d == 0 {
		return
	}
	months[max(0, min(monthOf(d)-c.first, len(months)-1))]++
}

// Months is the number of months from the first to the last.
func (c *Calendar) Months() int { return len(c.off) }

// calendarLabel is the width of what stands left of the months.
const calendarLabel = len("switched off") + 1

// draw draws the months with what is done in each, and marks the month of a
// day; 0 marks none.
func (c *Calendar) draw(b *lines.Block, mark model.Day) {
	room := b.Width() - calendarLabel
	if room < 12 || len(c.off) == 0 {
		return
	}
	// Months that do not fit are taken together: by quarters, then years.
	step := 1
	for _, step = range []int{1, 3, 12, 120} {
		if buckets(len(c.off), step) <= room/2 {
			break
		}
	}
	cell := max(2, min(room/buckets(len(c.off), step), 6))
	off, deleted := c.sum(c.off, step), c.sum(c.deleted, step)
	most := 0
	for i := range off {
		most = max(most, off[i], deleted[i])
	}
	marked := -1
	if mark != 0 {
		marked = (monthOf(mark) - c.first) / step
	}
	c.years(b, step, cell, marked, most)
	for _, row := range []struct {
		name   string
		counts []int
		role   theme.Role
	}{{"switched off", off, theme.Warn}, {"deleted", deleted, theme.Bad}} {
		spans := []lines.Span{lines.Dim(theme.Pad(row.name, calendarLabel, ""))}
		for i, n := range row.counts {
			spans = append(spans, bucketSpans(b.Styles(), n, most, cell, row.role, i == marked)...)
		}
		b.Row(spans...)
	}
	c.upgradeRow(b, step, cell)
}

func buckets(months, step int) int { return (months + step - 1) / step }

func (c *Calendar) sum(months []int, step int) []int {
	out := make([]int, buckets(len(months), step))
	for i, n := range months {
		out[i/step] += n
	}
	return out
}

// bucketSpans draw one month: a block as high as its share of the fullest, and
// where there is room the number beside it.
func bucketSpans(st *theme.Styles, n, most, cell int, role theme.Role, marked bool) []lines.Span {
	if n == 0 {
		nothing := st.Glyphs.Dot
		if st.Options.ASCII {
			nothing = "" // a sign would look like the lowest block
		}
		return []lines.Span{lines.Of(theme.Faint, theme.Pad(nothing, cell, ""))}
	}
	steps := st.Glyphs.Columns
	block := steps[max(0, (n*len(steps)+most-1)/most-1)]
	text := ""
	if number := lines.Number(n); theme.Width(number) <= cell-2 {
		text = number
	}
	ink := theme.Text
	if marked {
		ink = theme.Title
	}
	return []lines.Span{lines.Of(role, block), lines.Of(ink, theme.Pad(text, cell-1, ""))}
}

// years names the months: by their first letters, and each year where it
// begins. Left of them stands how many tokens a full block is.
func (c *Calendar) years(b *lines.Block, step, cell, marked, most int) {
	n := buckets(len(c.off), step)
	columns := b.Styles().Glyphs.Columns
	scale := ""
	if most > 0 {
		scale = columns[len(columns)-1] + " = " + lines.Number(most)
	}
	names := []lines.Span{lines.Of(theme.Faint, theme.Pad(scale, calendarLabel, ""))}
	years := theme.Spaces(calendarLabel)
	for i := range n {
		month := c.first + i*step
		// The year in which it begins gives way to the next one, if that is near.
		begins := month%12 < step || i == 0 && (12-month%12)/step*cell > len("2026")
		if at := calendarLabel + i*cell; begins && theme.Width(years) <= at {
			years = theme.Pad(years, at, "") + yearName(month, step)
		}
		role := theme.Dim
		if i == marked {
			role = theme.Title
		}
		name := theme.Pad(monthName(month, step, cell), cell, "")
		names = append(names, lines.Of(role, name))
	}
	b.Row(lines.Dim(years))
	if step < 12 {
		b.Row(names...)
	}
}

func yearName(month, step int) string {
	text := time.Date(month/12, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
	if step > 12 {
		text += "s"
	}
	return text + " "
}

func monthName(month, step, cell int) string {
	name := time.Month(month%12 + 1).String()
	switch {
	case step == 3:
		return "Q" + string(rune('1'+month%12/3))
	case cell >= 4:
		return name[:3]
	}
	return name[:1]
}

// upgradeRow marks the upgrades of the plan below the months. Where two would
// stand on top of each other, the later one is left out.
func (c *Calendar) upgradeRow(b *lines.Block, step, cell int) {
	if len(c.upgrades) == 0 {
		return
	}
	line := theme.Pad("upgrades", calendarLabel, "")
	for _, u := range c.upgrades {
		at := calendarLabel + u.month/step*cell
		if theme.Width(line) > at {
			continue
		}
		text := b.Styles().Glyphs.SortUp + u.minor.String()
		if u.assumed {
			text += assumedSign(b.Styles())
		}
		line = theme.Pad(line, at, "") + text + " "
	}
	b.Row(lines.Of(theme.Accent, line))
}
