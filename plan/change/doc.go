// Package change holds the actions as data: what may be staged and why not,
// what each action sends, what has to hold for it, what it takes to put it
// back, and how kubectl would say it. It asks a cluster only for the single
// objects that a change is about, through the interface Cluster, and sends
// nothing: package run does.
//
// It must not know in what order changes are made, what a journal is, or how
// anything looks on a screen.
package change
