// Package wire holds the words in which single objects of a cluster are asked
// for and changed: Target, Request, Object, Failure. Requests are data, so that
// the same one is shown, tried out as a dry run, written to a journal and sent.
// It knows nothing of HTTP and nothing of what a change is good for.
package wire
