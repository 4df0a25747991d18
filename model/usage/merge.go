package usage

import (
	"cmp"
	"slices"
	"strings"
)

// Merge adds what o says, and leaves o as it is. The order in which summaries are
// merged does not matter, nor how; that they tell of different logs does
// (Overlap).
func (s *Summary) Merge(o *Summary) {
	for _, subject := range o.subjects() {
		s.mergeUse(subject, o.Uses[subject])
	}
	s.Unkept = plus(s.Unkept, o.Unkept)
	for id, issue := range o.Issues {
		s.takeIssue(id, issue)
	}
	s.MoreIssues = s.MoreIssues || o.MoreIssues
	for name, src := range o.Sources {
		s.Source(name).merge(src)
	}
	s.settle()
}

func (s *Summary) mergeUse(subject Subject, o *Use) {
	u := s.Uses[subject]
	if u == nil {
		if u = s.newUse(subject); u == nil {
			for _, n := range o.Stages {
				s.Unkept = plus(s.Unkept, n)
			}
			return
		}
	}
	u.merge(o, s.bounds, &s.texts)
	u.fit(s.limit, &s.texts)
}

// compare orders subjects by class, account, secret, name.
func (s Subject) compare(o Subject) int {
	return cmp.Or(cmp.Compare(s.Class, o.Class), s.Account.Compare(o.Account), strings.Compare(s.Secret, o.Secret), strings.Compare(s.Name, o.Name))
}

// subjects lists the subjects in order.
func (s *Summary) subjects() []Subject {
	list := make([]Subject, 0, len(s.Uses))
	for subject := range s.Uses {
		list = append(list, subject)
	}
	slices.SortFunc(list, Subject.compare)
	return list
}
