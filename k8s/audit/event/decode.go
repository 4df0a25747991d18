package event

import (
	"errors"

	"timebound/model/usage"
)

// ErrForeign says that a record is sound JSON, but no audit event.
var ErrForeign = errors.New("not an audit event: kind Event of audit.k8s.io with an auditID is expected")

// ErrMalformed says that a record is broken, or so odd that believing it would be
// a guess: a field that is read stands twice, has another type, or a value that
// no API server writes. It may hide a use and has to be counted.
var ErrMalformed = errors.New("malformed audit event")

// Decode reads one event, and nothing else, from record into e; what e held
// before is forgotten, and Server is left to the caller. Of the classes in Tells,
// Presented is left to the caller as well, who knows which credentials were asked
// for. An event that tells nothing is good: it shows that the log covered its time.
//
// The strings in e are borrowed from record where they can be: whoever keeps one
// beyond the next change of record clones it.
//
// The error is ErrForeign, or wraps ErrMalformed.
func Decode(record []byte, e *usage.Event) error {
	var w walker
	if w.walk(record) {
		return w.event(e)
	}
	return decodeOdd(record, e)
}

// decodeOdd is apart because what encoding/json fills is allocated.
func decodeOdd(record []byte, e *usage.Event) error {
	var f fields
	if err := parse(record, &f); err != nil {
		*e = usage.Event{}
		return err
	}
	return f.event(e)
}
