// Package demo is a small API server that runs inside the process and serves a
// made-up cluster (package world), so that the dashboard and the commands can
// be tried, pictured and tested without a real one. It speaks real HTTP and the
// real Kubernetes API for just the requests the product makes: lists with
// paging and selectors, metadata-only answers, JSON and protobuf, watches,
// changes with preconditions and dry runs, bound tokens, and questions about
// oneself. Package contract holds it against a real API server.
//
// Its tokens are signed with a key that every run makes anew when it is first
// needed; they open nothing. Lists and watches carry placeholders in their
// place.
//
// Of all controllers it runs a part of one, the token controller: an empty
// token secret is filled, one of an account that is not there is deleted, and a
// deleted one disappears from its account's .secrets. Nothing collects garbage
// or starts pods, and OpenShift's pairs of secrets do not follow each other. It
// knows nothing of the rest of the product, and the product reaches it only
// through a rest.Config, like any other cluster.
package demo
