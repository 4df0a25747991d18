package change

import "timebound/model/wire"

// Creation makes a secret anew. Its bytes, if there are any, go beside the
// request.
func Creation(i *Item, secretType string, labels, annotations map[string]string, immutable bool) wire.Request {
	metadata := map[string]any{"name": i.On.Name, "namespace": i.On.Namespace, "annotations": annotations}
	if len(labels) > 0 {
		metadata["labels"] = labels
	}
	body := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": secretType}
	if immutable {
		body["immutable"] = true
	}
	t := i.Target()
	return wire.Request{Verb: wire.Create, On: t, Body: mustJSON(body)}
}
