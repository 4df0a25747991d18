package run

import (
	"time"

	"timebound/model/wire"
	"timebound/plan/backup"
	"timebound/plan/change"
)

// The types of records in a journal.
const (
	typeStaged  = "staged"  // an item of the run: change.Item
	typeReady   = "ready"   // all items are written down
	typeIntent  = "intent"  // a change is about to be sent: Intent
	typeOutcome = "outcome" // what became of it: Outcome
	typeCheck   = "check"   // what a later look at it showed: Outcome
	typeNote    = "note"    // Note
	typeStopped = "stopped" // the run stopped with items left: End
)

// Head is the first record of a run.
type Head struct {
	Purpose Purpose       `json:"purpose"`
	Undoes  string        `json:"undoes,omitempty"` // the run that is undone
	Cluster wire.Identity `json:"cluster"`
	Host    string        `json:"host"`
	User    string        `json:"user"` // on this machine
	Version string        `json:"version"`
	// Plan is the hash of the plan file; "" if the changes were staged by hand.
	Plan    string  `json:"plan,omitempty"`
	Name    string  `json:"name"`
	Items   int     `json:"items"`
	Options Options `json:"options"`
}

// Purpose is what a run is for.
type Purpose string

// The purposes.
const (
	Apply Purpose = "apply"
	Undo  Purpose = "undo"
)

// Intent says what is about to be sent.
type Intent struct {
	Attempt int             `json:"attempt"`
	Request wire.Request    `json:"request"`
	Inverse *change.Inverse `json:"inverse,omitempty"`
	Backup  *backup.Receipt `json:"backup,omitempty"`
	Class   change.Class    `json:"class,omitempty"`
	Seconds int64           `json:"seconds,omitempty"` // of a token that is issued
}

// State is what became of an item.
type State string

// The states of an item.
const (
	Pending State = "pending" // not begun
	Doing   State = "doing"   // an intent is written, its outcome not
	Done    State = "done"
	Skipped State = "skipped" // nothing was changed, and why is told
	Failed  State = "failed"  // nothing was changed, or nobody knows: see Unsure
	Unsure  State = "unsure"  // it may have been changed, and could not be looked at
)

// States lists the states as people read them.
func States() []State { return []State{Done, Skipped, Failed, Unsure, Doing, Pending} }

// Outcome is what became of a change.
type Outcome struct {
	State State  `json:"state"`
	Code  string `json:"code,omitempty"`
	Why   string `json:"why,omitempty"`
	// UID and ResourceVersion are those of the object as it was left.
	UID             string `json:"uid,omitempty"`
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// Inverse replaces the intent's where the server filled in defaults.
	Inverse *change.Inverse `json:"inverse,omitempty"`
	// Looked says that the answer did not come, and the object was looked at.
	Looked bool `json:"looked,omitempty"`
	// File, Expires and Credential are of a token that was issued; Credential is
	// its id (jti), under which audit logs name it.
	File       string    `json:"file,omitempty"`
	Expires    time.Time `json:"expires,omitzero"`
	Credential string    `json:"credential,omitempty"`
}

// Note is something that happened in a run: paused, resumed, throttled, a
// finalizer that holds something.
type Note struct {
	Text string `json:"text"`
}

// End says how a run ended, or stopped.
type End struct {
	Why    string        `json:"why"` // "finished", or why it stopped
	Counts map[State]int `json:"counts"`
}
