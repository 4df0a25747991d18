package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"timebound/plan/change"
	"timebound/plan/run"
)

// runOverMsg says that a run that was cut off is over without anything being
// put back, or why it is not.
type runOverMsg struct {
	id  string
	err error
}

func endRunCmd(ctx context.Context, c Changer, id string, asBefore bool) tea.Cmd {
	return func() tea.Msg { return runOverMsg{id, c.End(ctx, id, asBefore)} }
}

func (m *Root) onRunOver(msg runOverMsg) tea.Cmd {
	m.dirty = true
	if msg.err != nil {
		m.notice = "run " + msg.id + " stays open: " + msg.err.Error() + "; z tries again"
		return nil
	}
	m.notice = "nothing of run " + msg.id + " is left to put back; it is over"
	return m.activity.load()
}

// nothingToUndo says that an undo found everything as it was before the run.
func nothingToUndo(o run.Order, v *run.Review) bool {
	if o.Purpose != run.Undo || !o.Whole || v == nil {
		return false
	}
	for _, i := range v.Items {
		if i.Code != string(change.SkipAlready) {
			return false
		}
	}
	return true
}
