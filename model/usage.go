package model

import "time"

// Usage is what audit logs tell of the cluster's tokens: who presented which,
// from where, and for which time that is known. A nil Usage in an Inventory means
// that no log was read.
type Usage struct {
	// Tokens holds the uses that name a secret (API servers from 1.29 on).
	Tokens map[Key]*TokenUse
	// Accounts holds those that name the account alone (older API servers): each
	// was made with one of its tokens.
	Accounts map[Key]*TokenUse
	// Stale holds, by account, bound tokens that were presented past their warning
	// threshold: their holders do not read the file again.
	Stale map[Key]*TokenUse
	// Refused is who was turned away with 401; whose token it was nobody knows. Nil
	// if nobody was.
	Refused *TokenUse
	// Reviewers are the users who had tokens checked by TokenReview: uses that no
	// log attributes.
	Reviewers []Reviewer
	// Covered is the time that was read, sorted, by API server.
	Covered []CoveredServer
	// Doubts lower what may be concluded from silence.
	Doubts []Reason
}

// CoveredServer is the time for which one API server's log was read.
type CoveredServer struct {
	Name  string // node, stream or pod; the file's name where the log does not tell
	Spans []CoveredSpan
}

// CoveredSpan is a stretch of time without a gap in the log.
type CoveredSpan struct{ From, Until time.Time }

// TokenUse is how a token was used, as audit logs tell.
type TokenUse struct {
	First, Last time.Time
	Requests    uint64
	Days        []DayUse // sorted, without empty days
	Callers     []Caller // the busiest first
	// Grain says how finely callers are told apart, for people; "" if as finely as
	// the log does.
	Grain string
}

// DayUse is how often a token was used on one day.
type DayUse struct {
	Day      Day
	Requests uint64
}

// Caller is who presented a token: an agent at an address.
type Caller struct {
	Agent       string
	Address     string // an IP address, or a network where there were too many
	Pod         Key    // whose bound token it was; zero for legacy tokens
	Node        string
	First, Last time.Time
	Requests    uint64
	Refused     uint64 // answered 401 or 403
	// Stale is the hour in which the newest token that it presented past its warning
	// threshold passed it; zero if it presented none.
	Stale      time.Time
	Verbs      []string // the most frequent first
	Resources  []string // the most frequent first: "pods", "deployments.apps"
	Namespaces []string // the most frequent first; "" is cluster-wide
}

// Reviewer is a user who has tokens checked by the API server.
type Reviewer struct {
	User     string
	Agent    string
	Last     time.Time
	Requests uint64
}
