// Package plan builds the migration from long-lived to time-bound tokens: from
// what was loaded and judged (model.Assessment), from what is written about
// Kubernetes (plan/knowledge) and from a policy it makes hops, steps and
// actions, tells what upstream's cleaner will do by itself, and what each
// setting does to each kind of token.
//
// It must not know of clients, of screens, or of files; plan/planfile writes
// and reads what is built here.
package plan
