package usage

import "timebound/model"

// Summary is what a heap of audit events says, added up. It is exact in what
// decides (whether, when first and last, how often, on which days) and bounded
// in what describes (who, for what). Merging is associative and commutative, and
// the order of events does not matter. A Summary is for one goroutine at a time.
type Summary struct {
	// Uses holds maxUses at most; Unkept counts the events of those for which there
	// was no room.
	Uses   map[Subject]*Use
	Unkept uint64
	// Issues are the tokens that were issued to others than kubelets, by credential
	// id; the latest maxIssues of them, once Usage or Encode was called.
	Issues map[string]Issue
	// MoreIssues says that there were more.
	MoreIssues bool
	// Sources is what was read, by API server as far as the logs tell them apart.
	// Source makes them.
	Sources map[string]*Source

	bounds  bounds
	limit   int // how many callers a use may have now
	settled int // the limit to which all uses were brought last
	texts   texts
	profile profile
	fresh   tally // a new caller's counts are gathered here
	named   tokenIndex
}

// New gives a Summary of nothing.
func New() *Summary { return newBounded(standard) }

func newBounded(b bounds) *Summary {
	return &Summary{
		Uses: map[Subject]*Use{}, Issues: map[string]Issue{}, Sources: map[string]*Source{},
		bounds: b, limit: b.mostCallers, settled: b.mostCallers, texts: newTexts(),
	}
}

// Subject is whose use is added up. Class is one of Legacy, Stale, Refused,
// Presented and Reviewed.
type Subject struct {
	Class Tells
	// Account is whose token it was (Legacy, Stale).
	Account model.Key
	// Secret is the token's secret in the account's namespace (Legacy); "" where the
	// version does not name it: then it was one of the account's tokens.
	Secret string
	// Name is the credential id (Presented) or the user who asked (Reviewed).
	Name string
}

// Use is how something was used.
type Use struct {
	Origin      model.Origin // as the API server said last, at OriginAt
	OriginAt    Micros
	First, Last Micros
	Stages      Stages
	// Days is sorted and holds the latest maxDays; Earlier gives the rest.
	Days  []DayCount
	Codes Codes
	// PastWarning is the largest number of seconds past the warning threshold.
	PastWarning int64
	// Grain is how finely callers are told apart: as finely as their number
	// allows. It is the same whatever the order in which they came.
	Grain   Grain
	Callers map[CallerKey]*Caller
}

// Issue is a TokenRequest that was answered.
type Issue struct {
	For   model.Key // the account
	By    string    // the user who asked
	Agent string
	Peer  string
	At    Micros
}
