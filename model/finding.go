package model

// Assessment is what Timebound concludes from an Inventory.
type Assessment struct {
	Inventory *Inventory
	Policy    Policy
	Settings  []Setting
	// Findings has one entry per token, in the order of Inventory.Tokens.
	Findings []*Finding
	// Accounts and Workloads carry the cross-links of the dashboard. Workloads
	// holds only those that reference a token.
	Accounts  []*AccountFinding
	Workloads []*WorkloadFinding
	// BlindSpots are those of the whole cluster.
	BlindSpots []Reason
	Counts     Counts

	tokens    map[Key]*Finding
	accounts  map[Key]*AccountFinding
	workloads map[WorkloadKey]*WorkloadFinding
}

// Finding is what Timebound concludes about one token, and why.
type Finding struct {
	Token      *Token
	Account    *Account // nil if gone or not readable
	Origin     Origin
	Orphan     bool // the account is known to be gone or to have another UID
	Verdict    Verdict
	References []Reference
	// Referrers counts the distinct objects behind References.
	Referrers int
	// Reasons led to the verdict, the decisive ones first. A verdict of unknown
	// names the missing facts here as well as in BlindSpots.
	Reasons []Reason
	// BlindSpots are what was not seen and could change the verdict.
	BlindSpots []Reason
	Keeper     *Keeper // nil if no known system owns it
	// Use is who presented it, as audit logs tell; nil if they show no use, or none
	// was read. AccountUse is who presented one of its account's tokens, where the
	// logs name the account alone.
	Use, AccountUse *TokenUse
	// From says where its callers are.
	From Whereabouts
	// UnseenDays is for how many days no use was seen while uses were being
	// recorded; -1 if they were not, or if that is not known.
	UnseenDays int
}

// AccountFinding is a service account with its tokens and users.
type AccountFinding struct {
	Account *Account
	Tokens  []*Finding
	// Pods and Templates count the workloads that run as this account.
	Pods, Templates int
	// Unmatched are names in .secrets that no loaded token or dockercfg secret
	// has: references left dangling, or secrets of other types, which are
	// never listed.
	Unmatched []string
}

// WorkloadFinding is a workload with the tokens it references.
type WorkloadFinding struct {
	Workload *Workload
	Tokens   []*Finding
}

// WorkloadKey names a workload among all kinds.
type WorkloadKey struct {
	Kind string
	Key
}

// Reference is something in the cluster that points at a token.
type Reference struct {
	How RefKind
	// By is the kind and name of what points: "Pod", "CronJob",
	// "ServiceAccount", "Secret".
	By       WorkloadKey
	Where    string // the place inside the object
	State    WorkloadState
	Optional bool
}

// Counts are the totals that the overview shows.
type Counts struct {
	Tokens    int
	ByVerdict [VerdictCount]int
	ByOrigin  [OriginCount]int
	Orphans   int
}

// Origin says where a token came from. Upstream's own rule: the token is
// auto-generated exactly if its account's .secrets names it
// (k8s.io/kubernetes pkg/serviceaccount/legacy.go); names prove nothing.
type Origin uint8

// The origins.
const (
	OriginUnknown Origin = iota // accounts were not readable
	OriginAuto                  // its name stands in the account's .secrets
	OriginManual                // it does not
	OriginCount   = int(OriginManual) + 1
)

var originWords = [OriginCount]string{OriginUnknown: "unknown", OriginAuto: "auto-generated", OriginManual: "manual"}

// String gives the word people read and scripts match.
func (o Origin) String() string { return originWords[o] }

// Short gives a word that fits a narrow column.
func (o Origin) Short() string {
	if o == OriginAuto {
		return "auto"
	}
	return o.String()
}

// Verdict is what Timebound concludes about a token.
type Verdict uint8

// The verdicts, in the order in which they are listed.
const (
	VerdictUnknown     Verdict = iota // a needed fact is missing
	VerdictProtected                  // a known system needs it
	VerdictInUse                      // somebody presented it within the window
	VerdictReferenced                 // something in the cluster points at it
	VerdictQuiet                      // no use seen, but watched for too short a time
	VerdictIdle                       // no reference, no use, watched long enough
	VerdictInvalidated                // switched off by label, reversible
	VerdictKnocked                    // invalidated, and somebody tried
	VerdictDead                       // cannot authenticate any more
	VerdictCount       = int(VerdictDead) + 1
)

var verdictWords = [VerdictCount]string{
	VerdictUnknown: "unknown", VerdictProtected: "protected", VerdictInUse: "in use",
	VerdictReferenced: "referenced", VerdictQuiet: "quiet", VerdictIdle: "idle",
	VerdictInvalidated: "invalidated", VerdictKnocked: "knocked", VerdictDead: "dead",
}

// String gives the word people read.
func (v Verdict) String() string { return verdictWords[v] }

// Slug gives the word that queries and scripts use: "in-use" for "in use".
func (v Verdict) Slug() string {
	if v == VerdictInUse {
		return "in-use"
	}
	return v.String()
}

// ParseVerdict reads a word or slug.
func ParseVerdict(s string) (Verdict, bool) {
	for i, w := range verdictWords {
		if s == w || s == Verdict(i).Slug() {
			return Verdict(i), true
		}
	}
	return 0, false
}

// ParseOrigin reads an origin word, short or long.
func ParseOrigin(s string) (Origin, bool) {
	for i, w := range originWords {
		if s == w || s == Origin(i).Short() {
			return Origin(i), true
		}
	}
	return 0, false
}

// Token looks a finding up by key; nil if there is none.
func (a *Assessment) Token(k Key) *Finding { return a.tokens[k] }

// Account looks an account up by key; nil if there is none.
func (a *Assessment) Account(k Key) *AccountFinding { return a.accounts[k] }

// Workload looks a workload up that references a token; nil if there is none.
func (a *Assessment) Workload(k WorkloadKey) *WorkloadFinding { return a.workloads[k] }
