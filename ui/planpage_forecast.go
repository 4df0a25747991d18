package ui

import (
	"timebound/model"
	"timebound/plan"
	"timebound/ui/planpage"
	"timebound/ui/table"
	"timebound/ui/theme"
)

func upcomingColumns() []table.Column[*plan.ForecastItem] {
	type row = *plan.ForecastItem
	day := func(d model.Day, role theme.Role) table.Cell {
		if d == 0 {
			return table.Cell{Text: "-", Role: theme.Faint}
		}
		return table.Cell{Text: d.String(), Role: role}
	}
	return []table.Column[row]{
		{ID: "off", Title: "OFF FROM", Width: 10, Cell: func(i row) table.Cell { return day(i.Invalidated, theme.Text) }},
		{ID: "deleted", Title: "GONE FROM", Width: 10, Priority: 2, Cell: func(i row) table.Cell { return day(i.Deleted, theme.Dim) }},
		{ID: "namespace", Title: "NAMESPACE", Width: 10, Flex: 2, Max: 24, Priority: 1, Cell: func(i row) table.Cell {
			return table.Cell{Text: i.Namespace, Role: theme.Dim}
		}},
		{ID: "name", Title: "TOKEN", Width: 16, Flex: 4, Max: 44, Tail: generatedTail, Cell: func(i row) table.Cell { return table.Cell{Text: i.Name} }},
		{ID: "used", Title: "LAST USED", Width: 10, Priority: 3, Cell: func(i row) table.Cell { return day(i.LastUsed, theme.Dim) }},
		{ID: "wanted", Title: "WANTED AGAIN BY", Width: 16, Flex: 4, Max: 60, Cell: func(i row) table.Cell {
			return table.Cell{Text: i.Wanted, Role: theme.Warn}
		}},
		{ID: "doubt", Title: "DOUBT", Width: 20, Flex: 3, Max: 60, Priority: 4, From: 150, Cell: func(i row) table.Cell {
			return table.Cell{Text: i.Doubt, Role: theme.Doubt}
		}},
	}
}

// tokensLeast is how many tokens must be seen below the head of the forecast
// for it to stay; where there is less room it scrolls away.
const tokensLeast = 8

// forecastHead is what stands above the tokens.
func (p *planPage) forecastHead() []string {
	mark := model.Day(0)
	if item, ok := p.upcoming.Current(); ok {
		mark = item.First()
	}
	s, st, width := p.plans.sheet, p.env.styles, max(0, min(p.width-margin-1, 160))
	roomy := p.height >= verboseFrom
	if p.head.mark != mark || p.head.roomy != roomy {
		p.head = headCache{mark: mark, roomy: roomy}
	}
	return p.head.write(s, st, width, func() []string { return planpage.ForecastHead(s, st, width, mark, roomy) })
}

// fold scrolls the head of the forecast by n lines, and further where the
// token under the cursor would not be seen otherwise.
func (p *planPage) fold(n int) {
	if p.plans.sheet == nil {
		return
	}
	head := len(p.forecastHead()) + 1 // with a gap
	height := max(0, p.height-p.viewAt())
	p.folded = max(0, min(p.folded+n, head))
	if height-head-1 >= tokensLeast {
		p.folded = 0
	} else if missing := p.upcoming.Index() + 2 + head - p.folded - height; missing > 0 {
		p.folded = min(head, p.folded+missing)
	}
	p.upcoming.SetSize(p.width, height-head+p.folded)
}

// moveUpcoming moves among the tokens. Up from the first one, the head comes
// back line by line.
func (p *planPage) moveUpcoming(n int) {
	at := p.upcoming.Index()
	if n < 0 && at == 0 {
		p.fold(n)
		return
	}
	p.unfoldFor(at + n)
	p.upcoming.MoveBy(n)
	p.fold(0)
}

// unfoldFor gives the table the lines of the head that it needs for a row to
// be seen, before the cursor goes there: else the table itself would scroll.
func (p *planPage) unfoldFor(at int) {
	at = min(at, p.upcoming.Len()-1)
	if missing := at + 2 - p.upcoming.Height(); missing > 0 {
		p.fold(missing)
	}
}

func (p *planPage) upcomingTop() {
	p.upcoming.Top()
	p.folded = 0
	p.fold(0)
}

func (p *planPage) upcomingBottom() {
	p.unfoldFor(p.upcoming.Len() - 1)
	p.upcoming.Bottom()
	p.fold(0)
}

// upcomingPage is how many tokens one screen goes on.
func (p *planPage) upcomingPage() int { return max(1, p.upcoming.Height()-2) }

// appendForecast appends a line of the forecast.
func (p *planPage) appendForecast(dst []byte, line int) []byte {
	head := p.forecastHead()
	switch at := line + p.folded; {
	case at < len(head):
		dst = append(dst, theme.Spaces(min(margin, p.width))...)
		return append(dst, theme.Truncate(head[at], max(0, p.width-margin), "")...)
	case at == len(head), p.upcoming.Len() == 0:
		return dst
	default:
		return p.upcoming.AppendLine(dst, at-len(head)-1)
	}
}
