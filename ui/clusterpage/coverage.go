package clusterpage

import (
	"maps"
	"slices"
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// kindOrder is the order in which kinds are told; others follow by name.
var kindOrder = append([]model.ObjectKind{model.KindTokens, model.KindPullSecrets, model.KindAccounts, model.KindPods},
	append(model.TemplateKinds(), model.KindNodes, model.KindTracking)...)

// coverage tells, kind by kind, what was read and which permission would show
// more.
func coverage(b *lines.Block, c model.Coverage) {
	remark := "all namespaces"
	if c.Namespaces != nil {
		remark = strings.Join(c.Namespaces, ", ")
	}
	b.Heading("WHAT WAS READ", lines.Dim(remark))
	if len(c.Kinds) == 0 {
		b.Row(lines.Dim("nothing yet"))
		return
	}
	kindWidth, countWidth := 0, len("COUNT")
	for kind, k := range c.Kinds {
		kindWidth = max(kindWidth, theme.Width(model.Printable(string(kind))))
		countWidth = max(countWidth, len(lines.Number(k.Count)))
	}
	b.Row(lines.Of(theme.Header, theme.Pad("KIND", kindWidth, "")+"  "+theme.PadLeft("COUNT", countWidth, "")+"  STATE"))
	for _, kind := range kindsOf(c) {
		k := c.Kinds[kind]
		state, role := stateWord(k.State)
		count := lines.Number(k.Count)
		if k.State == model.CoverageNotServed || k.State == model.CoverageFailed {
			count = ""
		}
		spans := []lines.Span{
			lines.Text(theme.Pad(model.Printable(string(kind)), kindWidth, "") + "  "),
			lines.Text(theme.PadLeft(count, countWidth, "") + "  "), lines.Of(role, state),
		}
		if k.Cached {
			spans = append(spans, lines.Of(theme.Doubt, ", from the API server's cache"))
		}
		if k.Mixed {
			spans = append(spans, lines.Of(theme.Doubt, ", from two points in time"))
		}
		b.Row(spans...)
		gaps(b, k.Gaps)
	}
}

func kindsOf(c model.Coverage) []model.ObjectKind {
	var out []model.ObjectKind
	for _, kind := range kindOrder {
		if _, ok := c.Kinds[kind]; ok {
			out = append(out, kind)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Kinds)) {
		if !slices.Contains(kindOrder, kind) {
			out = append(out, kind)
		}
	}
	return out
}

func stateWord(s model.CoverageState) (string, theme.Role) {
	switch s {
	case model.CoverageComplete:
		return "complete", theme.Good
	case model.CoveragePartial:
		return "partly", theme.Warn
	case model.CoverageFailed:
		return "not readable", theme.Bad
	case model.CoverageNotServed:
		return "not served here", theme.Dim
	default:
		return "being read", theme.Doubt
	}
}

// mostGaps is how many gaps of one kind are told one by one.
const mostGaps = 6

func gaps(b *lines.Block, all []model.Gap) {
	for i, g := range all {
		if i == mostGaps {
			b.Say(4, 4, lines.Dim("and "+lines.Number(len(all)-mostGaps)+" more"))
			return
		}
		where := "in every namespace"
		if g.Namespace != "" {
			where = "in namespace " + g.Namespace
		}
		text := g.Message
		if text == "" {
			text = string(g.Reason) + " " + where
		}
		b.Item(4, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), lines.Of(theme.Warn, text))
		if g.Rule == "" {
			continue
		}
		rule := []lines.Span{lines.Text("allow " + g.Rule)}
		if !strings.Contains(g.Message, "timebound rbac --for read") { // told once is enough
			rule = append(rule, lines.Dim(" (timebound rbac --for read)"))
		}
		b.Item(6, lines.Of(theme.Accent, b.Styles().Glyphs.Arrow+" "), rule...)
	}
}

// problems tells what went wrong on the way.
func problems(b *lines.Block, all []model.Problem) {
	if len(all) == 0 {
		return
	}
	b.Heading("PROBLEMS")
	for _, p := range all {
		spans := []lines.Span{lines.Of(theme.Warn, p.What)}
		if p.Why != "" {
			spans = append(spans, lines.Dim(": "+p.Why))
		}
		b.Item(0, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), spans...)
		if p.Remedy != "" {
			b.Item(2, lines.Of(theme.Accent, b.Styles().Glyphs.Arrow+" "), lines.Text(p.Remedy))
		}
	}
}
