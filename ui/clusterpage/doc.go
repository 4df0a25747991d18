// Package clusterpage is page 5: what is known of the control plane, and how
// each thing is known: versions, platform, tracking, clocks, feature gates,
// flags, and what of the cluster was read.
//
// It is a pure function of an assessment. It must not know how it came here
// or what the keys are.
package clusterpage
