package stream

import (
	"encoding/json"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// readJSONList reads {"kind": …, "metadata": …, "items": […]} in whatever
// order the keys come.
func readJSONList(r io.Reader, wantKind string, item func([]byte, Encoding) error) (metav1.ListMeta, error) {
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

func readJSONItems(dec *json.Decoder, item func([]byte, Encoding) error) error {
	open, err := dec.Token()
	if err != nil || open == nil { // "items": null is an empty list
		return err
	}
	if open != json.Delim('[') {
		return &Error{Fault: Undecoded}
	}
	var raw json.RawMessage
	for dec.More() {
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if err := item(raw, JSON); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}
