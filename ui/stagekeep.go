package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan/batch"
	"timebound/plan/change"
	"timebound/ui/lines"
)

// StagedStore keeps what is staged on the cluster between two starts. Its
// methods are called from commands, one at a time.
type StagedStore interface {
	// Load gives what Save was given last; nil if that never happened.
	Load() ([]byte, error)
	Save(text []byte) error
}

// keeping is how what is staged is kept.
type keeping struct {
	asked   string // UID of the cluster whose batch is, or was, loaded
	loading bool
	saving  bool // a command writes
	unsaved bool // something changed since it began
	// broken says why nothing is kept: a file that could not be read is not
	// overwritten either.
	broken error
}

// stagedLoadedMsg brings what was staged before.
type stagedLoadedMsg struct {
	cluster string
	batch   *batch.Batch
	err     error
}

// loadStaged asks for what was staged on this cluster before, once.
func (m *Root) loadStaged(a *model.Assessment) tea.Cmd {
	s, uid := m.env.staging, a.Inventory.Cluster.UID
	if s.batch != nil && s.batch.Cluster() == uid || s.keep.loading && s.keep.asked == uid {
		return nil
	}
	if m.asksForReason() {
		m.overlay = nil
	}
	s.batch, s.ask, s.later = nil, nil, nil
	s.keep = keeping{asked: uid, loading: true}
	if m.options.Staged == nil || uid == "" {
		return m.onStagedLoaded(stagedLoadedMsg{cluster: uid, batch: batch.New(uid)})
	}
	return loadStagedCmd(m.options.Staged, uid)
}

func loadStagedCmd(store StagedStore, uid string) tea.Cmd {
	return func() tea.Msg {
		msg := stagedLoadedMsg{cluster: uid, batch: batch.New(uid)}
		text, err := store.Load()
		if err == nil && len(text) > 0 {
			var read *batch.Batch
			if read, _, err = batch.Decode(text, uid); err == nil {
				msg.batch = read
			}
		}
		msg.err = err
		return msg
	}
}

func (m *Root) onStagedLoaded(msg stagedLoadedMsg) tea.Cmd {
	s := m.env.staging
	if msg.cluster != s.keep.asked {
		return nil
	}
	s.keep.loading, s.keep.broken, s.batch = false, msg.err, msg.batch
	switch {
	case msg.err != nil:
		m.notice = "what is staged is not kept: " + msg.err.Error() + "; move that file away and start anew, or go on without"
	case s.batch.Len() > 0:
		m.notice = lines.Count(s.batch.Len(), "change was", "changes were") + " staged before, and nothing was done; 7 shows them"
	}
	m.dirty = true
	s.rev++
	m.stagedList.changed()
	return m.page().refresh()
}

// stagedSavedMsg says what came of keeping what is staged.
type stagedSavedMsg struct{ err error }

// keepStaged writes what is staged. While that is under way, what changes
// meanwhile waits.
func (m *Root) keepStaged() tea.Cmd {
	s := m.env.staging
	if m.options.Staged == nil || s.keep.broken != nil {
		return nil
	}
	if s.keep.saving {
		s.keep.unsaved = true
		return nil
	}
	s.keep.saving, s.keep.unsaved = true, false
	return saveStagedCmd(m.options.Staged, s.batch.Cluster(), s.batch.Items(), m.clock())
}

func saveStagedCmd(store StagedStore, cluster string, items []*change.Item, now time.Time) tea.Cmd {
	return func() tea.Msg {
		text, err := batch.Encode(cluster, items, now)
		if err == nil {
			err = store.Save(text)
		}
		return stagedSavedMsg{err}
	}
}

func (m *Root) onStagedSaved(msg stagedSavedMsg) tea.Cmd {
	s := m.env.staging
	s.keep.saving = false
	if msg.err != nil {
		m.dirty = true
		m.notice = "what is staged could not be kept: " + msg.err.Error() + "; the next change to it tries again"
	}
	if s.keep.unsaved {
		return m.keepStaged()
	}
	return nil
}
