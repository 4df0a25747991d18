package clusterpage

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// controlPlane tells what was observed of the cluster as a whole.
func controlPlane(b *lines.Block, a *model.Assessment) {
	c := a.Inventory.Cluster
	name := c.Context
	if name == "" {
		name = "this cluster"
	}
	b.Say(0, 2, lines.Of(theme.Title, name))
	b.Gap()
	b.Pair(labelWidth, "address", known(c.Server, "not known")...)
	b.Pair(labelWidth, "identity", identity(c)...)
	servers(b, c)
	nodes(b, a.Inventory)
	b.Pair(labelWidth, "platform", platform(b.Styles(), c.Platform)...)
	b.Pair(labelWidth, "tracking", tracking(b.Styles(), a)...)
	b.Pair(labelWidth, "clocks", skew(c.ClockSkew)...)
}

func known(value, otherwise string) []lines.Span {
	if value == "" {
		return []lines.Span{lines.Of(theme.Doubt, otherwise)}
	}
	return []lines.Span{lines.Text(value)}
}

func identity(c model.Cluster) []lines.Span {
	if c.UID == "" {
		return []lines.Span{lines.Of(theme.Doubt, "namespace kube-system could not be read")}
	}
	return []lines.Span{lines.Text(c.UID), lines.Dim(" (UID of namespace kube-system)")}
}

// servers tells which versions answered. More than one means an upgrade under
// way, or servers that were forgotten: what one of them refuses, another may
// still accept.
func servers(b *lines.Block, c model.Cluster) {
	if len(c.Servers) == 0 {
		b.Pair(labelWidth, "API servers", lines.Of(theme.Doubt, "version not known"))
		return
	}
	sorted := slices.Clone(c.Servers)
	slices.SortStableFunc(sorted, func(x, y model.ServerVersion) int { return x.Version.Compare(y.Version) })
	label := "API servers"
	for _, s := range sorted {
		spans := []lines.Span{lines.Text(s.Version.String()), lines.Dim(" (" + lines.Count(s.Answers, "answer", "answers") + ")")}
		if !s.Version.Known() {
			spans = append(spans, lines.Of(theme.Doubt, " not understood"))
		}
		b.Pair(labelWidth, label, spans...)
		label = ""
	}
	if len(sorted) > 1 {
		b.Pair(labelWidth, "", lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" Servers of different versions answer behind this address. Timebound goes by the oldest."))
	}
}

// nodes counts the nodes by kubelet version, oldest first.
func nodes(b *lines.Block, inv *model.Inventory) {
	counts := map[string]int{}
	for _, n := range inv.Nodes {
		counts[n.KubeletVersion]++
	}
	if len(counts) == 0 {
		text := "not readable"
		switch inv.Coverage.Kinds[model.KindNodes].State {
		case model.CoveragePending:
			text = "being read"
		case model.CoverageComplete:
			text = "no node is registered"
		}
		b.Pair(labelWidth, "kubelets", lines.Of(theme.Doubt, text))
		return
	}
	versions := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		vx, _ := model.ParseVersion(x)
		vy, _ := model.ParseVersion(y)
		return cmp.Or(vx.Compare(vy), cmp.Compare(x, y))
	})
	label := "kubelets"
	for _, v := range versions {
		name := v
		if name == "" {
			name = "unknown"
		}
		b.Pair(labelWidth, label, lines.Text(name), lines.Dim(" ("+lines.Count(counts[v], "node", "nodes")+")"))
		label = ""
	}
}

func platform(st *theme.Styles, p model.Platform) []lines.Span {
	if p.ID == "" {
		return []lines.Span{lines.Of(theme.Doubt, "not known")}
	}
	spans := []lines.Span{lines.Text(p.Title())}
	if p.How != "" {
		spans = append(spans, lines.Dim(" "+st.Glyphs.Dot+" "+p.How))
	}
	return spans
}

func tracking(st *theme.Styles, a *model.Assessment) []lines.Span {
	t := a.Inventory.Cluster.Tracking
	switch t.State {
	case model.TrackingPresent:
		if !t.Since.Valid {
			return []lines.Span{lines.Of(theme.Doubt, "uses are recorded; since when is not clear: "+t.Since.Raw)}
		}
		age := lines.Count(t.WholeDays(a.Policy.Today), "whole day", "whole days")
		return []lines.Span{lines.Text("uses are recorded since " + t.Since.Day.String()), lines.Dim(" " + st.Glyphs.Dot + " for " + age)}
	case model.TrackingAbsent:
		return []lines.Span{lines.Of(theme.Doubt, "uses are not recorded: there is no tracking configmap")}
	case model.TrackingUnreadable:
		return []lines.Span{lines.Of(theme.Doubt, "the tracking configmap could not be read")}
	default:
		return []lines.Span{lines.Dim("being read")}
	}
}

// tellSkewFrom is the smallest difference between two clocks worth a warning.
const tellSkewFrom = 2 * time.Minute

func skew(d time.Duration) []lines.Span {
	d = d.Round(time.Second)
	switch {
	case d == 0:
		return []lines.Span{lines.Text("no difference seen")}
	case d.Abs() < tellSkewFrom:
		return []lines.Span{lines.Text(d.Abs().String() + " apart")}
	case d > 0:
		return []lines.Span{lines.Of(theme.Warn, "the API server is "+d.String()+" ahead of this machine: days are counted by its clock")}
	default:
		return []lines.Span{lines.Of(theme.Warn, "the API server is "+d.Abs().String()+" behind this machine: days are counted by its clock")}
	}
}
