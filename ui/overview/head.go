package overview

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// head says what can be said before the first data.
func head(b *lines.Block, snap model.Snapshot) {
	text := "Connecting: nothing has arrived yet."
	if snap.Link.State == model.LinkRetrying {
		text = "The API server does not answer. Trying again."
	}
	b.Say(0, 0, lines.Text(text))
}

// context names the cluster: which one, which version, whose platform.
func context(b *lines.Block, a *model.Assessment) {
	c := a.Inventory.Cluster
	dot := lines.Dim(" " + b.Styles().Glyphs.Dot + " ")
	name := c.Context
	if name == "" {
		name = c.Server
	}
	spans := []lines.Span{lines.Of(theme.Title, name), dot}
	names := versions(c)
	if len(names) > 1 {
		spans = append(spans, lines.Of(theme.Warn, "API servers differ: "+strings.Join(names, ", ")))
	} else {
		spans = append(spans, lines.Text("Kubernetes "+strings.Join(names, "")))
	}
	switch {
	case c.Platform.ID == "":
		spans = append(spans, dot, lines.Of(theme.Doubt, "platform not known"))
	case c.Platform.ID != model.PlatformPlain:
		spans = append(spans, dot, lines.Text(c.Platform.Title()))
	}
	if n := len(a.Inventory.Nodes); n > 0 {
		spans = append(spans, dot, lines.Text(lines.Count(n, "node", "nodes")))
	}
	b.Say(0, 2, spans...)
}

// versions gives the distinct versions of the API servers, oldest first.
func versions(c model.Cluster) []string {
	servers := slices.Clone(c.Servers)
	slices.SortStableFunc(servers, func(a, b model.ServerVersion) int { return a.Version.Compare(b.Version) })
	var names []string
	for _, s := range servers {
		if name := lines.Version(s.Version); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return []string{"version unknown"}
	}
	return names
}
