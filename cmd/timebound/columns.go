package main

import (
	"bufio"
	"io"
	"strings"

	"timebound/model"
	"timebound/ui/theme"
)

// writeColumns writes rows of texts in columns that are aligned by the cells they
// take on a terminal. What does not show itself is escaped. Columns named in
// right are numbers.
func writeColumns(w io.Writer, titles []string, right map[int]bool, rows [][]string) error {
	widths := make([]int, len(titles))
	for _, row := range append([][]string{titles}, rows...) {
		for c, text := range row {
			widths[c] = max(widths[c], theme.Width(model.Printable(text)))
		}
	}
	out := bufio.NewWriter(w)
	line := func(row []string) {
		var b strings.Builder
		for c, text := range row {
			text = model.Printable(text)
			pad := theme.Spaces(widths[c] - theme.Width(text))
			switch {
			case right[c]:
				b.WriteString(pad + text)
			default:
				b.WriteString(text + pad)
			}
			if c < len(row)-1 {
				b.WriteString(theme.Spaces(columnGap))
			}
		}
		_, _ = out.WriteString(strings.TrimRight(b.String(), " ") + "\n") // Flush tells
	}
	if titles[0] != "" {
		line(titles)
	}
	for _, row := range rows {
		line(row)
	}
	return out.Flush()
}
