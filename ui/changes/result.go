package changes

import (
	"timebound/plan/run"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Why tells what became of an item beyond its state; "" if there is nothing to
// tell.
func Why(r *run.Result) string {
	switch {
	case Reverted(r):
		return "does not stand: " + r.Check.Why
	case !r.Stands():
		return "could not be looked at again: " + r.Check.Why
	case r.Outcome.Why != "":
		return r.Outcome.Why
	case r.Outcome.File != "":
		return r.Outcome.File + ", until " + r.Outcome.Expires.UTC().Format("2006-01-02 15:04 UTC")
	case r.Outcome.Looked:
		return "the answer did not come; the object was looked at"
	}
	return ""
}

// Reverted says that a change was made and does not stand any more.
func Reverted(r *run.Result) bool { return r.Check != nil && r.Check.State == run.Failed }

// Result tells what became of an item in lines of at most width cells.
func Result(r *run.Result, st *theme.Styles, width int) []string {
	b := lines.New(st, width)
	b.Say(0, 2, append([]lines.Span{lines.Of(theme.Accent, string(r.Item.Kind)+" ")}, name(r.Item)...)...)
	s := r.Outcome.State
	b.Say(0, 2, lines.Of(StateRole(s), StateGlyph(st, s)+" "+StateWord(s)), lines.Dim(code(r.Outcome.Code)))
	if why := Why(r); why != "" {
		b.Gap()
		b.Say(0, 0, lines.Text(why))
	}
	if r.Intent != nil {
		b.Heading("SENT")
		const label = 10
		b.Pair(label, "request", lines.Text(string(r.Intent.Request.Verb)+" "+r.Intent.Request.On.String()))
		if r.Intent.Attempt > 1 {
			b.Pair(label, "attempts", lines.Text(lines.Number(r.Intent.Attempt)))
		}
		if r.Intent.Class != "" {
			b.Pair(label, "undo class", lines.Of(classRole(r.Intent.Class), string(r.Intent.Class)+" "), lines.Text(r.Intent.Class.Words()))
		}
		if r.Intent.Backup != nil {
			b.Pair(label, "backup", lines.Dim(r.Intent.Backup.Path))
		}
	}
	if r.Item.Override != "" {
		b.Heading("IN SPITE OF IT, BECAUSE")
		b.Say(0, 0, lines.Text(r.Item.Override))
	}
	statements(b, "STOOD ON", theme.Faint, r.Item.Evidence, true)
	return b.Lines()
}

func code(c string) string {
	if c == "" {
		return ""
	}
	return "  " + c
}
