package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"timebound/plan"
	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// runListActions can be called on the list of runs.
func runListActions() []Action {
	return append(tableActions("runs", func(m *Root) list { return m.activity.list }),
		Action{ID: "runs.open", Keys: bind("enter", "results", "enter"), Title: "What became of each change of the run", Footer: 10,
			Refused: onRun(func(*Root, *runRow) string { return "" }),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.activity.list.Current()
				return m.openRun(r.ID)
			}},
		Action{ID: "runs.undo", Keys: bind("z", "undo", "z"), Title: "Put back what the run changed, after a review", Effect: Stages, Footer: 11,
			Refused: onRun(func(m *Root, r *runRow) string { return m.cannotUndo(r.ID, r.Head.Purpose) }),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.activity.list.Current()
				return m.undoRun(r.ID)
			}},
		Action{ID: "runs.finish", Keys: bind("f", "finish", "f"), Title: "Do what the run has left, after the name was typed", Effect: Changes, Footer: 12,
			Refused: onRun(func(m *Root, r *runRow) string { return m.cannotFinish(r.ID, r.open()) }),
			Run: func(m *Root) tea.Cmd {
				r, _ := m.activity.list.Current()
				return m.finishRun(r.ID)
			}},
		Action{ID: "runs.logs", Keys: bind("a", "read audit logs", "a"), Title: "Read audit logs: who uses which token", Footer: 13,
			Refused: (*Root).cannotReadLogs, Run: (*Root).askForLogs},
		Action{ID: "runs.escape", Keys: bind("esc", "back", "esc"), Title: "Cancel the reading of audit logs, or go back to where you came from", Run: func(m *Root) tea.Cmd {
			if m.reading != nil {
				return m.cancelReading()
			}
			return m.goBack()
		}},
	)
}

// afterwards are the actions that make sense once a run has ended; until then
// the footer does not name them, and then not what steers a run.
var afterwards = []string{"run.reactivate", "run.retry", "run.undo", "run.finish"}

// runViewActions can be called while one run is shown.
func runViewActions(live bool) []Action {
	actions := runActions()
	for i := range actions {
		a := &actions[i]
		if after := slices.Contains(afterwards, a.ID); live && after || !live && !after && a.Effect == Changes {
			a.Footer = 0
		}
	}
	return actions
}

func runActions() []Action {
	steer := func(do func(*Root, *live)) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			do(m, m.live)
			return nil
		}
	}
	return append(tableActions("results", func(m *Root) list { return m.activity.results }),
		Action{ID: "run.pause", Keys: bind("space", "pause", "space"), Title: "Pause, or go on; what is in flight is finished", Effect: Changes, Footer: 1,
			Refused: whileLive, Run: (*Root).pauseRun},
		Action{ID: "run.abort", Keys: bind("x", "abort", "x"), Title: "End the run after what is in flight, after a question", Effect: Changes, Footer: 2,
			Refused: whileLive, Run: (*Root).askToAbort},
		Action{ID: "run.faster", Keys: bind("+", "faster", "+"), Title: "Faster: more changes in a second", Effect: Changes, Footer: 3,
			Refused: whileLive, Run: steer(func(m *Root, l *live) { m.setRate(l, 1) })},
		Action{ID: "run.slower", Keys: bind("-", "slower", "-"), Title: "Slower: fewer changes in a second", Effect: Changes, Footer: 4,
			Refused: whileLive, Run: steer(func(m *Root, l *live) { m.setRate(l, -1) })},
		Action{ID: "run.open", Keys: bind("enter", "details", "enter"), Title: "Everything that is known of what became of the change", Footer: 10,
			Refused: func(m *Root) string {
				if m.activity.results.Len() == 0 {
					return emptyList
				}
				return ""
			}, Run: (*Root).openResult},
		Action{ID: "run.retry", Keys: bind("R", "retry failed", "R"), Title: "Review what failed once more, to run it again", Effect: Stages, Footer: 12,
			Refused: (*Root).cannotRetry, Run: (*Root).retryRun},
		Action{ID: "run.undo", Keys: bind("z", "undo", "z"), Title: "Put back what the run changed, after a review", Effect: Stages, Footer: 13,
			Refused: func(m *Root) string { return m.cannotUndo(m.activity.view.id, m.activity.view.purpose) },
			Run:     func(m *Root) tea.Cmd { return m.undoRun(m.activity.view.id) }},
		Action{ID: "run.finish", Keys: bind("f", "finish", "f"), Title: "Do what the run has left, after the name was typed", Effect: Changes, Footer: 14,
			Refused: func(m *Root) string {
				v := m.activity.view
				return m.cannotFinish(v.id, v.live == nil && v.err == nil && !v.ended && leftIn(v.progress) > 0)
			},
			Run: func(m *Root) tea.Cmd { return m.finishRun(m.activity.view.id) }},
		Action{ID: "run.reactivate", Keys: bind("o", "stage reactivate", "o"), Title: "Stage every token of the run that somebody tried since to be switched on again", Effect: Stages, Footer: 11,
			Refused: func(m *Root) string {
				if len(m.activity.view.soak.Knocked) == 0 {
					return "nobody tried a token that this run switched off"
				}
				return m.env.staging.missing()
			}, Run: (*Root).stageKnocked},
		Action{ID: "run.escape", Keys: bind("esc", "back", "esc"), Title: "Back to the list of runs; one that is under way goes on", Footer: 15,
			Run: (*Root).leaveRun},
	)
}

// leaveRun goes from a run to the list of runs. One that is under way goes on.
func (m *Root) leaveRun() tea.Cmd {
	m.activity.view = nil
	return m.activity.refresh()
}

// tableActions move through a list that is no page of its own.
func tableActions(id string, of func(*Root) list) []Action {
	on := func(f func(list)) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			f(of(m))
			return nil
		}
	}
	return []Action{
		{ID: id + ".down", Keys: bind("↓ j", "down", "down", "j"), Title: "Down", Run: on(func(l list) { l.MoveBy(1) })},
		{ID: id + ".up", Keys: bind("↑ k", "up", "up", "k"), Title: "Up", Run: on(func(l list) { l.MoveBy(-1) })},
		{ID: id + ".pageDown", Keys: bind("pgdn ctrl+f", "page down", "pgdown", "ctrl+f"), Title: "One screen down", Run: on(func(l list) { l.PageBy(1) })},
		{ID: id + ".pageUp", Keys: bind("pgup ctrl+b", "page up", "pgup", "ctrl+b"), Title: "One screen up", Run: on(func(l list) { l.PageBy(-1) })},
		{ID: id + ".halfDown", Keys: bind("ctrl+d", "half page down", "ctrl+d"), Title: "Half a screen down", Run: on(func(l list) { l.MoveBy(l.HalfPage()) })},
		{ID: id + ".halfUp", Keys: bind("ctrl+u", "half page up", "ctrl+u"), Title: "Half a screen up", Run: on(func(l list) { l.MoveBy(-l.HalfPage()) })},
		{ID: id + ".top", Keys: bind("g home", "first", "g", "home"), Title: "First row", Run: on(func(l list) { l.Top() })},
		{ID: id + ".bottom", Keys: bind("G end", "last", "G", "end"), Title: "Last row", Run: on(func(l list) { l.Bottom() })},
	}
}

// onRun refuses what cannot be done to the run under the cursor.
func onRun(refused func(*Root, *runRow) string) func(*Root) string {
	return func(m *Root) string {
		r, ok := m.activity.list.Current()
		switch {
		case !ok:
			return emptyList
		case r.Problem != "":
			return "its journal cannot be relied on: look at the objects, CHANGES says why"
		}
		return refused(m, r)
	}
}

// whileLive refuses what can be done only while the run goes on.
func whileLive(m *Root) string {
	switch {
	case m.activity.view.live == nil:
		return "the run is not under way"
	case m.live.progress.Stopping != "":
		return "it is stopping already"
	}
	return ""
}

func (m *Root) pauseRun() tea.Cmd {
	l := m.live
	paused := l.progress.Paused
	l.progress.Paused = !paused // the next poll says what is true
	return func() tea.Msg {     // it writes to the journal
		if paused {
			l.runner.Resume()
		} else {
			l.runner.Pause()
		}
		return nil
	}
}

func (m *Root) askToAbort() tea.Cmd {
	p := m.live.progress
	runner := m.live.runner
	return m.askYes("End the run? "+lines.Number(p.Total-p.Settled())+" of "+lines.Number(p.Total)+" are left", "Go on", "End it", "what is in flight is finished; the rest can be finished or undone later", func() tea.Cmd {
		if m.live == nil || m.live.runner != runner {
			return nil
		}
		m.notice = "ending: what is in flight is finished first"
		return func() tea.Msg {
			runner.Abort()
			return nil
		}
	})
}

func (m *Root) setRate(l *live, by int) {
	l.limit = turnRate(l.limit, by)
	l.runner.SetRate(l.limit)
	m.notice = "at most " + changes.RateText(l.limit)
	if l.limit == 0 {
		m.notice = "as fast as it goes"
	}
}

// openResult tells what became of the change under the cursor.
func (m *Root) openResult() tea.Cmd {
	r, _ := m.activity.results.Current()
	return m.open(&overlay{title: "What became of it", write: func(width int) []string {
		return changes.Result(r, m.env.styles, width)
	}})
}

// cannotRetry says why nothing can be tried again; "" if something can.
func (m *Root) cannotRetry() string {
	v := m.activity.view
	switch {
	case v.live != nil:
		return "the run is under way: x ends it"
	case v.progress.Counts[run.Failed] == 0:
		return "nothing failed"
	}
	return m.unchangeable()
}

// retryRun reviews what failed once more.
func (m *Root) retryRun() tea.Cmd {
	v := m.activity.view
	o := run.Order{Name: "retry of " + v.id, Purpose: v.purpose, Undoes: v.undoes}
	for _, r := range run.Retry(v.results) {
		o.Items = append(o.Items, r.Item)
	}
	o.Options = m.runOptionsFor(o)
	return m.startReview(o, false)
}

// stageKnocked stages every knocked token of the run to be switched on again.
func (m *Root) stageKnocked() tea.Cmd {
	w := wishes{kind: plan.Reactivate}
	for _, f := range m.activity.view.soak.Knocked {
		w.list = append(w.list, m.tokenWish(plan.Reactivate, f))
	}
	return stageCmd(w)
}

// cannotUndo says why a run cannot be put back; "" if it can.
func (m *Root) cannotUndo(id string, purpose run.Purpose) string {
	switch {
	case m.live != nil && m.live.id == id:
		return "the run is under way: x ends it first"
	case m.live != nil:
		return "another run is under way: wait for it, or end it with x in its view"
	case purpose == run.Undo:
		return "it put back another run itself: stage the changes anew"
	}
	return m.unchangeable()
}

// cannotFinish says why a run cannot be finished; "" if it can.
func (m *Root) cannotFinish(id string, open bool) string {
	switch {
	case m.live != nil && m.live.id == id:
		return "the run is under way: x ends it"
	case m.live != nil:
		return "another run is under way: wait for it, or end it with x in its view"
	case !open:
		return "it has nothing left to do"
	}
	return m.unchangeable()
}

// confirmFinish asks whether the rest of a run that was cut off is to be done.
func (m *Root) confirmFinish(h *run.History) tea.Cmd {
	if m.live != nil || m.overlay != nil {
		return nil // somebody went on to something else meanwhile
	}
	options := m.runOptions
	options.Canary = 0
	c := &confirming{name: h.Head.Name, purpose: h.Head.Purpose, options: options, begin: func(ctx context.Context) (string, Runner, error) {
		r, err := m.options.Changes.Continue(ctx, h.ID, options)
		return h.ID, r, err
	}}
	counts, deletes := countStates(h.Results), false
	for i := range h.Results {
		s := h.Results[i].Outcome.State
		deletes = deletes || leftOver(s) && h.Results[i].Item.Destructive()
	}
	left := leftIn(run.Progress{Counts: counts})
	return m.confirm("Finish run "+h.ID+" on "+m.confirmName()+"?", func(b *lines.Block) {
		b.Say(0, 0, lines.Text(lines.Count(left, "change is", "changes are")+" left; so far "+changes.CountsText(counts)+"."))
		b.Say(0, 0, lines.Text("What was about to be sent when it was cut off is looked at first, and not made twice."))
		b.Gap()
		b.Say(0, 0, lines.Of(theme.Dim, changes.OptionsText(options, deletes)))
	}, c)
}
