// Package run carries staged changes out: in what order and at what pace, what
// is written to the journal before and after each, what happens when an answer
// does not come, how a run that was cut off is finished, and how it is undone.
//
// The law of it: an intent is on disk before anything is sent; an outcome
// follows it; what moved since it was staged is skipped and told, never forced;
// and whether a change was made is decided by looking at the object, never by
// hoping.
//
// It must not know how anything looks on a screen, and talks to a cluster only
// through change.Cluster.
package run
