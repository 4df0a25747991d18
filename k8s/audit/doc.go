// Package audit reads audit logs into a usage.Summary, at the speed of the disk
// where a log is what an API server writes, and at any size in the same memory.
//
// Files are read in blocks, in parallel. Of a block only the lines that may tell
// of a token are decoded (package needle finds them), and a few at fixed places,
// which show what time and which requests the log covers. What a line means is
// for package event, what is wrapped around it for package wrap, where it comes
// from for package source. This package must not judge what it adds up.
//
// The result does not depend on the number of workers or the order of sources.
package audit
