package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Error says that an answer could not be used. It never holds a part of the
// answer.
type Error struct {
	Fault  Fault
	Detail string // "" if there is nothing to add
}

// Fault is what is wrong with an answer.
type Fault uint8

// The faults of answers.
const (
	Truncated  Fault = iota // broke off before its end
	Undecoded               // does not follow the format it claims
	Foreign                 // is not from a Kubernetes API: HTML, plain text
	Unexpected              // is from one, but of another kind than asked for
)

func (e *Error) Error() string {
	words := [...]string{"the answer broke off", "the answer cannot be decoded", "the answer is not from a Kubernetes API", "the answer is not what was asked for"}
	if e.Detail == "" {
		return words[e.Fault]
	}
	return words[e.Fault] + " (" + e.Detail + ")"
}

// truncated tells an answer that ended early from a connection that failed;
// the latter keeps its cause.
func truncated(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Fault: Truncated}
	}
	return err
}

func checkKind(got, want string) error {
	if got == want {
		return nil
	}
	if len(got) > 60 || strings.ContainsFunc(got, func(r rune) bool { return r < 'A' || r > 'z' }) {
		got = "another kind"
	}
	return &Error{Fault: Unexpected, Detail: fmt.Sprintf("%s instead of %s", got, want)}
}

// jsonFault turns what encoding/json says, which may quote the input, into an
// Error. Errors of ours and of the connection pass.
func jsonFault(err error) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && strings.HasPrefix(syntax.Error(), "unexpected end"):
		return &Error{Fault: Truncated}
	case errors.As(err, &syntax):
		return &Error{Fault: Undecoded, Detail: fmt.Sprintf("JSON, near byte %d", syntax.Offset)}
	case errors.As(err, &shape):
		return &Error{Fault: Undecoded, Detail: "JSON of an unexpected shape"}
	}
	return truncated(err)
}
