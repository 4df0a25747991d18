package k8s

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"timebound/k8s/stream"
	"timebound/k8s/trim"
	"timebound/model"
)

// trimmer makes a kept object of an item of a list or an object of a watch.
// A nil result without error means that the object is not kept.
type trimmer[T any] struct {
	newDecoder func() func(raw []byte, enc stream.Encoding) (*T, error)
	object     func(runtime.Object) (kept *T, key model.Key, ok bool)
}

func trimming[O, T any](metadata func(*O) *metav1.ObjectMeta, keep func(*O) *T) trimmer[T] {
	return trimmer[T]{
		newDecoder: func() func([]byte, stream.Encoding) (*T, error) {
			d := stream.NewDecoder(metadata)
			return func(raw []byte, enc stream.Encoding) (*T, error) {
				o, err := d.Decode(raw, enc)
				if err != nil {
					return nil, err
				}
				return keep(o), nil
			}
		},
		object: func(o runtime.Object) (*T, model.Key, bool) {
			typed, ok := any(o).(*O)
			if !ok {
				return nil, model.Key{}, false
			}
			return keep(typed), trim.Key(metadata(typed)), true
		},
	}
}
