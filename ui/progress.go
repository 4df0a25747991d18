package ui

import (
	"strconv"
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

func itoa(n int) string { return strconv.Itoa(n) }

// progressCount is how far one kind has come: "4,200 of 20,000".
func progressCount(p model.Progress) string {
	switch {
	case p.Failed:
		return "not readable"
	case p.Done:
		return lines.Number(p.Count)
	case p.Total > 0:
		return lines.Number(p.Count) + " of " + lines.Number(p.Total)
	}
	return lines.Number(p.Count) + " so far"
}

// progressLine is the loading in one line: what is still being read.
func (m *Root) progressLine(width int) string {
	if _, under := loadingOf(m.snapshot); !under {
		return ""
	}
	st := m.env.styles
	var parts []string
	done := 0
	for _, p := range m.snapshot.Progress {
		if p.Done || p.Failed {
			done++
			continue
		}
		parts = append(parts, string(p.Kind)+" "+progressCount(p))
	}
	if len(parts) == 0 {
		return ""
	}
	text := " " + lines.Number(done) + " of " + lines.Count(len(m.snapshot.Progress), "kind", "kinds") + " read" + "   " + strings.Join(parts, "   ")
	return st.Paint(theme.Info, theme.Truncate(model.Printable(text), width, st.Glyphs.Ellipsis))
}

// waiting is the page while there is nothing to show yet.
func (m *Root) waiting(width int) []string {
	st := m.env.styles
	what := "connecting to "
	if _, under := loadingOf(m.snapshot); under {
		what = "reading "
	}
	for _, p := range m.problems() {
		if p.Fatal {
			out := []string{""}
			for _, line := range problemLines(st, p, min(width-6, 90)) {
				out = append(out, "   "+line)
			}
			return append(out, "", "   "+st.Paint(theme.Key, "r")+st.Paint(theme.Dim, " try again   ")+st.Paint(theme.Key, "q")+st.Paint(theme.Dim, " quit"))
		}
	}
	out := []string{"", "   " + st.Paint(theme.Dim, what) + st.Paint(theme.Title, m.cluster()) + st.Paint(theme.Dim, " "+st.Glyphs.Ellipsis), ""}
	for _, p := range m.snapshot.Progress {
		glyph, role := " ", theme.Dim
		switch {
		case p.Failed:
			glyph, role = st.Glyphs.Cross, theme.Warn
		case p.Done:
			glyph, role = st.Glyphs.Check, theme.Good
		}
		line := "   " + st.Paint(role, glyph) + " " + st.Paint(theme.Text, theme.Pad(string(p.Kind), 24, "")) +
			st.Paint(theme.Dim, theme.PadLeft(progressCount(p), 20, ""))
		if rate := p.Rate(); rate >= 1 && !p.Done && !p.Failed {
			line += st.Paint(theme.Faint, theme.PadLeft(lines.Number(int(rate))+"/s", 12, ""))
		}
		out = append(out, line)
	}
	return out
}

// cluster is the name of the cluster for people.
func (m *Root) cluster() string {
	if m.options.Context != "" {
		return model.Printable(m.options.Context)
	}
	if inv := m.snapshot.Inventory; inv != nil && inv.Cluster.Server != "" {
		return model.Printable(inv.Cluster.Server)
	}
	return "the cluster"
}
