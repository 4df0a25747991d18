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

// shortSection is the most lines that what is left out takes before the changes:
// more would keep them from the first screen.
const shortSection = 4

// Review writes a review in lines of at most width cells: totals, every change,
// and what is left out and why: before the changes, or behind them if that takes
// long. It may be long, and is meant for a command.
func Review(o run.Order, v *run.Review, st *theme.Styles, width int, kubectl bool) []string {
	out := lines.New(st, width)
	leftOut(out, v)
	behind := len(out.Lines()) > shortSection
	b := lines.New(st, width)
	totals(b, v, behind)
	rights(b, v)
	b.Gap()
	b.Say(0, 0, lines.Dim(OptionsText(o.Options, Deletes(o.Items))))
	if !behind {
		b.Gap()
		b.Painted(out.Lines()...)
	}
	for _, list := range byKind(v) {
		section(b, list, kubectl)
	}
	if behind {
		b.Gap()
		b.Painted(out.Lines()...)
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
// what the server said. behind says that what is left out stands at the end.
func totals(b *lines.Block, v *run.Review, behind bool) {
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
		if behind {
			text += ", and the end says why"
		}
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

func classRole(c change.Class) theme.Role {
	switch c {
	case change.ClassA, change.ClassB:
		return theme.Good
	case change.ClassC:
		return theme.Warn
	}
	return theme.Bad
}
