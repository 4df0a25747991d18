package model

import "time"

// Coverage says, per kind, what was read and what was not. A verdict may
// claim no more than coverage allows.
type Coverage struct {
	// Namespaces is what was asked for: nil means all namespaces.
	Namespaces []string
	Kinds      map[ObjectKind]KindCoverage
}

// KindCoverage says how much of one kind was read.
type KindCoverage struct {
	State CoverageState
	// Started is when the (last) list of this kind began, by the server's
	// clock where known. An object created later may be missing.
	Started time.Time
	Count   int
	// Gaps are the parts that could not be read. A Gap without Namespace
	// speaks of the whole kind.
	Gaps []Gap
	// Cached says that the list came from the API server's cache
	// (resourceVersion 0) and may be old.
	Cached bool
	// Mixed says that a continue token expired and the list was put together
	// from two points in time.
	Mixed bool
}

// CoverageState says how far the reading of a kind has come.
type CoverageState uint8

// The states of reading a kind.
const (
	CoveragePending   CoverageState = iota // not finished yet
	CoverageComplete                       // everything asked for was read
	CoveragePartial                        // some namespaces could not be read
	CoverageFailed                         // nothing could be read
	CoverageNotServed                      // the API server does not know the kind: nothing can be missing
)

// Gap is a part of the cluster that could not be read.
type Gap struct {
	Kind      ObjectKind
	Namespace string // "" means every namespace
	Reason    GapReason
	Message   string // what failed, why, what to do
	Rule      string // the RBAC rule that would help, e.g. "list secrets"; "" if none would
}

// GapReason says why a part is missing.
type GapReason string

// The reasons for a gap.
const (
	GapForbidden GapReason = "forbidden"
	GapFailed    GapReason = "failed"
	GapTruncated GapReason = "truncated"
)

// Reads says whether the kind was read for the namespace, so that "none
// found" means "there is none".
func (c Coverage) Reads(kind ObjectKind, namespace string) bool {
	k, ok := c.Kinds[kind]
	if !ok {
		return false
	}
	switch k.State {
	case CoverageNotServed:
		return true
	case CoverageComplete:
		return c.asked(namespace)
	case CoveragePartial:
		for _, g := range k.Gaps {
			if g.Namespace == "" || g.Namespace == namespace {
				return false
			}
		}
		return c.asked(namespace)
	}
	return false
}

func (c Coverage) asked(namespace string) bool {
	if c.Namespaces == nil {
		return true
	}
	for _, n := range c.Namespaces {
		if n == namespace {
			return true
		}
	}
	return false
}
