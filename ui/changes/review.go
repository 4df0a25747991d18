package changes

import (
	"strings"

	"timebound/plan"
	"timebound/plan/batch"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Review writes a review in lines of at most width cells: totals, what is left
// out and why, then every change. It may be long, and is meant for a command.
func Review(o run.Order, v *run.Review, st *theme.Styles, width int, kubectl bool) []string {
	b := lines.New(st, width)
	totals(b, v)
	rights(b, v)
	b.Gap()
	b.Say(0, 0, lines.Dim(OptionsText(o.Options)))
	ready := v.OK()
	if left := len(v.Items) - ready; left > 0 {
		b.Heading("LEFT OUT", lines.Of(theme.Warn, lines.Number(left)+", and nothing is done to "+pronoun(left)))
		for i := range v.Items {
			if v.Items[i].Problem != "" {
				leftOut(b, &v.Items[i])
			}
		}
	}
	counts := counted(v)
	var kind plan.ActionKind
	for i := range v.Items {
		r := &v.Items[i]
		if r.Problem != "" {
			continue
		}
		if r.Item.Kind != kind {
			kind = r.Item.Kind
			b.Heading(strings.ToUpper(string(kind)), lines.Dim(lines.Number(counts[kind])))
		}
		reviewed(b, r, kubectl)
	}
	return b.Lines()
}

func pronoun(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// counted counts what is ready by action.
func counted(v *run.Review) map[plan.ActionKind]int {
	counts := map[plan.ActionKind]int{}
	for i := range v.Items {
		if v.Items[i].Problem == "" {
			counts[v.Items[i].Item.Kind]++
		}
	}
	return counts
}

// totals say how many changes of each action there are, what each comes to, and
// what the server said.
func totals(b *lines.Block, v *run.Review) {
	items := make([]*change.Item, len(v.Items))
	for i := range v.Items {
		items[i] = v.Items[i].Item
	}
	counts := counted(v)
	classes := map[change.Class]int{}
	tried := 0
	for i := range v.Items {
		if v.Items[i].Problem != "" {
			continue
		}
		if v.Items[i].Class != "" {
			classes[v.Items[i].Class]++
		}
		if v.Items[i].Tried {
			tried++
		}
	}
	for _, t := range batch.Totals(items) {
		count := lines.Number(counts[t.Kind])
		if out := t.Count - counts[t.Kind]; out > 0 {
			count += " of " + lines.Number(t.Count)
		}
		spans := []lines.Span{lines.Of(theme.Accent, theme.Pad(string(t.Kind), 12, "")), lines.Of(theme.Title, theme.Pad(count, 10, "")), lines.Dim(undoShort(t.Kind))}
		if t.Kind == plan.Delete {
			for _, c := range []change.Class{change.ClassA, change.ClassB, change.ClassC, change.ClassD} {
				if n := classes[c]; n > 0 {
					spans = append(spans, lines.Dim(", "), lines.Of(classRole(c), lines.Number(n)+" of class "+string(c)))
				}
			}
		}
		b.Row(spans...)
	}
	ready, role, sign := v.OK(), theme.Good, b.Styles().Glyphs.Check
	text := lines.Number(tried) + " of " + lines.Number(len(v.Items)) + " tried out by the server as a dry run: ok"
	if ready < len(v.Items) {
		role, sign = theme.Warn, b.Styles().Glyphs.Alert
		text += "; " + lines.Number(len(v.Items)-ready) + " left out"
	}
	if untried := ready - tried; untried > 0 {
		text += "; " + lines.Number(untried) + " of a kind that cannot be tried out"
	}
	b.Item(0, lines.Of(role, sign+" "), lines.Text(text+"."))
}

func rights(b *lines.Block, v *run.Review) {
	if len(v.Missing) == 0 {
		b.Item(0, lines.Of(theme.Good, b.Styles().Glyphs.Check+" "), lines.Text("You have every right that it takes."))
		return
	}
	b.Item(0, lines.Of(theme.Bad, b.Styles().Glyphs.Cross+" "), lines.Text("You lack the right to: "+strings.Join(v.Missing, ", ")+"."))
}

func leftOut(b *lines.Block, r *run.Reviewed) {
	b.Say(0, 4, append([]lines.Span{lines.Dim(string(r.Item.Kind) + " ")}, name(r.Item)...)...)
	b.Item(4, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), lines.Text(r.Problem+"."))
}

// reviewed writes one change with all that is known of it.
func reviewed(b *lines.Block, r *run.Reviewed, kubectl bool) {
	st := b.Styles()
	head, dot := name(r.Item), lines.Dim(" "+st.Glyphs.Dot+" ")
	if v, ok := verdictSpan(st, r.Item.Verdict); ok {
		head = append(head, dot, v)
	}
	if codes := codesOf(r.Item.Evidence); codes != "" {
		head = append(head, dot, lines.Of(theme.Faint, codes))
	}
	if codes := codesOf(r.Item.NotSeen); codes != "" {
		head = append(head, dot, lines.Of(theme.Doubt, "not seen: "+codes))
	}
	b.Say(0, 4, head...)
	for _, line := range r.Preview {
		b.Say(4, 6, changeSpan(line))
	}
	if r.Item.Override != "" {
		b.Say(4, 6, lines.Dim("in spite of it, because: "), lines.Text(r.Item.Override))
	}
	for _, w := range r.Warn {
		b.Item(4, lines.Of(theme.Warn, st.Glyphs.Alert+" "), lines.Text(w))
	}
	if r.Class != "" {
		b.Say(4, 6, lines.Dim("undo class "), lines.Of(classRole(r.Class), string(r.Class)), lines.Dim(": "+r.ClassWhy))
	}
	if kubectl {
		for _, c := range r.Kubectl {
			b.Say(4, 8, lines.Dim("$ "), lines.Of(theme.Accent, c))
		}
	}
}

func codesOf(list []plan.Evidence) string {
	codes := make([]string, len(list))
	for i, e := range list {
		codes[i] = e.Code
	}
	return strings.Join(codes, " ")
}

func classRole(c change.Class) theme.Role {
	switch c {
	case change.ClassA, change.ClassB:
		return theme.Good
	case change.ClassC:
		return theme.Warn
	}
	return theme.Bad
}
