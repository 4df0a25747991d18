package stream

import (
	"encoding/json"
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
	if len(data) == 0 || data[0] != '{' {
		return &Error{Fault: Foreign}
	}
	if err := json.Unmarshal(data, into); err != nil {
		return jsonFault(err)
	}
	return nil
}
