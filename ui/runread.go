package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
)

// reading is what a run is read for.
type reading uint8

const (
	toLook reading = iota
	toUndo
	toFinish
)

// runReadMsg brings what a run did.
type runReadMsg struct {
	id      string
	history *run.History
	err     error
	reading reading
}

func readRunCmd(ctx context.Context, c Changer, id string, r reading) tea.Cmd {
	return func() tea.Msg {
		h, err := c.Read(ctx, id)
		return runReadMsg{id, h, err, r}
	}
}

// openRun shows a run: as it goes if it is under way, else from its journal.
func (m *Root) openRun(id string) tea.Cmd {
	v := newRunView(id)
	if m.live != nil && m.live.id == id {
		v.name, v.purpose, v.live = m.live.name, m.live.purpose, m.live
		m.activity.show(v)
		return m.onPollDue(pollDueMsg{m.live.gen})
	}
	m.activity.show(v)
	return readRunCmd(m.ctx, m.options.Changes, id, toLook)
}

// undoRun reads a run to put it back.
func (m *Root) undoRun(id string) tea.Cmd {
	return readRunCmd(m.ctx, m.options.Changes, id, toUndo)
}

// finishRun reads a run to do what it has left.
func (m *Root) finishRun(id string) tea.Cmd {
	return readRunCmd(m.ctx, m.options.Changes, id, toFinish)
}

func (m *Root) onRunRead(msg runReadMsg) tea.Cmd {
	m.dirty = true
	switch {
	case msg.reading == toLook:
		return m.showRead(msg)
	case msg.err != nil:
		what := map[reading]string{toUndo: "put back: " + msg.err.Error() + "; z", toFinish: "finished: " + msg.err.Error() + "; f"}[msg.reading]
		m.notice = "the run cannot be " + what + " tries again"
		return nil
	case msg.reading == toFinish:
		return m.confirmFinish(msg.history)
	}
	return m.reviewUndo(msg.history)
}

// showRead shows a run as its journal tells it.
func (m *Root) showRead(msg runReadMsg) tea.Cmd {
	p := m.activity
	if p.view == nil || p.view.id != msg.id || p.view.live != nil {
		return nil
	}
	if p.view.err = msg.err; msg.err != nil {
		return nil
	}
	p.view.take(msg.history)
	p.setResults(msg.history.Results)
	p.head = nil
	return nil
}

// reviewUndo reviews what it takes to put a run back.
func (m *Root) reviewUndo(h *run.History) tea.Cmd {
	items, kept := run.Inverses(h.Results, h.ID)
	if len(items) == 0 && !h.Ended {
		return endRunCmd(m.ctx, m.options.Changes, h.ID, false)
	}
	if len(items) == 0 {
		m.notice = "there is nothing to put back"
		if len(kept) > 0 {
			m.notice += ": " + kept[0].Why
		}
		return nil
	}
	if m.live != nil {
		m.notice = "a run is under way: wait for it, or end it with x"
		return nil
	}
	o := run.Order{Name: "undo of " + h.ID, Purpose: run.Undo, Undoes: h.ID, Whole: true, Items: items}
	o.Options = m.runOptionsFor(o)
	kept = slices.DeleteFunc(kept, func(k run.Kept) bool { return !k.Changed })
	if n := len(kept); n > 0 {
		m.notice = lines.Count(n, "change has", "changes have") + " no way back and " + plural(n, "stays", "stay") + ": " + kept[0].Item.ID()
	}
	return m.startReview(o, false)
}

// offerOpen offers to finish or undo the newest run if it was cut off. Later is
// the answer unless somebody chooses another.
func (m *Root) offerOpen(rows []*runRow) tea.Cmd {
	if len(rows) == 0 || !rows[0].open() || m.live != nil || m.unchangeable() != "" {
		return nil
	}
	r := rows[0]
	if m.overlay != nil || m.typing() {
		m.notice = "run " + r.ID + " was cut off; 8 shows it"
		return nil
	}
	what := r.Head.Name
	if what == "" {
		what = r.ID
	}
	items := []choiceItem{
		{"Later", "it stays in the list on page 8"},
		{"Finish it", "does what is left, after the name was typed"},
		{"Undo it", "reviews how to put back what was done"},
	}
	if r.Head.Purpose == run.Undo {
		items = items[:2]
	}
	o := newChoice(m, "Cut off: "+what+", "+changes.CountsText(r.Counts), &choice{items: items, pick: func(at int) tea.Cmd {
		switch at {
		case 1:
			return m.finishRun(r.ID)
		case 2:
			return m.undoRun(r.ID)
		}
		return nil
	}})
	return m.openByItself(o)
}
