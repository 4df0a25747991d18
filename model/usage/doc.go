// Package usage adds up who presented which token: Events, as audit logs tell
// them, become a Summary, which is small, merges with others in any order, and
// can be saved and sent around in place of the logs.
//
// It is pure: it knows nothing of files, formats and clusters. It must not judge
// (model.Assess does) and never sees a token, a signature, or what a request
// carried.
package usage
