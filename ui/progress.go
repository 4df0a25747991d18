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
	if _, under := loadingOf(m.snapshot); !under || m.current == PageOverview {
		return "" // the overview tells it kind by kind
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
			return m.cannot(p, width)
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

// cannot is the page while a problem keeps everything away: what it is, why,
// what to do, and that it is tried again. When, the header counts down.
func (m *Root) cannot(p model.Problem, width int) []string {
	st := m.env.styles
	out := []string{""}
	for _, line := range problemLines(st, p, min(width-6, 90)) {
		out = append(out, "   "+line)
	}
	out = append(out, "")
	if m.snapshot.Link.State == model.LinkRetrying && m.ended == nil {
		for _, line := range theme.Wrap("Nothing was read yet. It is tried again by itself, at longer and longer intervals.", max(10, min(width-6, 90))) {
			out = append(out, "   "+st.Paint(theme.Dim, line))
		}
		out = append(out, "")
	}
	return append(out, "   "+st.Paint(theme.Key, "r")+st.Paint(theme.Dim, " try at once   ")+st.Paint(theme.Key, "q")+st.Paint(theme.Dim, " quit"))
}

// nothingYet says that there is nothing to show: no facts at all, or a problem
// came before the first list was read. A page without rows would then seem to
// say that there are none.
func (m *Root) nothingYet() bool {
	if m.assessment == nil {
		return true
	}
	problems := m.problems()
	if len(problems) == 0 || !problems[0].Fatal {
		return false
	}
	for _, c := range m.assessment.Inventory.Coverage.Kinds {
		if c.Count > 0 || c.State != model.CoveragePending && c.State != model.CoverageFailed {
			return false
		}
	}
	return true
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
