package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
)

// live is the run under way.
type live struct {
	gen      int
	id       string
	name     string
	runner   Runner
	purpose  run.Purpose
	limit    float64 // changes in a second
	progress run.Progress
	polls    int
}

// pollEvery is how often a run is asked how far it is. It is asked, and never
// tells by itself: ten thousand changes must not be ten thousand messages.
const pollEvery = 150 * time.Millisecond

// Results of a long run are asked for less often: they are sorted each time.
const (
	manyResults = 2000
	resultsEach = 5 // polls
)

// pollDueMsg says that it is time to ask the run.
type pollDueMsg struct{ gen int }

// polledMsg brings how far the run is.
type polledMsg struct {
	gen      int
	progress run.Progress
	results  []run.Result // nil if they were not asked for
	ended    bool
	err      error
}

// pollCmd asks the run. Whether it has ended is looked at first, so that what
// is told then is the last word.
func pollCmd(r Runner, gen int, results bool) tea.Cmd {
	return func() tea.Msg {
		msg := polledMsg{gen: gen}
		select {
		case <-r.Done():
			msg.ended, msg.err, results = true, r.Err(), true
		default:
		}
		msg.progress = r.Progress()
		if results {
			msg.results = r.Results()
		}
		return msg
	}
}

// follow shows a run that began, and asks it from now on.
func (m *Root) follow(id string, r Runner, of *confirming) tea.Cmd {
	m.liveGen++
	m.live = &live{gen: m.liveGen, id: id, name: of.name, runner: r, purpose: of.purpose, limit: of.options.Rate, progress: r.Progress()}
	v := newRunView(id)
	v.name, v.purpose, v.live = of.name, of.purpose, m.live
	m.activity.live = m.live
	var shown tea.Cmd
	if m.current == PageActivity {
		m.activity.show(v)
	} else {
		shown = m.visit(PageActivity, func() tea.Cmd {
			m.activity.show(v)
			return nil
		})
	}
	return tea.Batch(shown, pollCmd(r, m.liveGen, true), m.activity.load())
}

func (m *Root) onPollDue(msg pollDueMsg) tea.Cmd {
	if m.live == nil || m.live.gen != msg.gen {
		return nil
	}
	m.live.polls++
	seen := m.current == PageActivity && m.activity.view != nil && m.activity.view.live == m.live
	often := m.live.progress.Total < manyResults || m.live.polls%resultsEach == 0
	return pollCmd(m.live.runner, msg.gen, seen && often)
}

func (m *Root) onPolled(msg polledMsg) tea.Cmd {
	l := m.live
	if l == nil || l.gen != msg.gen {
		return nil
	}
	before := m.runBadge()
	l.progress = msg.progress
	v := m.activity.view
	if v != nil && v.live != l {
		v = nil
	}
	if v != nil && msg.results != nil {
		m.activity.setResults(msg.results)
	}
	if m.runBadge() != before || v != nil && m.current == PageActivity {
		m.dirty = true
	}
	if !msg.ended {
		return m.after(pollEvery, pollDueMsg{l.gen})
	}
	return m.runEnded(l, v, msg)
}

// runEnded says how the run ended. What it did is read from its journal from
// here on.
func (m *Root) runEnded(l *live, v *runView, msg polledMsg) tea.Cmd {
	m.live, m.activity.live, m.dirty = nil, nil, true
	if v != nil {
		v.live, v.progress, v.ended = nil, msg.progress, leftIn(msg.progress) == 0
		if msg.err != nil {
			v.why = msg.err.Error()
		}
	}
	m.notice = "run " + l.id + " ended: " + changes.CountsText(msg.progress.Counts)
	if msg.err != nil {
		m.notice = "run " + l.id + " stopped: " + msg.err.Error() + "; " + changes.CountsText(msg.progress.Counts)
	}
	if v == nil {
		m.notice += "; 8 shows it"
	}
	if m.leaving {
		return m.leave()
	}
	return tea.Batch(m.activity.load(), m.page().refresh())
}

// leftOver says that a run has not settled an item, or is not sure of it.
func leftOver(s run.State) bool { return s == run.Pending || s == run.Doing || s == run.Unsure }

// leftIn counts what is left over.
func leftIn(p run.Progress) int {
	n := 0
	for s, count := range p.Counts {
		if leftOver(s) {
			n += count
		}
	}
	return n
}

// runBadge is how far the run under way is, for the header; "" without one.
func (m *Root) runBadge() string {
	if m.live == nil {
		return ""
	}
	p := m.live.progress
	state := ""
	switch {
	case m.leaving || p.Stopping != "":
		state = " stopping"
	case p.Paused:
		state = " paused"
	}
	return "run " + lines.Number(changes.Percent(p)) + " %" + state
}

// quit leaves, but not while a run is under way: then it asks. Asked for once
// more, it stops the run and leaves when that has ended; and once more, at once.
func (m *Root) quit() tea.Cmd {
	switch {
	case m.live == nil || m.leaving:
		return m.leave()
	case m.overlay != nil && m.overlay.leaving:
		return m.stopAndLeave()
	}
	rest := m.live.progress.Total - m.live.progress.Settled()
	o := newChoice(m, "A run is under way: "+lines.Number(rest)+" of "+lines.Number(m.live.progress.Total)+" left", &choice{
		items: []choiceItem{{"Stay", ""}, {"Stop and quit", "what is in flight is finished; the rest can be finished or undone at the next start"}},
		pick: func(at int) tea.Cmd {
			if at == 0 {
				return nil
			}
			return m.stopAndLeave()
		},
	})
	o.leaving = true
	return m.open(o)
}

// stopAndLeave ends the run after what is in flight, and leaves then.
func (m *Root) stopAndLeave() tea.Cmd {
	m.overlay, m.leaving, m.dirty = nil, true, true
	m.notice = "stopping: what is in flight is finished first; ctrl+c leaves at once"
	runner := m.live.runner
	return func() tea.Msg {
		runner.Abort()
		return nil
	}
}

func (m *Root) leave() tea.Cmd {
	m.cancel()
	return tea.Quit
}
