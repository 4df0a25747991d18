package stream

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Fields of an object's message (metadata is 1 in every kind) and of its
// metadata (k8s.io/apimachinery pkg/apis/meta/v1 generated.proto).
const (
	objectMetadata    = 1
	metaManagedFields = 17
)

// Decoder turns items into objects of type O, one after the other. Each
// object is valid until the next is decoded.
type Decoder[O any] struct {
	object   O
	metadata func(*O) *metav1.ObjectMeta
	rest     []byte
	meta     []byte
}

// NewDecoder makes a decoder; metadata gives the place of an object's metadata.
func NewDecoder[O any](metadata func(*O) *metav1.ObjectMeta) *Decoder[O] {
	return &Decoder[O]{metadata: metadata}
}

type protobufMessage interface{ Unmarshal([]byte) error }

// Decode decodes one item, without its managedFields. The error is an *Error.
func (d *Decoder[O]) Decode(raw []byte, enc Encoding) (*O, error) {
	var zero O
	d.object = zero
	if enc == JSON {
		if err := json.Unmarshal(raw, &d.object); err != nil {
			return nil, jsonFault(err)
		}
		d.metadata(&d.object).ManagedFields = nil
		return &d.object, nil
	}
	message, ok := any(&d.object).(protobufMessage)
	if !ok {
		return nil, &Error{Fault: Undecoded, Detail: "protobuf of a kind that has none"}
	}
	// The metadata is decoded by itself, without the managedFields.
	d.rest = withoutField(d.rest, raw, objectMetadata)
	d.meta = withoutField(d.meta, field(raw, objectMetadata), metaManagedFields)
	if message.Unmarshal(d.rest) != nil || d.metadata(&d.object).Unmarshal(d.meta) != nil {
		return nil, &Error{Fault: Undecoded, Detail: "protobuf"}
	}
	return &d.object, nil
}
