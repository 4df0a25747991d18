// Package planpage draws page 6: the way as a timeline, the steps of a hop, the
// story of a step, what the cleaner will do, and what each setting does.
//
// It is a pure function of a plan. It must not know how the plan came here,
// what the keys are, or where the cursor comes from.
package planpage
