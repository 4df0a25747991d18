package changes

import (
	"slices"
	"strings"

	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// leftOut writes what is left out: each reason once, with all that it keeps out.
func leftOut(b *lines.Block, v *run.Review) {
	var reasons []string
	out := map[string][]*change.Item{}
	for i := range v.Items {
		r := &v.Items[i]
		if r.Problem == "" {
			continue
		}
		if out[r.Problem] == nil {
			reasons = append(reasons, r.Problem)
		}
		out[r.Problem] = append(out[r.Problem], r.Item)
	}
	if left := len(v.Items) - v.OK(); left > 0 {
		b.Heading("LEFT OUT", lines.Of(theme.Warn, lines.Number(left)+", and nothing is done to "+pronoun(left)))
	}
	for _, why := range reasons {
		head := []lines.Span{lines.Text(why + ".")}
		if n := len(out[why]); n > 1 {
			head = append(head, lines.Dim(" "+lines.Count(n, "change", "changes")+":"))
		}
		b.Item(0, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), head...)
		for _, i := range out[why] {
			b.Say(4, 6, append([]lines.Span{lines.Dim(string(i.Kind) + " ")}, name(i)...)...)
		}
	}
}

// byKind groups what is ready by action; reviews are sorted by it.
func byKind(v *run.Review) [][]*run.Reviewed {
	var groups [][]*run.Reviewed
	for i := range v.Items {
		r := &v.Items[i]
		switch n := len(groups); {
		case r.Problem != "":
		case n > 0 && groups[n-1][0].Item.Kind == r.Item.Kind:
			groups[n-1] = append(groups[n-1], r)
		default:
			groups = append(groups, []*run.Reviewed{r})
		}
	}
	return groups
}

// common is what is said of a change, or of several at once.
type common struct {
	different []string
	warn      []string
	class     change.Class
	classWhy  string
}

func commonOf(r *run.Reviewed) common {
	return common{Different(r.Item, r.Preview), r.Warn, r.Class, r.ClassWhy}
}

// shared is what holds for all changes of a list. Of one alone nothing is.
func shared(list []*run.Reviewed) common {
	if len(list) < 2 {
		return common{}
	}
	all := commonOf(list[0])
	for _, r := range list[1:] {
		own := commonOf(r)
		if !slices.Equal(own.different, all.different) {
			all.different = nil
		}
		if own.class != all.class || own.classWhy != all.classWhy {
			all.class = ""
		}
		all.warn = slices.DeleteFunc(slices.Clone(all.warn), func(w string) bool { return !slices.Contains(own.warn, w) })
	}
	return all
}

// without leaves out what was said before.
func (c common) without(said common) common {
	if said.different != nil {
		c.different = nil
	}
	if said.class != "" {
		c.class = ""
	}
	c.warn = slices.DeleteFunc(slices.Clone(c.warn), func(w string) bool { return slices.Contains(said.warn, w) })
	return c
}

func (c common) write(b *lines.Block, indent int, override string) {
	for _, line := range c.different {
		b.Say(indent, indent+2, changeSpan(line))
	}
	if override != "" {
		b.Say(indent, indent+2, lines.Dim("in spite of it, because: "), lines.Text(override))
	}
	for _, w := range c.warn {
		b.Item(indent, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), lines.Text(w))
	}
	if c.class != "" {
		b.Say(indent, indent+2, lines.Dim("undo class "), lines.Of(classRole(c.class), string(c.class)), lines.Dim(": "+c.classWhy))
	}
}

// section writes the changes of one kind: first what holds for all of them.
func section(b *lines.Block, list []*run.Reviewed, kubectl bool) {
	b.Heading(strings.ToUpper(string(list[0].Item.Kind)), lines.Dim(lines.Number(len(list))))
	all := shared(list)
	all.write(b, 2, "")
	for _, r := range list {
		b.Say(0, 4, headline(b.Styles(), r.Item)...)
		commonOf(r).without(all).write(b, 4, r.Item.Override)
		if kubectl {
			for _, c := range r.Kubectl {
				b.Say(4, 8, lines.Dim("$ "), lines.Of(theme.Accent, c))
			}
		}
	}
}

// headline names a change with what it stands on, in one line.
func headline(st *theme.Styles, i *change.Item) []lines.Span {
	head, dot := name(i), lines.Dim(" "+st.Glyphs.Dot+" ")
	if v, ok := verdictSpan(st, i.Verdict); ok {
		head = append(head, dot, v)
	}
	if codes := codesOf(i.Evidence); codes != "" {
		head = append(head, dot, lines.Of(theme.Faint, codes))
	}
	if codes := codesOf(i.NotSeen); codes != "" {
		head = append(head, dot, lines.Of(theme.Doubt, "not seen: "+codes))
	}
	return head
}

func codesOf(list []plan.Evidence) string {
	codes := make([]string, len(list))
	for i, e := range list {
		codes[i] = e.Code
	}
	return strings.Join(codes, " ")
}
