// Package demo is a small API server that runs inside the process and serves a
// made-up cluster (package world), so that the dashboard and the commands can
// be tried, pictured and tested without a real one. It speaks real HTTP and the
// real Kubernetes API for just the requests the product makes: lists with
// paging and selectors, metadata-only answers, JSON and protobuf, watches, and
// changes with preconditions and dry runs. Package contract holds it against a
// real API server.
//
// It runs no controllers: nothing fills an empty token, collects garbage or
// starts pods. It knows nothing of the rest of the product, and the product
// reaches it only through a rest.Config, like any other cluster.
package demo
