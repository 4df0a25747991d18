// Package stream reads the answers of an API server as they arrive: lists item
// by item, in JSON or protobuf, and small documents. An answer that breaks off,
// or is not what was asked for, is an error and never half a result; no error
// quotes an answer, which may hold tokens.
//
// It must not know which kinds there are, what is kept of them, or how
// requests are made.
package stream

import (
	"bufio"
	"bytes"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Encoding is the wire format of an object.
type Encoding uint8

// The wire formats.
const (
	JSON Encoding = iota
	Protobuf
)

// maxItem bounds one object; etcd refuses values over 1.5 MiB, and a server
// that claims more wants our memory.
const maxItem = 16 << 20

// ReadList reads a list answer as it streams in and hands over item by item.
// Only one item is in memory at a time, so that a page costs no more than its
// largest object. The bytes given to item are reused after it returns. wantKind
// is the list's kind, for instance "PodList".
//
// An error means that nothing of what was handed over may be used.
func ReadList(r io.Reader, wantKind string, item func(raw []byte, enc Encoding) error) (metav1.ListMeta, error) {
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
		return metav1.ListMeta{}, &Error{Fault: Foreign}
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
