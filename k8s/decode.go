package k8s

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

// decoder turns items into objects of type O, one after the other. Each
// object is valid until the next is decoded.
type decoder[O any] struct {
	object   O
	metadata func(*O) *metav1.ObjectMeta
	rest     []byte
	meta     []byte
}

type protobufMessage interface{ Unmarshal([]byte) error }

func (d *decoder[O]) decode(raw []byte, enc encoding) (*O, error) {
	var zero O
	d.object = zero
	if enc == encodedJSON {
		if err := json.Unmarshal(raw, &d.object); err != nil {
			return nil, jsonFault(err)
		}
		d.metadata(&d.object).ManagedFields = nil
		return &d.object, nil
	}
	message, ok := any(&d.object).(protobufMessage)
	if !ok {
		return nil, &answerError{reason: answerUndecoded, detail: "protobuf of a kind that has none"}
	}
	// The metadata is decoded by itself, without the managedFields.
	d.rest = withoutField(d.rest, raw, objectMetadata)
	d.meta = withoutField(d.meta, field(raw, objectMetadata), metaManagedFields)
	if message.Unmarshal(d.rest) != nil || d.metadata(&d.object).Unmarshal(d.meta) != nil {
		return nil, &answerError{reason: answerUndecoded, detail: "protobuf"}
	}
	return &d.object, nil
}
