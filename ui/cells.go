package ui

import (
	"cmp"
	"slices"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// verdictCell shows glyph, word and colour of a verdict.
func verdictCell(st *theme.Styles, v model.Verdict) table.Cell {
	return table.Cell{Text: st.Glyphs.Verdict(v) + " " + v.String(), Role: theme.VerdictRole(v)}
}

// verdictsCell counts tokens by verdict, each count in the colour and behind
// the glyph of its verdict: "● 1  ○ 3". A single token has its verdict's name.
func verdictsCell(st *theme.Styles, tokens []*model.Finding) table.Cell {
	if len(tokens) == 1 {
		return verdictCell(st, tokens[0].Verdict)
	}
	var counts [model.VerdictCount]int
	for _, f := range tokens {
		counts[f.Verdict]++
	}
	var runs []table.Run
	for v, n := range counts {
		if n > 0 {
			runs = append(runs, table.Run{Text: st.Glyphs.Verdict(model.Verdict(v)) + " " + lines.Number(n), Role: theme.VerdictRole(model.Verdict(v))})
		}
	}
	return table.Cell{Runs: runs}
}

// countCell shows a number; nothing is faint.
func countCell(n int) table.Cell {
	if n == 0 {
		return table.Cell{Text: "0", Role: theme.Faint}
	}
	return table.Cell{Text: lines.Number(n)}
}

// lastUsedCell tells when a token was last presented, as far as that is known.
func lastUsedCell(f *model.Finding, asOf model.Day) table.Cell {
	last := f.Token.LastUsed
	switch {
	case last.Unparsable():
		return table.Cell{Text: "bad label", Role: theme.Doubt}
	case last.Absent() && f.UnseenDays < 0:
		return table.Cell{Text: "not known", Role: theme.Doubt}
	case last.Absent():
		return table.Cell{Text: "never", Role: theme.Dim}
	}
	switch days := int(asOf - last.Day); {
	case days < 0:
		return table.Cell{Text: "in future", Role: theme.Doubt}
	case days == 0:
		return table.Cell{Text: "today"}
	case days == 1:
		return table.Cell{Text: "yesterday"}
	case days < 1000:
		return table.Cell{Text: lines.Number(days) + "d ago"}
	default: // with "ago" it would not fit
		return table.Cell{Text: lines.Number(days) + "d"}
	}
}

// ageCell tells how many days ago something was created.
func ageCell(created, asOf model.Day) table.Cell {
	return table.Cell{Text: lines.Number(int(asOf-created)) + "d", Role: theme.Dim}
}

// orderBy sorts by a column, then by ties; columns are compared as said.
func orderBy[R any](columns map[string]func(a, b R) int, tie func(a, b R) int) func([]R, sortState) {
	return func(rows []R, s sortState) {
		by := columns[s.column]
		slices.SortStableFunc(rows, func(a, b R) int {
			if by != nil {
				if c := by(a, b); c != 0 {
					if s.desc {
						return -c
					}
					return c
				}
			}
			return tie(a, b)
		})
	}
}

// compareLengths orders lists by length.
func compareLengths[T any](a, b []T) int { return cmp.Compare(len(a), len(b)) }
