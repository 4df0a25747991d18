package lines

import (
	"strings"

	"timebound/model"
	"timebound/ui/theme"
)

// Column is a column of a small table that is shown whole.
type Column struct {
	Title string
	// Right aligns to the right, for numbers.
	Right bool
	// Min is the width to which the column may shrink when the table is too
	// wide; 0 means that it keeps the width of its content.
	Min int
}

// columnGap is the number of cells between columns.
const columnGap = 2

// Table adds a table with a header, as wide as its content. Where that is too
// wide, columns with a Min give way and cells are cut; Fits tells beforehand.
func (b *Block) Table(indent int, columns []Column, rows [][]Span) {
	widths := natural(columns, rows)
	shrink(columns, widths, b.width-indent)
	titled := false
	header := make([]Span, len(columns))
	for i, c := range columns {
		header[i] = Span{theme.Header, c.Title}
		titled = titled || c.Title != ""
	}
	if titled {
		b.cells(indent, columns, widths, header)
	}
	for _, row := range rows {
		b.cells(indent, columns, widths, row)
	}
}

// Fits says that a table shows every cell uncut.
func (b *Block) Fits(indent int, columns []Column, rows [][]Span) bool {
	return total(natural(columns, rows)) <= b.width-indent
}

func (b *Block) cells(indent int, columns []Column, widths []int, row []Span) {
	var line strings.Builder
	line.WriteString(theme.Spaces(indent))
	for i, cell := range row {
		if i > 0 {
			line.WriteString(theme.Spaces(columnGap))
		}
		text, tail := model.Printable(cell.Text), b.st.Glyphs.Ellipsis
		if columns[i].Right {
			text = theme.PadLeft(text, widths[i], tail)
		} else {
			text = theme.Pad(text, widths[i], tail)
		}
		// Padding stays unpainted: an underline should end with its word.
		trimmed := strings.TrimRight(text, " ")
		b.st.AppendPaint(&line, cell.Role, trimmed)
		line.WriteString(text[len(trimmed):])
	}
	b.add(line.String())
}

func natural(columns []Column, rows [][]Span) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = theme.Width(c.Title)
	}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], theme.Width(model.Printable(cell.Text)))
		}
	}
	return widths
}

func total(widths []int) int {
	sum := columnGap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// shrink takes cells from the widest column that may give way, until the
// table fits or nothing gives any more.
func shrink(columns []Column, widths []int, room int) {
	for over := total(widths) - room; over > 0; over-- {
		widest := -1
		for i, c := range columns {
			if c.Min > 0 && widths[i] > c.Min && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}
