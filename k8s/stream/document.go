package stream

import (
	"encoding/json"
	"errors"
	"io"
)

// maxDocument bounds small answers.
const maxDocument = 4 << 20

// ReadDocument reads one small JSON document into a value and closes the body.
func ReadDocument(body io.ReadCloser, into any) error {
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, maxDocument))
	if err != nil {
		return truncated(err)
	}
	return Decode(data, into)
}

// Decode reads one JSON document that is in memory. The error is an *Error.
func Decode(data []byte, into any) error {
	if len(data) == 0 || data[0] != '{' {
		return &Error{Fault: Foreign}
	}
	if err := json.Unmarshal(data, into); err != nil {
		return documentFault(err)
	}
	return nil
}

// documentFault is jsonFault without the way out for errors of a connection:
// what is left is told by decoders of single values, which quote them.
func documentFault(err error) error {
	var ours *Error
	if errors.As(jsonFault(err), &ours) {
		return ours
	}
	return &Error{Fault: Undecoded, Detail: "JSON with a value of an unexpected form"}
}
