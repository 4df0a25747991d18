package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/batch"
	"timebound/plan/change"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// staging is what is staged on the cluster that is looked at.
type staging struct {
	batch *batch.Batch
	rev   int // counts the changes of batch
	keep  keeping
	ask   *asking // reasons are being asked for; nil if not
	later []*asking
	made  stagedRows
	// rechecking says that a command makes rows of a long batch.
	rechecking bool
}

// missing says why nothing can be staged; "" if it can.
func (s *staging) missing() string {
	switch {
	case s.batch == nil && !s.keep.loading:
		return "nothing was read yet"
	case s.batch == nil:
		return "what was staged before is still being read"
	case s.batch.Cluster() == "":
		return "this cluster cannot be told from others: the namespace kube-system is not readable; allow get on it"
	}
	return ""
}

func (s *staging) len() int {
	if s.batch == nil {
		return 0
	}
	return s.batch.Len()
}

// on gives what is staged for an object.
func (s *staging) on(kind string, k model.Key) []*change.Item {
	if s.len() == 0 {
		return nil
	}
	return s.batch.On(batch.Object{Kind: kind, Key: k})
}

// letters are what stands in lists beside an object that something is staged
// for: those of the keys, where a key stages it.
var letters = map[plan.ActionKind]string{
	plan.Invalidate: "i", plan.Delete: "d", plan.Reactivate: "o", plan.Project: "p", plan.Detach: "d", plan.Issue: "k",
}

// flag gives the letter of what is staged for an object; "" for nothing.
func (s *staging) flag(kind string, k model.Key) string {
	if on := s.on(kind, k); len(on) > 0 {
		return letters[on[0].Kind]
	}
	return ""
}

// told puts what is staged for an object in front of its story.
func (s *staging) told(kind string, k model.Key, st *theme.Styles, width int, story []string) []string {
	on := s.on(kind, k)
	if len(on) == 0 {
		return story
	}
	b := lines.New(st, width)
	for _, i := range on {
		b.Say(0, 2, lines.Of(theme.Key, letters[i.Kind]+" "), lines.Of(theme.Accent, "Staged: "+string(i.Kind)), lines.Dim(", 7 shows it"))
		if i.Override != "" {
			b.Say(2, 2, lines.Dim("in spite of it: "+i.Override))
		}
	}
	b.Gap()
	return append(append(b.Lines(), ""), story...)
}

// staged says that the batch is another one: lists show it, and it is kept.
func (m *Root) staged() tea.Cmd {
	m.dirty = true
	m.env.staging.rev++
	m.stagedList.changed()
	return tea.Batch(m.keepStaged(), m.page().refresh())
}

// stagePolicy is what staging goes by.
func (m *Root) stagePolicy() change.Policy {
	if m.options.SoakDays > 0 {
		return change.Policy{SoakDays: m.options.SoakDays}
	}
	return change.Policy{SoakDays: change.DefaultSoakDays}
}

// unstage takes what is staged for objects out of the batch.
func (m *Root) unstage(objects []batch.Object) tea.Cmd {
	var ids []string
	for _, o := range objects {
		for _, i := range m.env.staging.batch.On(o) {
			ids = append(ids, i.ID())
		}
	}
	return m.unstageItems(ids)
}

func (m *Root) unstageItems(ids []string) tea.Cmd {
	n := m.env.staging.batch.Remove(ids...)
	m.notice = lines.Number(n) + " unstaged"
	return m.staged()
}

// objectName names an object for people.
func objectName(kind string, k model.Key) string {
	name := k.String()
	if kind != "Secret" {
		name = kind + " " + name
	}
	return strings.TrimPrefix(name, "/")
}
