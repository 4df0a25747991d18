package planpage

import (
	"strings"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Depth says how much of a step is told.
type Depth uint8

// The depths.
const (
	Brief Depth = iota // for the pane beside the steps: what decides
	Full               // for the page of its own
)

// How many objects of a step are named.
const (
	namedBrief = 4
	namedFull  = 200
)

// Story tells a row of a hop in lines of at most width cells.
func Story(row Row, h *plan.Hop, st *theme.Styles, width int, depth Depth) []string {
	w := &writer{Block: lines.New(st, width), depth: depth}
	if row.Step == nil {
		w.changes(h)
	} else {
		w.step(row.Step, h)
	}
	return w.Lines()
}

type writer struct {
	*lines.Block
	depth Depth
}

func (w *writer) dot() lines.Span { return lines.Dim(" " + w.Styles().Glyphs.Dot + " ") }

func (w *writer) step(s *plan.Step, h *plan.Hop) {
	w.Say(0, 2, lines.Of(theme.Title, s.Code+" "+s.Title))
	w.Say(0, 2,
		lines.Of(theme.StateRole(s.State), w.Styles().Glyphs.State(s.State)+" "+string(s.State)), w.dot(),
		lines.Dim(h.To.String()), w.dot(), lines.Dim(s.Phase.Title(h.Position)))
	if s.Why != "" {
		w.Gap()
		w.Say(0, 0, lines.Text(s.Why))
	}
	w.bullets("FACTS", s.Facts)
	w.code("SET", s.How)
	w.objects(s)
	w.ways(s.Ways)
	if len(s.Verify) > 0 {
		w.Heading("VERIFY")
		for _, c := range s.Verify {
			w.Command(c)
		}
	}
	if s.Undo != "" {
		w.Heading("WAY BACK")
		w.Say(0, 0, lines.Text(s.Undo))
	}
}

func (w *writer) bullets(title string, texts []string) {
	if len(texts) == 0 {
		return
	}
	w.Heading(title)
	for _, t := range texts {
		w.Item(0, lines.Dim(w.Styles().Glyphs.Dot+" "), lines.Text(t))
	}
}

// code writes lines that are meant for a file or a shell: their indent says
// something, and where one does not fit it goes on below, further in.
func (w *writer) code(title string, texts []string) {
	if len(texts) == 0 {
		return
	}
	w.Heading(title)
	w.verbatim(0, texts)
}

func (w *writer) verbatim(indent int, texts []string) {
	for _, t := range texts {
		text := strings.TrimLeft(t, " ")
		in := indent + len(t) - len(text)
		role := theme.Accent
		if strings.HasPrefix(text, "#") {
			role = theme.Dim
		}
		w.Say(in, in+4, lines.Of(role, text))
	}
}

// objects names what the step is about: what is to be done to each, and what
// that stands on.
func (w *writer) objects(s *plan.Step) {
	all := s.Count()
	if all == 0 {
		return
	}
	most := namedBrief
	if w.depth == Full {
		most = namedFull
	}
	w.Heading("OBJECTS", lines.Dim(lines.Number(all)+actionWords(s.Actions)))
	for i := range s.Actions[:min(most, len(s.Actions))] {
		w.action(&s.Actions[i])
	}
	for _, o := range s.Objects[:max(0, min(most-len(s.Actions), len(s.Objects)))] {
		w.object(o.Kind, o.Namespace, o.Name)
		if o.Note != "" {
			w.Say(2, 2, lines.Dim(o.Note))
		}
	}
	if more := all - most; more > 0 {
		w.Say(0, 2, lines.Dim("and "+lines.Number(more)+" more"))
	}
}

// actionWords says what is to be done, where it is one thing: ", to invalidate".
func actionWords(actions []plan.Action) string {
	if len(actions) == 0 {
		return ""
	}
	return ", to " + string(actions[0].Kind)
}

func (w *writer) object(kind, namespace, name string) {
	spans := []lines.Span{lines.Text(name)}
	if namespace != "" {
		spans[0].Text = namespace + "/" + name
	}
	if kind != secret {
		spans = append([]lines.Span{lines.Dim(kind + " ")}, spans...)
	}
	w.Say(0, 2, spans...)
}

func (w *writer) action(a *plan.Action) {
	w.object(a.On.Kind, a.On.Namespace, a.On.Name)
	if a.On.Kind != secret || w.depth == Full {
		for _, c := range a.Change {
			w.Item(2, lines.Of(theme.Accent, w.Styles().Glyphs.Arrow+" "), lines.Text(c))
		}
	}
	evidence := a.Evidence
	if w.depth == Brief {
		evidence = evidence[:min(1, len(evidence))]
	}
	for _, e := range evidence {
		w.evidence(e, lines.Dim(e.Text))
	}
	if w.depth == Full {
		for _, e := range a.NotSeen {
			w.evidence(e, lines.Of(theme.Doubt, "not seen: "), lines.Dim(e.Text))
		}
	}
	for _, warn := range a.Warn {
		w.Item(2, lines.Of(theme.Warn, w.Styles().Glyphs.Alert+" "), lines.Text(warn))
	}
}

func (w *writer) evidence(e plan.Evidence, text ...lines.Span) {
	if w.depth == Brief {
		w.Say(2, 2, text...)
		return
	}
	w.Item(2, lines.Of(theme.Faint, e.Code+" "), text...)
}

// ways tells what somebody outside can do in place of a long-lived token.
func (w *writer) ways(ways []plan.Way) {
	if len(ways) == 0 {
		return
	}
	w.Heading("WAYS", lines.Dim("for users outside of the cluster"))
	for i, way := range ways {
		if i > 0 && w.depth == Full {
			w.Gap()
		}
		w.Say(0, 2, lines.Of(theme.Title, way.Title))
		if w.depth == Brief {
			continue
		}
		w.Say(2, 2, lines.Text(way.How))
		const label = len("against it") + 2
		for _, f := range [...][2]string{{"for it", way.Good}, {"against it", way.Bad}, {"needs", way.Needs}, {"hand over", way.HandOver}} {
			if f[1] != "" {
				w.Item(2, lines.Dim(theme.Pad(f[0], label, "")), lines.Text(f[1]))
			}
		}
		w.verbatim(2, way.Lines)
	}
}

// changes tells what the versions of a hop bring by themselves, each with where
// that is known from.
func (w *writer) changes(h *plan.Hop) {
	w.Say(0, 2, lines.Of(theme.Title, "By itself"), lines.Dim(" what "+span(h)+" changes, whatever is set"))
	last := plan.Minor(0)
	for _, c := range h.Changes {
		if c.Minor != last {
			last = c.Minor
			w.Heading(c.Minor.String())
		}
		w.Item(0, lines.Dim(w.Styles().Glyphs.Dot+" "), lines.Text(c.Text))
		if c.Proof != "" {
			w.Say(2, 2, lines.Of(theme.Doubt, "not proven in the source: "+string(c.Proof)))
		}
		if w.depth == Full && c.Source != "" {
			w.Say(2, 2, lines.Of(theme.Faint, c.Source))
		}
	}
}

// span names the versions that a hop goes through.
func span(h *plan.Hop) string {
	if h.From+1 >= h.To {
		return h.To.String()
	}
	return (h.From + 1).String() + " to " + h.To.String()
}

// Name names a row for a list: "TB-304", or what changes by itself.
func (r Row) Name() string {
	if r.Step == nil {
		return ByItself
	}
	return model.Printable(r.Step.Code)
}
