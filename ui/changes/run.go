package changes

import (
	"strings"

	"timebound/plan/run"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Head is what the head of a run tells.
type Head struct {
	Progress run.Progress
	// Live says that it is under way; else it is told from its journal.
	Live bool
	// Limit is the most changes in a second; 0 is no limit.
	Limit float64
	// Ended and Why are how it ended, or stopped.
	Ended bool
	Why   string
	// Soaks says that the run switches tokens off; Soak is what came of it.
	Soaks bool
	Soak  Soak
}

// Height is the number of lines of the head of a run: it does not change while
// the run goes on, so that nothing below moves.
func Height(soaks bool) int {
	if soaks {
		return 4
	}
	return 3
}

// RunHead draws how a run goes, or went: how far it is, what it does, what came
// of its items, and of what it switched off.
func RunHead(h Head, st *theme.Styles, width int) []string {
	b := lines.New(st, width)
	p := h.Progress
	settled := p.Settled()
	percent := lines.Number(Percent(p)) + " %"
	right := theme.PadLeft(percent, 5, "") + "   " + lines.Number(settled) + " of " + lines.Number(p.Total)
	if h.Live && p.Rate > 0 && p.Phase != run.PhaseSettling {
		right += "   " + RateText(p.Rate)
		if p.Left > 0 && !p.Paused {
			right += "   " + WaitText(p.Left) + " left"
		}
	}
	// The bar keeps its length, whatever the numbers beside it become.
	room := max(10, min(60, width-46))
	bar := Bar(st, settled, p.Total, room) + st.Paint(theme.Text, "  "+right)
	b.Painted(bar)
	b.Row(append(phase(h, st), remark(h, st)...)...)
	b.Row(counts(p, st)...)
	if h.Soaks {
		b.Row(h.Soak.row(st, width, h.Live)...)
	}
	return b.Lines()
}

// Percent is how much of a run has an outcome; 100 only when all of it has.
func Percent(p run.Progress) int {
	if p.Total == 0 {
		return 100
	}
	return 100 * p.Settled() / p.Total
}

// phase says what the run is doing.
func phase(h Head, st *theme.Styles) []lines.Span {
	p := h.Progress
	if !h.Live {
		switch {
		case h.Ended:
			return []lines.Span{lines.Of(theme.Good, st.Glyphs.Check+" "+orFinished(h.Why))}
		case h.Why == "":
			return []lines.Span{lines.Of(theme.Warn, st.Glyphs.Alert+" cut off"), lines.Dim(": f finishes it, z puts back what was done")}
		}
		return []lines.Span{lines.Of(theme.Warn, st.Glyphs.Alert+" stopped: "+h.Why), lines.Dim("; f finishes it, z puts back what was done")}
	}
	if p.Stopping != "" {
		return []lines.Span{lines.Of(theme.Warn, st.Glyphs.Alert+" stopping: "+p.Stopping), lines.Dim("; what is under way is waited for")}
	}
	if p.Paused {
		return []lines.Span{lines.Of(theme.Warn, "paused"), lines.Dim(": space goes on")}
	}
	pace := lines.Dim("   at most " + RateText(h.Limit))
	if h.Limit <= 0 {
		pace = lines.Dim("   as fast as it goes")
	}
	switch p.Phase {
	case run.PhaseCanary:
		return []lines.Span{lines.Of(theme.Accent, "canary"), lines.Dim(": the first few"), pace}
	case run.PhaseWaiting:
		return []lines.Span{lines.Of(theme.Accent, "waiting"), lines.Dim(" after the canary, before the rest"), pace}
	case run.PhaseSettling:
		return []lines.Span{lines.Of(theme.Accent, "settling"), lines.Dim(": all was sent; it waits, and looks whether it stands")}
	case run.PhaseEnded:
		return []lines.Span{lines.Dim("ended")}
	}
	return []lines.Span{lines.Of(theme.Accent, "working"), pace}
}

func orFinished(why string) string {
	if why == "" {
		return "finished"
	}
	return why
}

// counts are the items by state.
func counts(p run.Progress, st *theme.Styles) []lines.Span {
	var spans []lines.Span
	for _, s := range run.States() {
		n := p.Counts[s]
		if n == 0 && (s == run.Unsure || s == run.Doing || s == run.Pending) {
			continue
		}
		role := StateRole(s)
		if n == 0 {
			role = theme.Dim
		}
		spans = append(spans, lines.Of(role, StateGlyph(st, s)+" "+lines.Number(n)+" "+StateWord(s)), lines.Text("   "))
	}
	if p.Reverted > 0 {
		spans = append(spans, lines.Of(theme.Bad, st.Glyphs.Alert+" "+lines.Number(p.Reverted)+" did not stand"))
	}
	return spans
}

// remark is what else there is to say behind that: what the server asked for,
// and the last note.
func remark(h Head, st *theme.Styles) []lines.Span {
	if h.Live && h.Progress.Held > 0 {
		return []lines.Span{lines.Of(theme.Warn, "   "+st.Glyphs.Alert+" "), lines.Text("the server asked to wait " + WaitText(h.Progress.Held))}
	}
	if notes := h.Progress.Notes; len(notes) > 0 {
		return []lines.Span{lines.Dim("   note: " + strings.TrimSpace(notes[len(notes)-1]))}
	}
	return nil
}

// StateWord names a state for people.
func StateWord(s run.State) string {
	if s == run.Doing {
		return "in flight"
	}
	return string(s)
}

// StateGlyph gives the glyph of a state; it goes with the word.
func StateGlyph(st *theme.Styles, s run.State) string {
	switch s {
	case run.Done:
		return st.Glyphs.Check
	case run.Failed:
		return st.Glyphs.Cross
	case run.Unsure:
		return "?"
	case run.Skipped:
		return st.Glyphs.Skipped
	case run.Doing:
		return st.Glyphs.Here
	}
	return st.Glyphs.Dot
}

// StateRole gives the role of a state.
func StateRole(s run.State) theme.Role {
	switch s {
	case run.Done:
		return theme.Good
	case run.Failed:
		return theme.Bad
	case run.Unsure:
		return theme.Doubt
	case run.Skipped:
		return theme.Warn
	case run.Doing:
		return theme.Accent
	}
	return theme.Faint
}

// CountsText counts items by state, those that there are: "9 done, 1 skipped".
func CountsText(counts map[run.State]int) string {
	var parts []string
	for _, s := range run.States() {
		if n := counts[s]; n > 0 {
			parts = append(parts, lines.Number(n)+" "+StateWord(s))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
