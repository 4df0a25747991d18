// Package model says what a cluster's long-lived service account tokens are:
// the facts that were loaded (Inventory), what Timebound concludes from them
// (Assess), and how people ask for a part of them (Query).
//
// It is pure. It must not know where facts come from (no client-go), how they
// look on a screen (no Bubble Tea), or what time it is (time is handed in).
// It imports the standard library only.
//
// Facts and verdicts are kept apart: an Inventory is never changed by Assess,
// and a Finding points at the Token it speaks of.
package model
