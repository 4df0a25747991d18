package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"timebound/plan"
	"timebound/plan/batch"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// confirmName is what has to be typed before anything is changed: the name of
// the cluster as it is shown.
func (m *Root) confirmName() string {
	if m.options.Context == "" && (m.snapshot.Inventory == nil || m.snapshot.Inventory.Cluster.Server == "") {
		return ""
	}
	return m.cluster()
}

// confirming is what runs when the name was typed.
type confirming struct {
	begin   func(ctx context.Context) (id string, r Runner, err error)
	begun   func() tea.Cmd // what follows on the screen; nil for nothing
	name    string         // of the run, for people
	options run.Options
	purpose run.Purpose
	busy    bool
}

// confirm asks for the name of the cluster. Nothing happens unless it is typed
// exactly; esc is no.
func (m *Root) confirm(title string, above func(b *lines.Block), c *confirming) tea.Cmd {
	name := m.confirmName()
	p := &prompt{keys: m.confirmKeys, confirming: c}
	p.changed = func(string) tea.Cmd {
		m.say("", theme.Dim)
		return nil
	}
	p.above = func(width int) []string {
		b := lines.New(m.env.styles, width)
		above(b)
		b.Gap()
		spans := []lines.Span{lines.Text("Type "), lines.Of(theme.Title, name), lines.Text(" to run, esc to go back.")}
		if !m.options.Changes.Unlocked() {
			spans = append(spans, lines.Of(theme.Warn, " This unlocks the session for writing."))
		}
		b.Say(0, 0, spans...)
		return b.Lines()
	}
	p.done = func(text string) tea.Cmd {
		switch {
		case c.busy:
			return nil
		case text != name:
			m.say("That is not "+name+". Nothing was done.", theme.Warn)
			return nil
		}
		c.busy = true
		m.say("beginning", theme.Dim)
		return beginCmd(m.ctx, m.options.Changes, c)
	}
	return m.open(newPrompt(m, title, "", p))
}

// runBegunMsg says that a run began, or why not.
type runBegunMsg struct {
	of     *confirming
	id     string
	runner Runner
	err    error
}

// beginCmd unlocks and begins. What was unlocked for a run that does not begin
// is locked again.
func beginCmd(ctx context.Context, c Changer, of *confirming) tea.Cmd {
	return func() tea.Msg {
		locked := !c.Unlocked()
		if locked {
			c.Unlock()
		}
		id, r, err := of.begin(ctx)
		if err != nil && locked {
			c.Lock()
		}
		return runBegunMsg{of, id, r, err}
	}
}

func (m *Root) onRunBegun(msg runBegunMsg) tea.Cmd {
	m.dirty = true
	asking := m.prompting() && m.overlay.prompt.confirming == msg.of
	switch {
	case msg.err != nil && asking:
		msg.of.busy = false
		m.say("Not begun: "+msg.err.Error()+"; enter tries again", theme.Bad)
		return nil
	case msg.err != nil:
		m.notice = "not begun, nothing was changed: " + msg.err.Error() + "; confirm again to try again"
		return nil
	case asking:
		m.overlay = nil
	}
	var after tea.Cmd
	if msg.of.begun != nil {
		after = msg.of.begun()
	}
	return tea.Batch(after, m.follow(msg.id, msg.runner, msg.of))
}

// confirmReview asks whether what is ready is to be run.
func (m *Root) confirmReview() tea.Cmd {
	r := m.stagedPage.review
	order := r.order
	order.Items = r.ready()
	out := len(r.result.Items) - len(order.Items)
	c := &confirming{name: order.Name, options: order.Options, purpose: order.Purpose, begin: func(ctx context.Context) (string, Runner, error) {
		return m.options.Changes.Begin(ctx, order)
	}}
	c.begun = func() tea.Cmd { return m.leaveReview(r, order.Items) }
	title := "Make " + lines.Count(len(order.Items), "change", "changes") + " on " + m.confirmName() + "?"
	return m.confirm(title, func(b *lines.Block) {
		for _, t := range confirmTotals(order.Items) {
			role := theme.Text
			if t.Kind == plan.Delete {
				role = theme.Bad
			}
			b.Row(lines.Of(role, theme.Pad(string(t.Kind), 12, "")+lines.Number(t.Count)))
		}
		if lost := neverBack(r.result); lost > 0 {
			b.Item(0, lines.Of(theme.Bad, b.Styles().Glyphs.Alert+" "), lines.Text(lines.Number(lost)+" of what is deleted cannot be put back as it was."))
		}
		if out > 0 {
			b.Item(0, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), lines.Text(lines.Count(out, "change is", "changes are")+" left out; the review says why."))
		}
		if r.moved > 0 {
			b.Item(0, lines.Of(theme.Warn, b.Styles().Glyphs.Alert+" "), lines.Text(lines.Number(r.moved)+" moved since the review, and will be skipped."))
		}
		b.Gap()
		b.Say(0, 0, lines.Dim(changes.OptionsText(order.Options, changes.Deletes(order.Items))))
	}, c)
}

// confirmTotals counts items by action. They are in the order in which they are
// done, which need not be that of their actions.
func confirmTotals(items []*change.Item) []batch.Total {
	return batch.Totals(slices.SortedFunc(slices.Values(items), change.Compare))
}

// neverBack counts the deletions of a review after which another token comes, or
// none.
func neverBack(v *run.Review) int {
	n := 0
	for i := range v.Items {
		if r := &v.Items[i]; r.Problem == "" && (r.Class == change.ClassC || r.Class == change.ClassD) {
			n++
		}
	}
	return n
}

// leaveReview takes what runs now out of the batch: from here on its journal has
// it. What was left out stays staged.
func (m *Root) leaveReview(r *reviewing, items []*change.Item) tea.Cmd {
	if m.stagedPage.review == r {
		m.stagedPage.review = nil
	}
	if !r.staged || m.env.staging.batch == nil {
		return nil
	}
	ids := make([]string, 0, len(items))
	for _, i := range items {
		if m.env.staging.batch.Get(i.ID()) == i { // not one that was staged anew meanwhile
			ids = append(ids, i.ID())
		}
	}
	m.env.staging.batch.Remove(ids...)
	return m.staged()
}

// confirmActions can be called while the name is typed; every other key goes
// into the text.
func confirmActions() []Action {
	return []Action{
		{ID: "confirm.run", Keys: bind("enter", "run, if the name is right", "enter"), Title: "Run, if the text is exactly the name of the cluster", Effect: Changes, Footer: 1,
			Run: func(m *Root) tea.Cmd { return m.overlay.prompt.done(m.overlay.prompt.input.Value()) }},
		{ID: "confirm.no", Keys: bind("esc", "no, go back", "esc"), Title: "No: go back, nothing is done", Footer: 2,
			Run: func(m *Root) tea.Cmd { m.overlay = nil; return nil }},
	}
}

// lockAction makes the session read-only again.
func lockAction() Action {
	return Action{ID: "lock", Keys: bind("L", "lock", "L"), Title: "Make the session read-only again",
		Refused: func(m *Root) string {
			switch {
			case m.options.Changes == nil || !m.options.Changes.Unlocked():
				return "the session is read-only"
			case m.live != nil:
				return "a run is under way: wait for it, or end it with x on page 8"
			}
			return ""
		},
		Run: func(m *Root) tea.Cmd {
			m.options.Changes.Lock()
			m.notice = "read-only again: nothing can be changed until the name is typed"
			return nil
		}}
}
