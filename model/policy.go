package model

import "time"

// Policy is what people may set about judging.
type Policy struct {
	// AsOf is the day that counts as today. The zero Policy has no AsOf; use
	// DefaultPolicy.
	AsOf Day
	// Today is the real day. AsOf after Today makes a forecast: uses until
	// then are not known.
	Today Day
	// Now is the instant behind Today, by our clock. With it, a clock that
	// differs from the API server's cannot move Today; zero leaves Today as
	// it is.
	Now time.Time
	// IdleAfter is the number of days without use after which a token may be
	// called idle.
	IdleAfter int
	// MinWatch is the number of days for which uses must have been recorded
	// before silence means anything.
	MinWatch int
}

// DefaultIdleAfter is the default window without use, in days.
const DefaultIdleAfter = 90

// DefaultPolicy judges as of now, with the default windows.
func DefaultPolicy(now time.Time) Policy {
	return Policy{AsOf: DayOf(now), Today: DayOf(now), Now: now, IdleAfter: DefaultIdleAfter, MinWatch: DefaultIdleAfter}
}

// Knowledge is what is known about Kubernetes and its ecosystem, as data.
type Knowledge struct {
	Gates   GateTable
	Flags   FlagTable
	Keepers []Keeper
}

// Keeper is a system that owns a token and needs it.
type Keeper struct {
	ID       string // stable: "openshift-recovery"
	Title    string // "OpenShift control plane recovery"
	Match    KeeperMatch
	UsedBy   string // who presents the token, and where
	IfGone   string // what breaks without it
	SafePath string // how to get rid of it, if at all
	Source   string // where this is written
}

// KeeperMatch says which tokens a keeper owns. All fields that are set must
// match; a trailing * in a field matches any ending.
type KeeperMatch struct {
	Platform    PlatformID
	Namespace   string
	Account     string
	Name        string
	Labels      map[string]string
	Annotations map[string]string
}
