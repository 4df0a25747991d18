package k8s

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// answerError says that an answer could not be used. It never holds a part of
// the answer.
type answerError struct {
	reason answerFault
	detail string
}

type answerFault uint8

const (
	answerTruncated  answerFault = iota // broke off before its end
	answerUndecoded                     // does not follow the format it claims
	answerForeign                       // is not from a Kubernetes API: HTML, plain text
	answerUnexpected                    // is from one, but of another kind than asked for
)

func (e *answerError) Error() string {
	words := [...]string{"the answer broke off", "the answer cannot be decoded", "the answer is not from a Kubernetes API", "the answer is not what was asked for"}
	if e.detail == "" {
		return words[e.reason]
	}
	return words[e.reason] + " (" + e.detail + ")"
}

// encoding is the wire format of an object.
type encoding uint8

const (
	encodedJSON encoding = iota
	encodedProtobuf
)

// maxItem bounds one object; etcd refuses values over 1.5 MiB, and a server
// that claims more wants our memory.
const maxItem = 16 << 20

// readList reads a list answer as it streams in and hands over item by item.
// Only one item is in memory at a time, so that a page costs no more than its
// largest object. The bytes given to item are reused after it returns. wantKind
// is the list's kind, for instance "PodList".
//
// An error means that nothing of what was handed over may be used.
func readList(r io.Reader, wantKind string, item func(raw []byte, enc encoding) error) (metav1.ListMeta, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(len(protobufMagic))
	if err != nil && len(head) == 0 {
		return metav1.ListMeta{}, truncated(err)
	}
	var list metav1.ListMeta
	if bytes.Equal(head, protobufMagic) {
		_, _ = br.Discard(len(protobufMagic))
		list, err = readProtobufList(br, wantKind, item)
	} else if head[0] == '{' {
		list, err = readJSONList(br, wantKind, item)
	} else {
		return metav1.ListMeta{}, &answerError{reason: answerForeign}
	}
	if err != nil {
		return metav1.ListMeta{}, err
	}
	// Reading to the end lets the connection be used again, and finds an
	// answer that claims to be longer than it is.
	if _, err := io.Copy(io.Discard, br); err != nil {
		return metav1.ListMeta{}, truncated(err)
	}
	return list, nil
}

// truncated tells an answer that ended early from a connection that failed;
// the latter keeps its cause.
func truncated(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &answerError{reason: answerTruncated}
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
	return &answerError{reason: answerUnexpected, detail: fmt.Sprintf("%s instead of %s", got, want)}
}

// readJSONList reads {"kind": …, "metadata": …, "items": […]} in whatever
// order the keys come.
func readJSONList(r io.Reader, wantKind string, item func([]byte, encoding) error) (metav1.ListMeta, error) {
	var list metav1.ListMeta
	kind := ""
	dec := json.NewDecoder(r)
	if _, err := dec.Token(); err != nil {
		return list, jsonFault(err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return list, jsonFault(err)
		}
		switch key {
		case "kind":
			err = dec.Decode(&kind)
		case "metadata":
			err = dec.Decode(&list)
		case "items":
			err = readJSONItems(dec, item)
		default:
			var skipped json.RawMessage
			err = dec.Decode(&skipped)
		}
		if err != nil {
			return list, jsonFault(err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return list, jsonFault(err)
	}
	return list, checkKind(kind, wantKind)
}

func readJSONItems(dec *json.Decoder, item func([]byte, encoding) error) error {
	open, err := dec.Token()
	if err != nil || open == nil { // "items": null is an empty list
		return err
	}
	if open != json.Delim('[') {
		return &answerError{reason: answerUndecoded}
	}
	var raw json.RawMessage
	for dec.More() {
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if err := item(raw, encodedJSON); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

// jsonFault turns what encoding/json says, which may quote the input, into an
// answerError. Errors of ours and of the connection pass.
func jsonFault(err error) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && strings.HasPrefix(syntax.Error(), "unexpected end"):
		return &answerError{reason: answerTruncated}
	case errors.As(err, &syntax):
		return &answerError{reason: answerUndecoded, detail: fmt.Sprintf("JSON, near byte %d", syntax.Offset)}
	case errors.As(err, &shape):
		return &answerError{reason: answerUndecoded, detail: "JSON of an unexpected shape"}
	}
	return truncated(err)
}
