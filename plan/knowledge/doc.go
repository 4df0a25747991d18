// Package knowledge holds what is written about Kubernetes and its ecosystem
// and does not depend on any cluster: which feature gates exist in which
// minor, which flags decide about tokens, and which systems own one. It is
// data, embedded as YAML, with the place in the source beside every fact.
//
// It must not know of any cluster, of the screen, or of the time.
package knowledge
