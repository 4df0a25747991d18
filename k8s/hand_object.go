package k8s

import (
	"bytes"
	"encoding/json"
	"time"

	"timebound/k8s/redact"
	"timebound/k8s/stream"
	"timebound/k8s/trim"
	"timebound/model/wire"
)

// document is what is read of any object.
type document struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Namespace         string            `json:"namespace"`
		Name              string            `json:"name"`
		UID               string            `json:"uid"`
		ResourceVersion   string            `json:"resourceVersion"`
		Generation        int64             `json:"generation"`
		CreationTimestamp time.Time         `json:"creationTimestamp"`
		DeletionTimestamp time.Time         `json:"deletionTimestamp"`
		Labels            map[string]string `json:"labels"`
		Annotations       annotations       `json:"annotations"`
		Finalizers        []string          `json:"finalizers"`
		OwnerReferences   []wire.Owner      `json:"ownerReferences"`
		ManagedFields     []struct {
			Manager string    `json:"manager"`
			Time    time.Time `json:"time"`
		} `json:"managedFields"`
	} `json:"metadata"`
}

// annotations are an object's, those withheld that may carry a secret's bytes.
type annotations map[string]string

// UnmarshalJSON reads annotations without ever making a text of what is
// withheld: a text cannot be overwritten.
func (a *annotations) UnmarshalJSON(data []byte) error {
	var values map[string]borrowed
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	*a = make(annotations, len(values))
	for key, raw := range values {
		value := wire.Withheld
		if !trim.CarriesBytes(key) {
			if err := json.Unmarshal(raw, &value); err != nil {
				return err
			}
			if redact.HoldsToken(value) {
				value = wire.Withheld
			}
		}
		(*a)[key] = value
	}
	return nil
}

// borrowed is a JSON value inside the bytes that are being decoded: valid as
// long as they are, and overwritten with them.
type borrowed []byte

// UnmarshalJSON keeps the bytes themselves, not a copy.
func (b *borrowed) UnmarshalJSON(data []byte) error {
	*b = data
	return nil
}

// object makes the plain form of a document.
func (d *document) object() *wire.Object {
	m := &d.Metadata
	o := &wire.Object{
		APIVersion: d.APIVersion, Kind: d.Kind,
		Namespace: m.Namespace, Name: m.Name, UID: m.UID, ResourceVersion: m.ResourceVersion, Generation: m.Generation,
		Created: m.CreationTimestamp.UTC(), Deleting: m.DeletionTimestamp.UTC(),
		Labels: m.Labels, Annotations: m.Annotations, Finalizers: m.Finalizers, Owners: m.OwnerReferences,
	}
	for _, f := range m.ManagedFields {
		o.Managers = append(o.Managers, wire.Manager{Name: f.Manager, Time: f.Time.UTC()})
	}
	return o
}

// partialKind is the kind of an answer that is cut down to metadata.
const partialKind = "PartialObjectMetadata"

// readMetadata reads an answer of metadata only.
func readMetadata(body []byte, t wire.Target) (*wire.Object, error) {
	var d document
	if err := stream.Decode(body, &d); err != nil {
		return nil, err
	}
	if d.Kind != partialKind {
		return nil, &stream.Error{Fault: stream.Unexpected, Detail: "more than metadata"}
	}
	d.Kind, d.APIVersion = t.Kind(), apiVersion(t)
	return d.of(t)
}

// readWhole reads an answer with a whole object.
func readWhole(body []byte, t wire.Target) (*wire.Object, error) {
	var d document
	if err := stream.Decode(body, &d); err != nil {
		return nil, err
	}
	if want := t.Kind(); want != "" && d.Kind != want || d.APIVersion != apiVersion(t) {
		return nil, &stream.Error{Fault: stream.Unexpected, Detail: "another kind"}
	}
	o, err := d.of(t)
	if err != nil {
		return nil, err
	}
	exact := json.NewDecoder(bytes.NewReader(body))
	exact.UseNumber()
	if err := exact.Decode(&o.Body); err != nil {
		return nil, &stream.Error{Fault: stream.Undecoded}
	}
	if m, ok := o.Body["metadata"].(map[string]any); ok {
		delete(m, "managedFields")
		withhold(m, o.Annotations)
	}
	return o, nil
}

// withhold puts the annotations as they were read in place of those of a body.
func withhold(metadata map[string]any, as map[string]string) {
	all, ok := metadata["annotations"].(map[string]any)
	if !ok {
		return
	}
	for key := range all {
		all[key] = as[key]
	}
}

// of checks that an answer is about the target.
func (d *document) of(t wire.Target) (*wire.Object, error) {
	if m := &d.Metadata; m.Name != t.Name || m.Namespace != t.Namespace || m.UID == "" {
		return nil, &stream.Error{Fault: stream.Unexpected, Detail: "another object"}
	}
	return d.object(), nil
}

func apiVersion(t wire.Target) string {
	if t.Group == "" {
		return t.Version
	}
	return t.Group + "/" + t.Version
}
