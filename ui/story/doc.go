// Package story tells what is known of one token, one account or one
// workload: the answer first, then the reasons, then the facts, then what was
// looked at and what was not.
//
// It is a pure function of an assessment. It must not know how it came here, or
// how far somebody has scrolled.
package story

// Depth says how much is told.
type Depth uint8

// The depths.
const (
	Brief Depth = iota // for the pane beside a list: what decides
	Full               // for the page of its own: everything that is known
)

// How many cells the names of facts take; beside a list there is less room.
const (
	labelWidth = 13
	labelBrief = 11
)
