package main

import (
	"bufio"
	"io"
	"strconv"

	"timebound/model"
	"timebound/ui/theme"
)

// tableColumn is one column of the table for people.
type tableColumn struct {
	title string
	right bool // numbers stand at the right
	cell  func(f *model.Finding, asOf model.Day) string
	role  func(f *model.Finding) theme.Role // nil: plain
}

var tableColumns = []tableColumn{
	{title: "NAMESPACE", cell: func(f *model.Finding, _ model.Day) string { return f.Token.Namespace }},
	{title: "TOKEN", cell: func(f *model.Finding, _ model.Day) string { return f.Token.Name }},
	{title: "ACCOUNT", cell: func(f *model.Finding, _ model.Day) string { return orNone(f.Token.Account) }},
	{title: "ORIGIN", cell: func(f *model.Finding, _ model.Day) string { return f.Origin.Short() }},
	{title: "LAST USED", cell: lastUsedCell},
	{title: "REFS", right: true, cell: func(f *model.Finding, _ model.Day) string { return strconv.Itoa(f.Referrers) }},
	{title: "VERDICT", cell: func(f *model.Finding, _ model.Day) string { return f.Verdict.Slug() },
		role: func(f *model.Finding) theme.Role { return theme.VerdictRole(f.Verdict) }},
}

var wideColumns = append(append([]tableColumn{}, tableColumns...), []tableColumn{
	{title: "CREATED", cell: func(f *model.Finding, _ model.Day) string { return dayCell(f) }},
	{title: "SWITCHED OFF", cell: func(f *model.Finding, _ model.Day) string { return orNone(f.Token.InvalidSince.Raw) }},
	{title: "USED BY", cell: func(f *model.Finding, _ model.Day) string { return orNone(usedByText(f)) }},
	{title: "CODE", cell: func(f *model.Finding, _ model.Day) string {
		if len(f.Reasons) == 0 {
			return none
		}
		return string(f.Reasons[0].Code)
	}},
	{title: "REASON", cell: func(f *model.Finding, _ model.Day) string {
		if len(f.Reasons) == 0 {
			return none
		}
		return f.Reasons[0].Text()
	}},
}...)

// none stands in cells that have nothing to show, so that columns can be cut
// apart by spaces.
const none = "-"

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

func dayCell(f *model.Finding) string {
	if f.Token.Created.IsZero() {
		return none
	}
	return model.DayOf(f.Token.Created).String()
}

// lastUsedCell gives the day; "never" only where uses were recorded.
func lastUsedCell(f *model.Finding, _ model.Day) string {
	switch label := f.Token.LastUsed; {
	case !label.Absent():
		return label.Raw
	case f.UnseenDays < 0:
		return "unknown"
	}
	return "never"
}

const columnGap = 3

// writeTable writes columns that are aligned by the cells they take on a
// terminal, two passes over the tokens and no copy of the table.
func writeTable(w io.Writer, r report, columns []tableColumn, noHeaders, colour bool) error {
	asOf := r.assessment.Policy.AsOf
	if len(r.findings) == 0 {
		return nil
	}
	cell := func(c int, f *model.Finding) string { return model.Printable(columns[c].cell(f, asOf)) }
	widths := make([]int, len(columns))
	for c, column := range columns {
		if !noHeaders {
			widths[c] = len(column.title)
		}
		for _, f := range r.findings {
			widths[c] = max(widths[c], theme.Width(cell(c, f)))
		}
	}
	styles := theme.New(theme.Options{Basic: true, NoColor: !colour})
	out := bufio.NewWriter(w)
	var line []byte
	put := func(c int, text, painted string) {
		pad := theme.Spaces(widths[c] - theme.Width(text))
		switch {
		case columns[c].right:
			line = append(append(line, pad...), painted...)
		case c == len(columns)-1:
			line = append(line, painted...)
		default:
			line = append(append(line, painted...), pad...)
		}
		if c < len(columns)-1 {
			line = append(line, theme.Spaces(columnGap)...)
		}
	}
	if !noHeaders {
		for c, column := range columns {
			put(c, column.title, column.title)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	for _, f := range r.findings {
		line = line[:0]
		for c, column := range columns {
			text := cell(c, f)
			painted := text
			if colour && column.role != nil {
				painted = styles.Paint(column.role(f), text)
			}
			put(c, text, painted)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}
