package model

import "time"

// Inventory is everything that was loaded from one cluster, at one time. It
// is immutable: a reload or a watch makes a new one that shares the objects
// that did not change.
type Inventory struct {
	Cluster     Cluster
	Tokens      []*Token
	PullSecrets []*PullSecret
	Accounts    []*Account
	Workloads   []*Workload
	Nodes       []Node
	Coverage    Coverage
	// Usage is what audit logs tell; nil if none was read.
	Usage *Usage
	// Taken is the time of the newest fact in it, by our clock.
	Taken time.Time
}

// Snapshot is an Inventory on its way to a screen: the data as far as it has
// come, how the reading goes, and what went wrong on the way.
type Snapshot struct {
	// Load counts full loads; it grows by one with every reload.
	Load      int
	Inventory *Inventory
	Progress  []Progress
	Problems  []Problem
	Link      Link
}

// Progress is how far the reading of one kind has come.
type Progress struct {
	Kind    ObjectKind
	Count   int
	Total   int // -1 if the server did not say
	Done    bool
	Failed  bool
	Elapsed time.Duration
}

// Rate gives objects per second; 0 before there is anything to divide.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Count) / p.Elapsed.Seconds()
}

// Link says how the data stays current.
type Link struct {
	State LinkState
	// Since is when State began.
	Since time.Time
	// Retry is when the next attempt is made, if State is LinkRetrying.
	Retry time.Time
}

// LinkState is the state of the connection to the API server.
type LinkState uint8

// The states of the connection.
const (
	LinkConnecting LinkState = iota // before the first answer
	LinkLoading                     // lists are being read
	LinkLive                        // watches keep the data current
	LinkRetrying                    // the connection broke; the data grows old
	LinkFixed                       // data that does not change: a dump
)

// Problem is something that went wrong, told so that a tired person can act:
// what failed, why, and what to do.
type Problem struct {
	What   string
	Why    string
	Remedy string
	// Fatal problems stop the load; others leave a gap.
	Fatal bool
}

// String joins the parts into one line.
func (p Problem) String() string {
	s := p.What
	if p.Why != "" {
		s += ": " + p.Why
	}
	if p.Remedy != "" {
		s += "; " + p.Remedy
	}
	return s
}
