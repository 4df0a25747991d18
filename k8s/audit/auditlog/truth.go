package auditlog

import (
	"maps"

	"timebound/model"
	"timebound/model/usage"
)

// Truth is what a log says, as its maker knows it. Times are those at which
// requests arrived.
type Truth struct {
	Lines uint64
	Bytes int64
	// Requests counts requests of all kinds; First and Last are when they arrived.
	Requests    uint64
	First, Last usage.Micros

	// Legacy are the uses of legacy tokens. Below 1.29, where events do not name the
	// secret, Token.Secret is empty and the account's tokens are one.
	Legacy map[Token]*Use
	// Stale are the uses of stale bound tokens, by account.
	Stale map[model.Key]*Use
	// Refused are the requests that were answered 401.
	Refused Use
	// Reviewed are the TokenReviews, by the user who asked.
	Reviewed map[string]*Use
	// Issued are the TokenRequests of others than kubelets that were answered, by
	// credential id; empty below 1.30. KubeletIssues counts those of kubelets.
	Issued        map[string]Issue
	KubeletIssues uint64
	// Presented are the uses of the tokens in Issued.
	Presented map[string]*Use
}

// Token names a legacy token.
type Token struct {
	Account model.Key
	Secret  string
}

// Use is how something was used.
type Use struct {
	Requests    uint64
	First, Last usage.Micros
	Origin      model.Origin
	// Callers counts requests by caller. It is nil with Options.Callers, where there
	// may be more than fit into memory: then Distinct alone is known.
	Callers  map[Caller]uint64
	Distinct uint64
}

// Caller is who presented a token.
type Caller struct {
	Agent, Address string
	Pod            model.Key // of a bound token
}

// Issue is a TokenRequest that was answered.
type Issue struct {
	For model.Key
	By  string
	At  usage.Micros
}

func newTruth() Truth {
	return Truth{
		Legacy: map[Token]*Use{}, Stale: map[model.Key]*Use{}, Reviewed: map[string]*Use{},
		Issued: map[string]Issue{}, Presented: map[string]*Use{},
	}
}

// note counts one request.
func (u *Use) note(at usage.Micros) {
	if u.Requests == 0 {
		u.First = at
	}
	u.Requests++
	u.Last = at
}

func (u *Use) noteCaller(at usage.Micros, who Caller) {
	u.note(at)
	if u.Callers == nil {
		u.Callers = map[Caller]uint64{}
	}
	u.Callers[who]++
	u.Distinct = uint64(len(u.Callers))
}

func useOf[K comparable](m map[K]*Use, key K) *Use {
	u := m[key]
	if u == nil {
		u = &Use{}
		m[key] = u
	}
	return u
}

// Add takes in what another log says, of another server or a later time. Where
// callers are only counted (Options.Callers), the sum counts those of both.
func (t *Truth) Add(other Truth) {
	t.Lines += other.Lines
	t.Bytes += other.Bytes
	t.KubeletIssues += other.KubeletIssues
	all := Use{Requests: t.Requests, First: t.First, Last: t.Last}
	all.add(&Use{Requests: other.Requests, First: other.First, Last: other.Last})
	t.Requests, t.First, t.Last = all.Requests, all.First, all.Last
	addUses(t.Legacy, other.Legacy)
	addUses(t.Stale, other.Stale)
	addUses(t.Reviewed, other.Reviewed)
	addUses(t.Presented, other.Presented)
	t.Refused.add(&other.Refused)
	maps.Copy(t.Issued, other.Issued)
}

func addUses[K comparable](to, from map[K]*Use) {
	for key, use := range from {
		useOf(to, key).add(use)
	}
}

func (u *Use) add(other *Use) {
	switch {
	case other.Requests == 0:
		return
	case u.Requests == 0:
		u.First, u.Last = other.First, other.Last
	default:
		u.First, u.Last = min(u.First, other.First), max(u.Last, other.Last)
	}
	u.Requests += other.Requests
	u.Origin = max(u.Origin, other.Origin)
	if other.Callers == nil {
		u.Distinct += other.Distinct
		return
	}
	if u.Callers == nil {
		u.Callers = map[Caller]uint64{}
	}
	for who, n := range other.Callers {
		u.Callers[who] += n
	}
	u.Distinct = uint64(len(u.Callers))
}
