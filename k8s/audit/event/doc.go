// Package event understands one audit event as an API server writes it:
// audit.k8s.io v1, v1beta1 and v1alpha1, in JSON.
//
// Two readers give the same answer. The quick one walks over the bytes once,
// keeps what is spelled plainly, allocates nothing, and gives up at anything
// unusual; the thorough one, made of encoding/json, decides then. Only the
// event's own fields are looked at: a logged object may hold a whole forged event
// and is stepped over.
//
// The package must not know of files, lines and wrappings, nor add anything up.
package event
