package auditlog

import (
	"errors"
	"fmt"
	"time"
)

// Options say what kind of log to make. The zero value of a field means its
// default, except where it says otherwise.
type Options struct {
	// Seed makes logs differ. Accounts, tokens and callers depend on it alone,
	// so that the logs of several servers tell of the same ones.
	Seed uint64
	// Server is which of several API servers wrote this log: other requests, the
	// same callers.
	Server int
	// Prefix stands in front of each line, such as "master-0 ".
	Prefix string

	// Size is how many bytes to write; the requests under way at that point still
	// end, so that it becomes a little more. 0 means no limit.
	Size int64
	// Requests is how many requests to write. 0 means no limit; one of the two is
	// needed.
	Requests int

	// Minor is the Kubernetes minor version, which decides what events say: from 29
	// on the secret, from 30 on credential ids. Default 37.
	Minor int
	// Start is when the first request arrived. Default 2026-03-01 00:00 UTC.
	Start time.Time
	// Gap is the mean time between two requests. Default 100 ms.
	Gap time.Duration
	// AllStages writes an event when a request arrives, too, as a policy without
	// omitStages has it.
	AllStages bool

	// MetadataOnly logs no bodies. Otherwise 15 % of the requests are logged at
	// level Request and 5 % at RequestResponse.
	MetadataOnly bool

	// Accounts, Tokens and Pods are how many of them there are. Default 4,000,
	// 5,000 and 3,000. Tokens are legacy ones; an account may have several.
	Accounts, Tokens, Pods int
	// Callers spreads the legacy requests evenly over this many distinct callers
	// (agent and address), and over all tokens. 0 gives each token from one to four.
	Callers int

	// Shares say how often the requests occur that a reader looks for. The zero
	// value means UsualShares.
	Shares Shares
}

// Shares are shares of requests, in thousandths. The rest are kubelets,
// controllers, people and pods with bound tokens.
type Shares struct {
	Legacy   int // with a legacy token
	Stale    int // with a bound token past its warning threshold
	Refused  int // answered 401
	Reviewed int // TokenReviews
	Issued   int // TokenRequests
	// Presented is of bound tokens that were asked for by others than kubelets.
	Presented int
	// Decoys are requests whose bodies, paths or agents hold what looks like the
	// annotations of a legacy token.
	Decoys int
	// Escaped is the share of lines with such annotations that have them escaped, as
	// a re-encoder may but no API server does.
	Escaped int
}

// UsualShares are those of a cluster in the middle of its way off legacy tokens:
// 2 % of the requests with legacy or stale tokens.
func UsualShares() Shares {
	return Shares{Legacy: 17, Stale: 3, Refused: 2, Reviewed: 3, Issued: 4, Presented: 5, Decoys: 2}
}

// OnlyLegacy makes every line one of a legacy token.
func OnlyLegacy() Shares { return Shares{Legacy: 1000} }

func (o Options) withDefaults() (Options, error) {
	if o.Size <= 0 && o.Requests <= 0 {
		return o, errors.New("make an audit log: it would not end; give a size or a number of requests")
	}
	if o.Shares == (Shares{}) {
		o.Shares = UsualShares()
	}
	s := o.Shares
	for _, share := range []int{s.Legacy, s.Stale, s.Refused, s.Reviewed, s.Issued, s.Presented, s.Decoys, s.Escaped} {
		if share < 0 {
			return o, fmt.Errorf("make an audit log: a share of %d; want 0 to 1000", share)
		}
	}
	if sum := s.Legacy + s.Stale + s.Refused + s.Reviewed + s.Issued + s.Presented + s.Decoys; sum > 1000 || s.Escaped > 1000 {
		return o, fmt.Errorf("make an audit log: the shares are %d and %d of 1000; want no more than 1000", sum, s.Escaped)
	}
	for _, d := range []struct {
		value    *int
		standard int
	}{{&o.Minor, 37}, {&o.Accounts, 4000}, {&o.Tokens, 5000}, {&o.Pods, 3000}} {
		if *d.value <= 0 {
			*d.value = d.standard
		}
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Gap <= 0 {
		o.Gap = 100 * time.Millisecond
	}
	if o.Callers > 0 && o.Callers < o.Tokens {
		return o, fmt.Errorf("make an audit log: %d callers for %d tokens; want one for each token at least", o.Callers, o.Tokens)
	}
	return o, nil
}
