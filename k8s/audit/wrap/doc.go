// Package wrap finds Kubernetes audit events in whatever they were wrapped in
// on their way: lists, CloudWatch, Google and Azure log records, the prefixes
// of shell tools, the envelopes of log shippers. The format is told per record,
// so a mixture is fine.
//
// It must not know where records come from (package source does), what an event
// means (package event does; it is handed in as a function) or how events are
// added up. What it reads is hostile: it never panics, does not recurse with the
// input, and holds no more than one record and what that inflates to.
package wrap
