package ui

import (
	"timebound/model"
	"timebound/model/agent"
	"timebound/ui/lines"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// usedByColumn tells who presents a token, as audit logs say: the busiest caller
// and how many others. It is there only if a log was read, and sorts by requests.
func usedByColumn(e *env) table.Column[*model.Finding] {
	return table.Column[*model.Finding]{
		ID: "requests", Title: "USED BY", Width: 16, Flex: 3, Max: 34, Priority: 2, From: 78,
		When: func() bool { return e.assessment != nil && e.assessment.Inventory.Usage != nil },
		Cell: func(f *model.Finding) table.Cell { return usedByCell(e.styles, f) },
	}
}

func usedByCell(st *theme.Styles, f *model.Finding) table.Cell {
	switch {
	case f.Use != nil && (f.From == model.FromElsewhere || f.From == model.FromBoth):
		return table.Cell{Text: besideSign(st, st.Glyphs.Outside, busiest(f.Use)), Role: theme.Warn}
	case f.Use != nil:
		return table.Cell{Text: besideSign(st, " ", busiest(f.Use))}
	case f.AccountUse != nil: // with this token, or with another of its account
		return table.Cell{Text: besideSign(st, st.Glyphs.Verdict(model.VerdictUnknown), busiest(f.AccountUse)), Role: theme.Doubt}
	}
	return table.Cell{Text: besideSign(st, " ", "not seen"), Role: theme.Faint}
}

// besideSign puts a text behind a sign, so that the texts of all rows align.
func besideSign(st *theme.Styles, sign, text string) string {
	return theme.Pad(sign, theme.Width(st.Glyphs.Outside)+1, "") + text
}

// busiest names the busiest caller, and counts the others: "curl 8.5.0 +2".
func busiest(use *model.TokenUse) string {
	if len(use.Callers) == 0 {
		return "somebody"
	}
	a := agent.Parse(use.Callers[0].Agent)
	a.Part = "" // which part of a program asked is the story's
	name := a.Title()
	if a.Kind == agent.KindNone {
		name = "no name"
	}
	if others := len(use.Callers) - 1; others > 0 {
		name += " +" + lines.Number(others)
	}
	return name
}
