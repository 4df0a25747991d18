package planfile

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
)

// listed is how many objects a section names before it counts the rest. The
// YAML file has all of them.
const listed = 25

// WriteMarkdown writes a plan for the people who decide about it: a summary,
// each hop with its steps as a checklist, what each team has to do, what the
// cleaner will do by itself, and what each setting does.
func WriteMarkdown(w io.Writer, p *plan.Plan) error {
	out := bufio.NewWriter(w)
	m := &markdown{out: out, p: p}
	m.head()
	m.summary()
	for i := range p.Hops {
		m.hop(&p.Hops[i])
	}
	m.teams()
	m.forecast()
	m.impact()
	m.standsOn()
	return out.Flush()
}

type markdown struct {
	out *bufio.Writer
	p   *plan.Plan
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m.out, format+"\n", args...) }

// text makes a string from a cluster harmless in Markdown: nothing in it is
// markup, and nothing in it is invisible.
func text(s string) string {
	return escaper.Replace(model.Printable(s))
}

var escaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "#", `\#`, "~", `\~`,
)

// code sets a string as code. Backticks in it would end it.
func code(s string) string {
	return "`" + strings.ReplaceAll(strings.ReplaceAll(model.Printable(s), "`", "'"), "|", `\|`) + "`"
}

func (m *markdown) head() {
	c, in := m.p.Cluster, m.p.Inputs
	way := m.p.From.String()
	if m.p.Target != m.p.From {
		way += " to " + m.p.Target.String()
	}
	m.line("# Migration plan: %s, %s", text(c.Name), way)
	m.line("")
	m.line("From long-lived to time-bound service account tokens. Made by Timebound; what is written here was read from the cluster, or says that it was not.")
	m.line("")
	m.line("| | |")
	m.line("|---|---|")
	m.line("| Cluster | %s, %s |", text(c.Name), text(c.Server))
	uid := "not readable: this plan cannot be tied to a cluster"
	if c.UID != "" {
		uid = code(c.UID)
	}
	m.line("| UID of kube-system | %s |", uid)
	version := c.Version
	if c.Platform != "" {
		version += ", " + c.Platform
	}
	m.line("| Runs | %s |", text(version))
	m.line("| Read | %s, judged as of %s |", in.Taken.Format("2006-01-02 15:04 UTC"), in.AsOf)
	m.line("| Long-lived tokens | %d |", in.Tokens)
	if len(in.Namespaces) > 0 {
		m.line("| Only these namespaces | %s |", text(strings.Join(in.Namespaces, ", ")))
	}
	m.line("| Policy | %s: %s |", text(m.p.Policy.Name), text(m.p.Policy.Title))
	m.line("| Hash | %s |", code(Hash(m.p)))
	m.line("")
}

func (m *markdown) summary() {
	m.line("## Summary")
	m.line("")
	head, rule := "| Hop | When |", "|---|---|"
	for _, s := range plan.States() {
		head += " " + strings.ToUpper(string(s)[:1]) + string(s)[1:] + " |"
		rule += "---:|"
	}
	m.line("%s", head)
	m.line("%s", rule)
	for i := range m.p.Hops {
		h := &m.p.Hops[i]
		counts := CountStates(h)
		row := "| " + text(HopTitle(h)) + " | " + when(h) + " |"
		for _, s := range plan.States() {
			cell := " "
			if counts[s] > 0 {
				cell = fmt.Sprintf(" %d ", counts[s])
			}
			row += cell + "|"
		}
		m.line("%s", row)
	}
	m.line("")
	m.glance()
}

// glance tells what asks for somebody now, what stops an upgrade, and what
// happens by itself first.
func (m *markdown) glance() {
	for i := range m.p.Hops {
		h := &m.p.Hops[i]
		var open []string
		for j := range h.Steps {
			s := &h.Steps[j]
			urgent := s.State == plan.Blocked || h.Position == plan.Here && s.State == plan.ToDo
			if urgent && s.Phase != plan.After {
				open = append(open, fmt.Sprintf("- %s %s – *%s*", s.Code, text(s.Title), s.State))
			}
		}
		if len(open) == 0 {
			continue
		}
		m.line("%s:", map[bool]string{true: "Now", false: "On the way to " + h.To.String()}[h.Position == plan.Here])
		m.line("")
		for _, line := range open {
			m.line("%s", line)
		}
		m.line("")
	}
	for _, it := range m.p.Forecast.Items {
		if it.Wanted != "" {
			m.line("If nobody acts, the first token that something will miss is %s: wanted by %s, %s on %s.", code(it.Namespace+"/"+it.Name), text(it.Wanted), firstEvent(it), it.First())
			m.line("")
			return
		}
	}
}

func firstEvent(it plan.ForecastItem) string {
	if it.Invalidated != 0 {
		return "switched off by the cleaner"
	}
	return "deleted by the cleaner"
}

// CountStates counts the steps of a hop by state.
func CountStates(h *plan.Hop) map[plan.State]int {
	counts := map[plan.State]int{}
	for i := range h.Steps {
		counts[h.Steps[i].State]++
	}
	return counts
}

// HopTitle names a hop for people.
func HopTitle(h *plan.Hop) string {
	title := h.From.String() + " to " + h.To.String()
	if h.Position == plan.Here {
		title = h.To.String() + ", which runs now"
	}
	if h.Name != "" {
		title += " (" + h.Name + ")"
	}
	return title
}

func when(h *plan.Hop) string {
	switch {
	case h.Position == plan.Past:
		return "behind"
	case h.Position == plan.Here:
		return "now"
	case h.DateAssumed:
		return h.Date.String() + ", assumed"
	}
	return h.Date.String()
}

func (m *markdown) hop(h *plan.Hop) {
	m.line("## %s", text(HopTitle(h)))
	m.line("")
	if len(h.Changes) > 0 {
		m.line("What changes by itself:")
		m.line("")
		for _, c := range h.Changes {
			m.line("- **%s** %s%s", c.Minor, text(c.Text), reserve(c.Proof))
		}
		m.line("")
	}
	for _, phase := range plan.Phases() {
		if !slices.ContainsFunc(h.Steps, func(s plan.Step) bool { return s.Phase == phase }) {
			continue
		}
		title := phase.Title(h.Position)
		m.line("### %s%s", strings.ToUpper(title[:1]), title[1:])
		m.line("")
		for i := range h.Steps {
			if h.Steps[i].Phase == phase {
				m.step(&h.Steps[i])
			}
		}
	}
}

// reserve says of what is not proven what it stands on.
func reserve(p knowledge.Proof) string {
	switch p {
	case "":
		return ""
	case knowledge.ProofDocument:
		return " (so the provider's document says)"
	}
	return " (" + string(p) + ", not proven)"
}

func (m *markdown) step(s *plan.Step) {
	box := " "
	if !s.State.Open() {
		box = "x"
	}
	m.line("- [%s] **%s** %s – *%s*", box, s.Code, text(s.Title), s.State)
	if s.State.Open() {
		m.line("  %s", text(s.Why))
	}
	for _, f := range s.Facts {
		m.line("  - %s", text(f))
	}
	if !s.State.Open() {
		m.line("")
		return
	}
	if len(s.How) > 0 {
		m.fence("yaml", s.How)
	}
	if len(s.Verify) > 0 {
		m.line("")
		m.line("  Verify:")
		m.fence("sh", s.Verify)
	}
	if s.Undo != "" {
		m.line("")
		m.line("  Way back: %s", text(s.Undo))
	}
	if s.Count() > 0 {
		m.line("")
		m.objects(s)
	}
	for _, w := range s.Ways {
		m.way(w)
	}
	m.line("")
}

func (m *markdown) fence(kind string, lines []string) {
	m.line("")
	m.line("  ```%s", kind)
	for _, l := range lines {
		m.line("  %s", strings.ReplaceAll(model.Printable(l), "```", "'''"))
	}
	m.line("  ```")
}

func (m *markdown) objects(s *plan.Step) {
	m.line("  | Object | Why |")
	m.line("  |---|---|")
	rows := 0
	row := func(kind, namespace, name, note string) {
		if rows++; rows <= listed {
			m.line("  | %s | %s |", code(objectName(kind, namespace, name)), text(note))
		}
	}
	mixed := slices.ContainsFunc(s.Actions, func(a plan.Action) bool { return a.Kind != s.Actions[0].Kind })
	for _, a := range s.Actions {
		note := actionNote(&a)
		if mixed {
			note = strings.TrimSuffix(string(a.Kind)+": "+note, ": ")
		}
		row(a.On.Kind, a.On.Namespace, a.On.Name, note)
	}
	for _, o := range s.Objects {
		row(o.Kind, o.Namespace, o.Name, o.Note)
	}
	if rows > listed {
		m.line("  | … | and %d more; the YAML file names them |", rows-listed)
	}
}

// actionNote tells of an action what is not the same for all of its step: what
// a token's verdict stands on, or what changes in a workload.
func actionNote(a *plan.Action) string {
	var parts []string
	if a.Override != "" {
		parts = append(parts, "in spite of it, because: "+a.Override)
	}
	if a.Verdict == "" {
		parts = append(parts, a.Change...)
	} else {
		for _, e := range a.Evidence {
			parts = append(parts, e.Text)
		}
		for _, e := range a.NotSeen {
			parts = append(parts, "not seen: "+e.Text)
		}
	}
	return strings.Join(append(parts, a.Warn...), "; ")
}

func objectName(kind, namespace, name string) string {
	if namespace != "" {
		name = namespace + "/" + name
	}
	return kind + " " + name
}

func (m *markdown) way(w plan.Way) {
	m.line("")
	m.line("  **%s.** %s%s", text(w.Title), text(w.How), reserve(w.Proof))
	m.line("  - for it: %s", text(w.Good))
	m.line("  - against it: %s", text(w.Bad))
	m.line("  - needs: %s", text(w.Needs))
	m.line("  - hand over: %s", text(w.HandOver))
	if len(w.Lines) > 0 {
		m.fence("yaml", w.Lines)
	}
}
