package cleaner

import (
	"time"

	"timebound/model"
)

// Token is what the cleaner looks at.
type Token struct {
	Created time.Time
	// Deleting says that a deletionTimestamp is set.
	Deleting bool
	// LastUsed and InvalidSince are the two labels.
	LastUsed, InvalidSince model.DayLabel
	// Listed says that the account exists, under the UID that the token names
	// (or the token names none), and that its .secrets names the token. This is
	// the cleaner's only test for auto-generated.
	Listed bool
	// Mounted says that a pod of the namespace names the secret, whatever its
	// phase. Templates without pods do not count.
	Mounted bool
}

// Fate is what becomes of a token if nobody acts and nobody uses it.
type Fate struct {
	// Spared is why the cleaner never touches the token; SparedNot if it does.
	// A token that something spares has no days.
	Spared Spared
	// Invalidated is the first UTC day on which the cleaner may label the token;
	// 0 if it does not, or if a label is there already.
	Invalidated model.Day
	// Deleted is the first UTC day on which the cleaner may delete the token.
	Deleted model.Day
}

// Spared says why the cleaner leaves a token alone.
type Spared uint8

// The reasons, in the order in which they are looked at.
const (
	SparedNot        Spared = iota
	SparedNoCleaner         // no cleaner runs, now or after the upgrades
	SparedNoTracking        // since when uses are recorded is not known: the cleaner gives up
	SparedDeleting          // somebody deletes it already
	SparedLabelNoDay        // its last-used label is not a date
	SparedNotListed         // no account lists it in .secrets: not auto-generated
	SparedMounted           // a pod names it
)
