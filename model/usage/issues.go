package usage

import (
	"cmp"
	"slices"
	"strings"
)

// compare orders issues by time, then by what they say.
func (i Issue) compare(o Issue) int {
	return cmp.Or(cmp.Compare(i.At, o.At), i.For.Compare(o.For), strings.Compare(i.By, o.By),
		strings.Compare(i.Agent, o.Agent), strings.Compare(i.Peer, o.Peer))
}

// takeIssue keeps an issue whose strings may be borrowed. Of two with the same id
// the later one stays. There may be twice as many as allowed for a while, so that
// they are sorted seldom.
func (s *Summary) takeIssue(id string, issue Issue) {
	old, found := s.Issues[id]
	if found && old.compare(issue) >= 0 {
		return
	}
	s.Issues[s.texts.keep(id)] = s.texts.keepIssue(issue)
	if len(s.Issues) >= 2*s.bounds.issues {
		s.pruneIssues(s.bounds.issues)
	}
}

// pruneIssues leaves the latest. One that had to go never comes back: those that
// are later can only become more, and later.
func (s *Summary) pruneIssues(most int) {
	if len(s.Issues) <= most {
		return
	}
	for _, id := range s.issueIDs()[most:] {
		delete(s.Issues, id)
	}
	s.MoreIssues = true
}

// issueIDs lists the ids, the latest first.
func (s *Summary) issueIDs() []string {
	ids := make([]string, 0, len(s.Issues))
	for id := range s.Issues {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.Issues[b].At, s.Issues[a].At), strings.Compare(b, a))
	})
	return ids
}
