package wire

import (
	"errors"
	"fmt"
	"time"
)

// Failure is why a request did not do what it should.
type Failure struct {
	// Code is the HTTP status; 0 if no answer came.
	Code int
	// Reason is the API's word, such as "Conflict"; "" if there is none.
	Reason string
	// Message is for people, without hostile characters and tokens.
	Message string
	// RetryAfter is what the server asked to wait; 0 if it did not.
	RetryAfter time.Duration
	// Refused says that it was never sent: it is no request that may be.
	Refused bool
	// Unsure says that the change may have been made: the request was sent, and
	// its answer did not come, or says that the server gave up waiting.
	Unsure bool
}

// Error gives the message, with the status where there is one.
func (f *Failure) Error() string {
	if f.Code != 0 {
		return fmt.Sprintf("%s (%d)", f.Message, f.Code)
	}
	return f.Message
}

// AsksToWait says that the server is busy and wants to be left alone for a while.
func (f *Failure) AsksToWait() bool { return f != nil && (f.Code == 429 || f.RetryAfter > 0) }

// CodeOf gives the HTTP status that an error carries; 0 if it carries none.
func CodeOf(err error) int {
	if f := FailureOf(err); f != nil {
		return f.Code
	}
	return 0
}

// FailureOf gives the Failure inside an error, or nil.
func FailureOf(err error) *Failure {
	var f *Failure
	errors.As(err, &f)
	return f
}
