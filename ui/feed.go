package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
)

// Feed is where the data comes from.
type Feed interface {
	// Next waits until there is something new to show and gives all of it at
	// once. Its error means that nothing more will come.
	Next(ctx context.Context) (model.Snapshot, error)
	// Reload asks for a fresh load. It does not wait for it.
	Reload()
}

// snapshotMsg brings what the feed gave and what follows from it.
type snapshotMsg struct {
	gen        int
	snapshot   model.Snapshot
	assessment *model.Assessment // nil before there is an inventory
	asked      model.Policy      // the policy that it was asked for
	err        error
}

// judge makes assessments, and not twice of the same facts. It is copied into
// commands and never changed.
type judge struct {
	know   model.Knowledge
	policy func() model.Policy
	last   *model.Assessment
	// asked is what last was asked for; its own policy may differ, by the
	// server's clock.
	asked model.Policy
}

func (j judge) assess(inv *model.Inventory) (a *model.Assessment, asked model.Policy) {
	asked = j.policy()
	switch {
	case inv == nil:
		return nil, asked
	case j.last != nil && j.last.Inventory == inv && !outdated(j.last, j.asked, asked):
		return j.last, asked
	}
	return model.Assess(inv, j.know, asked), asked
}

// outdated says that an assessment would come out otherwise by now: other
// windows are asked for, or the day that it was made on, by the server's clock,
// is over. The instants in two policies always differ and mean nothing.
func outdated(a *model.Assessment, asked, now model.Policy) bool {
	today := now.Today
	if skew := a.Inventory.Cluster.ClockSkew; skew != 0 && !now.Now.IsZero() {
		today = model.DayOf(now.Now.Add(skew))
	}
	forecast := func(p model.Policy) model.Day {
		if p.AsOf == p.Today {
			return 0
		}
		return p.AsOf
	}
	return today != a.Policy.Today || forecast(asked) != forecast(now) ||
		asked.IdleAfter != now.IdleAfter || asked.MinWatch != now.MinWatch
}

// nextSnapshotCmd waits for the feed and judges what it gives, both off the
// screen's thread. It is issued again for each snapshot, so at most one waits.
func nextSnapshotCmd(ctx context.Context, feed Feed, gen int, j judge) tea.Cmd {
	return func() tea.Msg {
		snap, err := feed.Next(ctx)
		if err != nil {
			return snapshotMsg{gen: gen, err: err}
		}
		a, asked := j.assess(snap.Inventory)
		return snapshotMsg{gen: gen, snapshot: snap, assessment: a, asked: asked}
	}
}

func (m *Root) onSnapshot(msg snapshotMsg) tea.Cmd {
	if msg.gen != m.feedGen {
		return nil
	}
	m.dirty = true
	if msg.err != nil {
		if !errors.Is(msg.err, context.Canceled) {
			m.ended = &model.Problem{What: "no more data", Why: msg.err.Error(), Remedy: "press r to connect again", Fatal: true}
		}
		return nil
	}
	before := m.banner(m.width)
	m.snapshot = msg.snapshot
	m.env.problems = len(m.problems()) > 0
	_, m.env.loading = loadingOf(m.snapshot)
	if m.banner(m.width) != before {
		m.notice = "" // a new problem must not hide behind an old answer
	}
	for _, p := range m.texts {
		p.invalidate() // they tell how the loading goes
	}
	cmds := []tea.Cmd{m.pull(), m.scheduleTick()}
	if msg.assessment != nil && msg.assessment != m.assessment {
		cmds = append(cmds, m.setAssessment(msg.assessment, msg.asked))
	}
	return tea.Batch(cmds...)
}

// pull waits for the next snapshot.
func (m *Root) pull() tea.Cmd {
	return nextSnapshotCmd(m.ctx, m.options.Feed, m.feedGen, m.judge())
}

func (m *Root) judge() judge {
	return judge{know: m.options.Knowledge, policy: m.options.Policy, last: m.assessment, asked: m.asked}
}

// reload asks for fresh data; what is on the screen stays until it is there.
func (m *Root) reload() tea.Cmd {
	feed := m.options.Feed
	m.activity.stale = true
	again := m.activity.load()
	ask := func() tea.Msg {
		feed.Reload()
		return nil
	}
	if m.ended == nil {
		return tea.Batch(ask, again)
	}
	m.ended = nil
	m.feedGen++
	return tea.Batch(tea.Sequence(ask, m.pull()), again)
}

// assessedMsg brings a new judgement of the same facts.
type assessedMsg struct {
	assessment *model.Assessment
	asked      model.Policy
}

// rejudge judges the facts again if that would come out otherwise by now.
func (m *Root) rejudge() tea.Cmd {
	if m.assessment == nil || m.rejudging || !outdated(m.assessment, m.asked, m.options.Policy()) {
		return nil
	}
	m.rejudging = true
	return assessCmd(m.assessment.Inventory, m.judge())
}

// assessCmd judges the facts again, for instance because the day changed.
func assessCmd(inv *model.Inventory, j judge) tea.Cmd {
	return func() tea.Msg {
		a, asked := j.assess(inv)
		return assessedMsg{a, asked}
	}
}

func (m *Root) onAssessed(msg assessedMsg) tea.Cmd {
	m.rejudging = false
	if m.assessment == nil || msg.assessment.Inventory != m.assessment.Inventory {
		return nil // newer facts came in between, and were judged by the new policy
	}
	m.dirty = true
	return m.setAssessment(msg.assessment, msg.asked)
}

func (m *Root) setAssessment(a *model.Assessment, asked model.Policy) tea.Cmd {
	m.assessment, m.asked = a, asked
	m.env.assessment = a
	m.counted.take(a.Inventory.Cluster.Counters)
	for _, p := range m.pages {
		p.invalidate()
	}
	return tea.Batch(m.loadStaged(a), m.loadRuns(), m.page().refresh())
}
