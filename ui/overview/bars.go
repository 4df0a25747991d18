package overview

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// longestBar is the length in cells beyond which bars say nothing more.
const longestBar = 36

// bar is a line of a bar chart.
type bar struct {
	name string
	role theme.Role
	n    int
}

// nameWidth lets charts that stand below each other begin at the same cell.
const nameWidth = len("auto-generated")

// bars draws a chart with names, numbers and bars aligned. Rows without
// anything stay, dim, so that nothing jumps when counts change.
func bars(b *lines.Block, rows []bar) {
	name, number, most := nameWidth, 0, 0
	for _, r := range rows {
		name = max(name, theme.Width(r.name))
		number = max(number, len(lines.Number(r.n)))
		most = max(most, r.n)
	}
	room := min(b.Width()-name-number-4, longestBar)
	for _, r := range rows {
		role, value := r.role, theme.Text
		if r.n == 0 {
			role, value = theme.Faint, theme.Faint
		}
		b.Row(
			lines.Of(role, theme.Pad(r.name, name, "")),
			lines.Of(value, "  "+theme.PadLeft(lines.Number(r.n), number, "")+"  "),
			lines.Of(role, b.Styles().Glyphs.Meter(r.n, most, room)),
		)
	}
}

func verdicts(b *lines.Block, a *model.Assessment) {
	b.Heading("VERDICTS", lines.Dim(lines.Count(a.Counts.Tokens, "long-lived token", "long-lived tokens")))
	rows := make([]bar, model.VerdictCount)
	for v := range rows {
		verdict := model.Verdict(v)
		rows[v] = bar{b.Styles().Glyphs.Verdict(verdict) + " " + verdict.String(), theme.VerdictRole(verdict), a.Counts.ByVerdict[v]}
	}
	bars(b, rows)
}

func origins(b *lines.Block, a *model.Assessment) {
	remark := lines.Dim("")
	if n := a.Counts.Orphans; n > 0 {
		remark = lines.Dim(lines.Count(n, "orphan: its account is gone", "orphans: their accounts are gone"))
	}
	b.Heading("ORIGINS", remark)
	rows := []bar{
		{model.OriginAuto.String(), theme.Accent, a.Counts.ByOrigin[model.OriginAuto]},
		{model.OriginManual.String(), theme.Accent, a.Counts.ByOrigin[model.OriginManual]},
		{model.OriginUnknown.String(), theme.Doubt, a.Counts.ByOrigin[model.OriginUnknown]},
	}
	bars(b, rows)
}
