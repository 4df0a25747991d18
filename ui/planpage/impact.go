package planpage

import (
	"timebound/plan"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Where the kinds of token stand side by side, how wide the names of the
// settings are, and the gap between columns.
const (
	impactSideBySide = 112
	impactLabel      = 16
	impactGap        = 3
	impactWidest     = 46
)

// Impact writes what each setting does to each kind of token here: now, and
// after each hop. Where there is room the kinds stand side by side, else one
// below the other.
func Impact(p *plan.Plan, st *theme.Styles, width int) []string {
	b := lines.New(st, width)
	if width >= impactSideBySide && len(p.Impact.Rows) > 0 {
		impactTable(b, &p.Impact)
	} else {
		impactBlocks(b, &p.Impact)
	}
	told(b, &p.Impact)
	return b.Lines()
}

// impactTable has a column for each kind and a row for each setting.
func impactTable(b *lines.Block, i *plan.Impact) {
	st, n := b.Styles(), len(i.Rows)
	each := min((b.Width()-impactLabel-n*impactGap)/n, impactWidest)
	beside := func(label lines.Span, cell func(*lines.Block, *plan.ImpactRow)) {
		var rows []string
		row := lines.New(st, impactLabel)
		row.Say(0, 0, label)
		rows = row.Lines()
		used := impactLabel
		for k := range i.Rows {
			left, right := lines.New(st, used), lines.New(st, each)
			left.Painted(rows...)
			cell(right, &i.Rows[k])
			rows = lines.Beside(left, impactGap, right)
			used += impactGap + each
		}
		b.Painted(rows...)
	}
	beside(lines.Text(""), func(c *lines.Block, r *plan.ImpactRow) {
		c.Say(0, 0, lines.Of(theme.Header, r.Title))
		c.Say(0, 0, lines.Dim(r.Count))
	})
	for k, setting := range i.Settings {
		b.Gap()
		beside(lines.Of(theme.Title, setting), func(c *lines.Block, r *plan.ImpactRow) {
			if k < len(r.Cells) {
				impactCell(c, &r.Cells[k])
			}
		})
	}
}

// impactBlocks has a block for each kind and a line for each setting.
func impactBlocks(b *lines.Block, i *plan.Impact) {
	for k := range i.Rows {
		r := &i.Rows[k]
		b.Heading(r.Title, lines.Dim(r.Count))
		for j, setting := range i.Settings {
			if j >= len(r.Cells) {
				continue
			}
			cell := lines.New(b.Styles(), max(0, b.Width()-impactLabel-1))
			impactCell(cell, &r.Cells[j])
			name := lines.New(b.Styles(), impactLabel)
			name.Row(lines.Dim(setting))
			b.Painted(lines.Beside(name, 1, cell)...)
		}
	}
}

// impactCell says what a setting does to a kind now, and what becomes different
// with which version.
func impactCell(b *lines.Block, c *plan.ImpactCell) {
	if !c.Touches {
		b.Say(0, 0, lines.Of(theme.Faint, c.Now))
		return
	}
	b.Say(0, 0, lines.Text(c.Now))
	for _, l := range c.Later {
		b.Say(0, 2, lines.Of(theme.Accent, "from "+l.Minor.String()), lines.Text(" "+l.Text))
	}
}

// told says where the table differs from what is commonly told.
func told(b *lines.Block, i *plan.Impact) {
	begun := false
	for k := range i.Rows {
		for j, c := range i.Rows[k].Cells {
			if c.Told == "" || j >= len(i.Settings) {
				continue
			}
			if !begun {
				begun = true
				b.Heading("OFTEN TOLD OTHERWISE")
			}
			b.Item(0, lines.Dim(b.Styles().Glyphs.Dot+" "), lines.Of(theme.Title, i.Rows[k].Title+", "+i.Settings[j]),
				lines.Dim(" told: "+c.Told+"."), lines.Text(" In fact "+c.Why+"."))
		}
	}
}
