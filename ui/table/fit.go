package table

import (
	"math"
	"slices"

	"timebound/model"
	"timebound/ui/theme"
)

// mostMeasured is how many rows Fit measures: it is called between two frames.
const mostMeasured = 2000

// Needs of columns that have no measured one.
const (
	unmeasured = 0
	leftOut    = -1
)

// Fit measures what flexible columns with a Max need for these rows. They get no
// more than that, and those that never go get it first; what is left is for the
// columns without a Max. It is for rows that do not change while somebody looks:
// with them columns move. Without rows the columns are as if it was never called.
func (t *Table[K, R]) Fit(rows []R) {
	rows = rows[:min(len(rows), mostMeasured)]
	var needs []int
	if len(rows) > 0 {
		needs = make([]int, len(t.columns))
	}
	for i := range needs {
		needs[i] = t.need(&t.columns[i], rows)
	}
	if !slices.Equal(needs, t.needs) {
		t.needs = needs
		t.layout()
	}
}

func (t *Table[K, R]) need(c *Column[R], rows []R) int {
	if c.Varied && same(c, rows) {
		return leftOut
	}
	if c.Flex == 0 || c.Max == 0 {
		return unmeasured
	}
	need := theme.Width(c.Title)
	for _, r := range rows {
		if need >= c.Max {
			break
		}
		need = max(need, theme.Width(model.Printable(c.Cell(r).Text)))
	}
	return min(need, c.Max)
}

func same[R any](c *Column[R], rows []R) bool {
	for i := range rows {
		if c.Cell(rows[i]).Text != c.Cell(rows[0]).Text {
			return false
		}
	}
	return true
}

// left says that a column is left out.
func left(needs []int, column int) bool { return needs != nil && needs[column] == leftOut }

// least is how wide a column is before space is left over.
func least[R any](columns []Column[R], needs []int, column int) int {
	if needs == nil || needs[column] == unmeasured {
		return columns[column].Width
	}
	return min(columns[column].Width, needs[column])
}

// shares gives the rounds in which the space left over is given away: how wide a
// column may get in each.
func shares[R any](columns []Column[R], needs []int) []func(column int) int {
	limit := func(column int) int {
		if most := columns[column].Max; most > 0 {
			return most
		}
		return math.MaxInt
	}
	if needs == nil {
		return []func(int) int{limit}
	}
	return []func(int) int{
		func(column int) int {
			if columns[column].Priority > 0 {
				return 0
			}
			return needs[column]
		},
		func(column int) int { return needs[column] },
		func(column int) int {
			if needs[column] == unmeasured {
				return limit(column)
			}
			return 0
		},
	}
}
