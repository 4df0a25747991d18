// Package overview is page 1: where the cluster stands on the way from
// long-lived to time-bound tokens, on one screen.
//
// It is a pure function of an assessment and of how the reading goes. It must
// not know how it came here or what the keys are.
package overview
