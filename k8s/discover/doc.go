// Package discover learns what can be learned of a control plane from
// outside: the versions behind the address, the platform, the settings that
// decide about tokens, and since when uses are recorded.
//
// Everything is asked with GET, in parallel, and nothing is concluded here:
// what a probe saw becomes an observation that says where it was seen, and a
// probe that saw nothing leaves nothing. What follows from observations and
// versions is model.ResolveSettings' business. The package must not know
// provider documents (how long EKS extends tokens), nor read secrets.
package discover
