package usage

import "timebound/model"

// Tells says what an event tells, as a set: a request made with a legacy token
// may be a TokenRequest at the same time.
type Tells uint8

// What an event may tell.
const (
	// Legacy: a secret-based token was accepted (annotation
	// authentication.k8s.io/legacy-token).
	Legacy Tells = 1 << iota
	// Stale: a bound token was accepted past its warning threshold: its holder
	// did not read the file again (authentication.k8s.io/stale-token).
	Stale
	// Refused: a request was answered 401, and the event names no user. Whose
	// token it was cannot be told (k8s.io/apiserver
	// pkg/endpoints/filters/authn_audit.go).
	Refused
	// Issued: a TokenRequest was answered
	// (authentication.kubernetes.io/issued-credential-id, 1.30 and later).
	Issued
	// Presented: a bound token was accepted whose credential id was asked for.
	Presented
	// Reviewed: somebody had a token checked (create tokenreviews). Whose it was
	// the event does not say: such a use moves the last-used label alone.
	Reviewed
)

// Stage is where in the handling of a request an event was written
// (k8s.io/apiserver pkg/apis/audit/v1).
type Stage uint8

// The stages. A request has one event of each stage at most.
const (
	StageUnknown Stage = iota
	StageReceived
	StageStarted  // of requests that are answered at length (watch), and of refused ones
	StageComplete // the end of most
	StagePanic    // the end of the others
	// StageEnded is no event's stage: under it the ends of requests that are answered
	// at length are counted, which have begun by StageStarted.
	StageEnded
	StageCount = int(StageEnded) + 1
)

// Micros is an instant in microseconds since 1970, UTC, the grain of audit
// events; 0 if the event says none.
type Micros int64

// Event is what is kept of one audit event. Its strings may be borrowed from a
// buffer that is used again: whoever keeps one clones it.
type Event struct {
	Tells Tells
	// ID is the auditID, the same for all stages of a request.
	ID    string
	Stage Stage
	// Received is when the request arrived, the same for all stages; Staged is
	// when this event was written.
	Received, Staged Micros
	// Server names the API server, if the log tells: a node, a log stream, a pod.
	Server string

	// Account is whose token was presented (Legacy, Stale), or for whom one was
	// issued (Issued; see IssuedFor).
	Account model.Key
	// Secret is the token's secret in Account.Namespace; "" where the version does
	// not name it (before 1.29).
	Secret string
	// Origin is what the API server said of it: auto-generated, manual, or unknown
	// where it says nothing.
	Origin model.Origin
	// PastWarning is for how many seconds the warning threshold was passed (Stale).
	PastWarning int64

	// User is who the request was authenticated as; "" if refused.
	User string
	// Pod and Node are where the bound token was made for, as user.extra says; zero
	// for legacy tokens.
	Pod  model.Key
	Node string
	// Credential is the id of the presented bound token (user.extra), without "JTI=";
	// IssuedID is the id of the token that this request issued, IssuedFor its account.
	Credential string
	IssuedID   string
	IssuedFor  model.Key

	Agent string // User-Agent header, as the client sent it
	// Peer is the address that the connection came from, the last of sourceIPs.
	// Forwarded is the first, if there are several: the client may have made it up.
	Peer, Forwarded string

	Verb string
	// Group, Resource, Subresource and Namespace are of the object that was asked
	// for. Path is that of a request for no object, without its query, which may
	// hold a token.
	Group, Resource, Subresource, Namespace string
	Path                                    string
	Code                                    int // HTTP status; 0 if the event says none
}
