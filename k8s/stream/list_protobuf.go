package stream

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// protobufMagic opens every Kubernetes protobuf answer; a runtime.Unknown
// follows, whose raw field is the object (k8s.io/apimachinery
// pkg/runtime/serializer/protobuf).
var protobufMagic = []byte("k8s\x00")

// Wire types of protobuf.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// Fields of runtime.Unknown (k8s.io/apimachinery pkg/runtime/generated.proto)
// and of every list kind (metadata 1, items 2).
const (
	unknownTypeMeta = 1
	unknownRaw      = 2
	unknownEncoding = 3
	listMetadata    = 1
	listItems       = 2
)

// wire reads protobuf fields off a stream.
type wire struct {
	r   *bufio.Reader
	buf []byte
}

// field reads the next key; io.EOF before its first byte is the regular end.
func (w *wire) field() (number, kind uint64, err error) {
	key, err := binary.ReadUvarint(w.r)
	return key >> 3, key & 7, err
}

// bytes reads a length-delimited value into the shared buffer.
func (w *wire) bytes() ([]byte, error) {
	n, err := binary.ReadUvarint(w.r)
	if err != nil {
		return nil, truncated(err)
	}
	if n > maxItem {
		return nil, &Error{Fault: Undecoded, Detail: "an object is larger than 16 MiB"}
	}
	// Memory is taken as bytes come, not as they are announced.
	w.buf = w.buf[:0]
	for have := 0; have < int(n); have = len(w.buf) {
		step := min(int(n)-have, 64<<10)
		w.buf = slices.Grow(w.buf, step)[:have+step]
		if _, err := io.ReadFull(w.r, w.buf[have:]); err != nil {
			return nil, truncated(err)
		}
	}
	return w.buf, nil
}

// skip reads past a value that is of no interest.
func (w *wire) skip(kind uint64) error {
	var err error
	switch kind {
	case wireVarint:
		_, err = binary.ReadUvarint(w.r)
	case wireFixed64:
		_, err = w.r.Discard(8)
	case wireFixed32:
		_, err = w.r.Discard(4)
	case wireBytes:
		_, err = w.bytes()
		return err
	default:
		return &Error{Fault: Undecoded, Detail: "protobuf"}
	}
	if err != nil {
		return truncated(err)
	}
	return nil
}

func readProtobufList(r *bufio.Reader, wantKind string, item func([]byte, Encoding) error) (metav1.ListMeta, error) {
	var list metav1.ListMeta
	named, listed := false, false
	w := &wire{r: r}
	for {
		number, kind, err := w.field()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, truncated(err)
		}
		switch {
		case number == unknownTypeMeta && kind == wireBytes:
			raw, err := w.bytes()
			if err != nil {
				return list, err
			}
			var t runtime.TypeMeta
			if t.Unmarshal(raw) != nil {
				return list, &Error{Fault: Undecoded, Detail: "protobuf"}
			}
			if err := checkKind(t.Kind, wantKind); err != nil {
				return list, err
			}
			named = true
		case number == unknownRaw && kind == wireBytes && named:
			n, err := binary.ReadUvarint(r)
			if err != nil {
				return list, truncated(err)
			}
			if err := readProtobufItems(r, n, &list, item); err != nil {
				return list, err
			}
			listed = true
		case number == unknownEncoding && kind == wireBytes:
			raw, err := w.bytes()
			if err != nil {
				return list, err
			}
			if len(raw) > 0 {
				return list, &Error{Fault: Undecoded, Detail: "an Encoding that was not asked for"}
			}
		default:
			if err := w.skip(kind); err != nil {
				return list, err
			}
		}
	}
	if !listed { // even an empty list has a message
		return list, &Error{Fault: Truncated}
	}
	return list, nil
}

// readProtobufItems reads the n bytes of a list message.
func readProtobufItems(r *bufio.Reader, n uint64, list *metav1.ListMeta, item func([]byte, Encoding) error) error {
	limited := &io.LimitedReader{R: r, N: int64(min(n, 1<<62))}
	w := &wire{r: bufio.NewReaderSize(limited, 32<<10)}
	for {
		number, kind, err := w.field()
		if errors.Is(err, io.EOF) {
			if limited.N > 0 {
				return &Error{Fault: Truncated}
			}
			return nil
		}
		if err != nil {
			return truncated(err)
		}
		if kind != wireBytes || number != listMetadata && number != listItems {
			if err := w.skip(kind); err != nil {
				return err
			}
			continue
		}
		raw, err := w.bytes()
		if err != nil {
			return err
		}
		if number == listItems {
			if err := item(raw, Protobuf); err != nil {
				return err
			}
		} else if list.Unmarshal(raw) != nil {
			return &Error{Fault: Undecoded, Detail: "protobuf"}
		}
	}
}
