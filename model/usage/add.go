package usage

import "strings"

// Add counts an event. What it keeps it clones, and it allocates nothing for an
// event that tells nothing new.
func (s *Summary) Add(e *Event) {
	at := e.When()
	s.AddCounted(e, 1, at, at)
}

// AddCounted counts n events that differ in their time alone: they came between
// first and last, on the day of e.Received. Of n token requests only the first is
// kept as an Issue, as each issues another id.
func (s *Summary) AddCounted(e *Event, n uint64, first, last Micros) {
	if n == 0 {
		return
	}
	if !first.known() || !last.known() {
		first, last = e.When(), e.When()
	}
	what := spell{e, n, min(first, last), max(first, last)}
	if e.Tells&Legacy != 0 {
		s.count(Subject{Class: Legacy, Account: s.texts.fitKey(e.Account), Secret: s.texts.fit(e.Secret)}, &what)
	}
	if e.Tells&Stale != 0 {
		s.count(Subject{Class: Stale, Account: s.texts.fitKey(e.Account)}, &what)
	}
	if e.Tells&Refused != 0 {
		s.count(Subject{Class: Refused}, &what)
	}
	if e.Tells&Presented != 0 && e.Credential != "" {
		s.count(Subject{Class: Presented, Name: s.texts.fit(e.Credential)}, &what)
	}
	if e.Tells&Reviewed != 0 {
		s.count(Subject{Class: Reviewed, Name: s.texts.fit(e.User)}, &what)
	}
	if e.Tells&Issued != 0 {
		s.issued(e)
	}
}

// count adds to one subject's use. The subject's strings may be borrowed.
func (s *Summary) count(subject Subject, what *spell) {
	u := s.Uses[subject]
	if u == nil {
		if u = s.newUse(subject); u == nil {
			s.Unkept = plus(s.Unkept, what.n)
			return
		}
	}
	u.count(what, s.bounds.days)
	s.profile.fill(what.Event)
	key := s.texts.callerOf(what.Event, u.Grain)
	c := u.Callers[key]
	known := c != nil
	if !known {
		c = &Caller{}
		s.fresh = s.fresh[:0]
		s.profile.addTo(&s.fresh, what.n)
		c.counts = append(make(tally, 0, len(s.fresh)+spare), s.fresh...)
	} else {
		s.profile.addTo(&c.counts, what.n)
	}
	widen(&c.First, &c.Last, what.first, what.last)
	if subject.Class == Stale {
		c.Stale = max(c.Stale, what.threshold())
	}
	if !known {
		u.Callers[s.texts.keepCaller(key)] = c
		u.fit(s.limit, &s.texts)
	}
}

// newUse makes room for a subject's use; nil if there is none.
func (s *Summary) newUse(subject Subject) *Use {
	if len(s.Uses) >= s.bounds.uses {
		return nil
	}
	u := &Use{Callers: map[CallerKey]*Caller{}}
	subject.Account = s.texts.keepKey(subject.Account)
	subject.Secret, subject.Name = s.texts.keep(subject.Secret), s.texts.keep(subject.Name)
	s.Uses[subject] = u
	s.limit = s.bounds.callersOf(len(s.Uses))
	// Uses that get no new callers keep too many, which is put right now and then.
	if s.limit < s.settled-s.settled/8 {
		s.settleCallers()
	}
	return u
}

// settleCallers brings every use to the number of callers that it may have.
func (s *Summary) settleCallers() {
	for _, u := range s.Uses {
		u.fit(s.limit, &s.texts)
	}
	s.settled = s.limit
}

// settle brings everything to its bounds. What depends on them is the same from
// then on, whatever the order in which it came.
func (s *Summary) settle() {
	s.settleCallers()
	s.pruneIssues(s.bounds.issues)
	for _, src := range s.Sources {
		src.settleVerbs()
	}
}

// nodes begins the names of the users that kubelets are (k8s.io/kubernetes
// pkg/auth/nodeidentifier): they have tokens issued for every pod.
const nodes = "system:node:"

// issued keeps who had a token issued, unless it was a kubelet.
func (s *Summary) issued(e *Event) {
	if e.IssuedID == "" || strings.HasPrefix(e.User, nodes) {
		return
	}
	t := &s.texts
	s.takeIssue(t.fit(e.IssuedID), Issue{For: t.fitKey(e.IssuedFor), By: t.fit(e.User), Agent: t.fit(e.Agent), Peer: t.fit(e.Peer), At: e.When()})
}

func (t *texts) keepCaller(k CallerKey) CallerKey {
	return CallerKey{t.keep(k.Agent), t.keep(k.Address), t.keepKey(k.Pod)}
}

func (t *texts) keepIssue(i Issue) Issue {
	return Issue{t.keepKey(i.For), t.keep(i.By), t.keep(i.Agent), t.keep(i.Peer), i.At}
}
