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
			w.Pair(labelWidth, name, value...)
			return
		}
	}
}

// reason writes a coded statement.
func (w *writer) reason(r model.Reason) {
	w.Item(0, lines.Of(theme.Faint, string(r.Code)+"  "), lines.Of(theme.SeverityRole(r.Severity()), r.Text()))
}

// remedy writes what to do, hung under a statement.
func (w *writer) remedy(text string) {
	if text == "" {
		return
	}
	w.Item(codeWidth, lines.Of(theme.Accent, w.glyphs().Arrow+" "), lines.Dim(text))
}

// codeWidth is the width of a code and the gap behind it: "TB-130  ".
const codeWidth = 8

func (w *writer) day(t time.Time) []lines.Span {
	if t.IsZero() {
		return nil
	}
	d := model.DayOf(t)
	return []lines.Span{lines.Text(d.String()), w.remark(d.Ago(w.a.Policy.Today))}
}

// remark is what accompanies a value: " · 3 days ago".
func (w *writer) remark(text string) lines.Span {
	return lines.Dim(" " + w.glyphs().Dot + " " + text)
}

func verdictSpan(st *theme.Styles, v model.Verdict) lines.Span {
	return lines.Of(theme.VerdictRole(v), st.Glyphs.Verdict(v)+" "+v.String())
}
