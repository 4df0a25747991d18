// Package k8s talks to Kubernetes and is the only room that does. It opens a
// Session from a rest.Config, reads what decides about tokens into the plain
// structs of package model, and keeps them current by watching. Its Hand reads
// single objects and changes them, in the words of package wire.
//
// Three promises are kept here and nowhere else:
//
//   - No token bytes: secrets are asked for as metadata only, with no form to
//     fall back to that would carry data; values that may be tokens are dropped
//     while an object is trimmed (trim/secret.go). Only Hand.Token reads the
//     bytes of one secret, and overwrites them afterwards.
//   - Read-only until unlocked: the HTTP transport itself refuses whatever could
//     change the cluster or count as a use of a token (readonly.go). Once
//     unlocked it passes the changes that a Hand makes, each by a permit for
//     this one request (hand_permit.go), and nothing else.
//   - Nothing is claimed that was not read: every kind carries its own coverage,
//     and an answer that breaks off counts as not given (stream/list.go).
//
// It must not know what a token's verdict is, how anything looks on a screen,
// or where a plan comes from. It imports model and nothing else of ours but
// its own sub-folders.
package k8s
