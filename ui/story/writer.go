package story

import (
	"time"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// writer is a block with what every story needs.
type writer struct {
	*lines.Block
	a     *model.Assessment
	depth Depth
}

func newWriter(a *model.Assessment, st *theme.Styles, width int, depth Depth) *writer {
	return &writer{Block: lines.New(st, width), a: a, depth: depth}
}

func (w *writer) glyphs() *theme.Glyphs { return &w.Styles().Glyphs }

// fact writes a fact, unless there is nothing to tell.
func (w *writer) fact(name string, value ...lines.Span) {
	for _, v := range value {
		if v.Text != "" {
			label := labelWidth
			if w.depth == Brief {
				label = labelBrief
			}
			w.Pair(label, name, value...)
			return
		}
	}
}

// reason writes a coded statement. How much it weighs shows on its code and
// as a sign behind it; the text stays calm.
func (w *writer) reason(r model.Reason) {
	lead := string(r.Code) + " "
	if sign := w.sign(r.Severity()); sign != " " || w.Width() >= narrow {
		lead += sign + " "
	}
	role := theme.SeverityRole(r.Severity())
	if r.Severity() == model.SeverityInfo {
		role = theme.Faint
	}
	w.statement(lines.Of(role, lead), lines.Text(r.Text()))
}

// narrow is the width below which statements hang under their code instead of
// beside it: a column of text beside it would be too thin.
const narrow = 56

func (w *writer) statement(lead lines.Span, text ...lines.Span) {
	if w.Width() < narrow {
		w.Hang(2, lead, text...)
		return
	}
	w.Item(0, lead, text...)
}

func (w *writer) sign(s model.Severity) string {
	switch s {
	case model.SeverityDoubt:
		return w.glyphs().Verdict(model.VerdictUnknown)
	case model.SeverityWarn:
		return w.glyphs().Alert
	case model.SeverityStop:
		return w.glyphs().Verdict(model.VerdictProtected)
	default:
		return " "
	}
}

// remedy writes what to do, hung under a statement.
func (w *writer) remedy(text string) {
	if text == "" {
		return
	}
	indent := codeWidth
	if w.Width() < narrow {
		indent = 2
	}
	w.Item(indent, lines.Of(theme.Accent, w.glyphs().Arrow+" "), lines.Dim(text))
}

// codeWidth is the width of a code, its sign and the gaps: "TB-130 ! ".
const codeWidth = 9

func (w *writer) day(t time.Time) []lines.Span {
	if t.IsZero() {
		return nil
	}
	d := model.DayOf(t)
	return []lines.Span{lines.Text(d.String()), w.remark(w.ago(d))}
}

// ago says how long ago a day was. Beside a list it is said as the list says
// it, so that day and age fit on one line.
func (w *writer) ago(d model.Day) string {
	if days := int(w.a.Policy.Today - d); w.depth == Brief && days > 1 {
		return lines.Number(days) + "d ago"
	}
	return d.Ago(w.a.Policy.Today)
}

// remark is what accompanies a value: " · 3 days ago".
func (w *writer) remark(text string) lines.Span {
	return lines.Dim(" " + w.glyphs().Dot + " " + text)
}

func verdictSpan(st *theme.Styles, v model.Verdict) lines.Span {
	return lines.Of(theme.VerdictRole(v), st.Glyphs.Verdict(v)+" "+v.String())
}
