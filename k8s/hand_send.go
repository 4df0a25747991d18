package k8s

import (
	"context"
	"encoding/json"
	"net/http"

	"timebound/k8s/stream"
	"timebound/model"
	"timebound/model/wire"
)

// Send makes a change, or tries it out. It gives the object as it is
// afterwards, without its body if it is a secret, and nil if a delete took it
// away; one that finalizers hold comes back with Deleting set. A change that is
// no dry run passes only while the session is unlocked.
func (h *Hand) Send(ctx context.Context, r wire.Request) (*wire.Object, error) {
	c, err := sendCall(r)
	if err != nil {
		return nil, err
	}
	if r.Verb == wire.Delete {
		return h.sendDelete(ctx, r, c)
	}
	c.body = r.Body
	return h.sendChange(ctx, r, c)
}

// sendCall makes the call of a request, without its body.
func sendCall(r wire.Request) (call, error) {
	c := call{what: string(r.Verb) + " " + model.Printable(r.On.String()), needs: r.Right(), accept: acceptJSON}
	if r.DryRun {
		c.what += " (dry run)"
	}
	if holdsBytes(r.On) {
		c.accept = acceptOneMetadata
	}
	switch r.Verb {
	case wire.Create:
		c.method, c.path, c.contentType = http.MethodPost, r.On.Collection(), acceptJSON
	case wire.Patch:
		c.method, c.path, c.contentType = http.MethodPatch, r.On.Path(), string(r.PatchType)
	case wire.Delete:
		c.method, c.path, c.contentType = http.MethodDelete, r.On.Path(), acceptJSON
	}
	c.query = query(r.DryRun, r.Verb != wire.Delete)
	if why := unsound(r); why != "" {
		return call{}, refuse(c.what, why)
	}
	return c, nil
}

// unsound says what is wrong with a request that nobody should have made; ""
// if nothing is.
func unsound(r wire.Request) string {
	switch {
	case r.On.Kind() == "" || r.On.Subresource != "":
		return "Timebound never changes objects of this kind"
	case !plainName(r.On.Namespace) || !plainName(r.On.Name):
		return "this is no name of an object"
	}
	switch r.Verb {
	case wire.Create:
	case wire.Patch:
		if r.PatchType != wire.MergePatch && r.PatchType != wire.JSONPatch {
			return "it has no known type of patch"
		}
	case wire.Delete:
		if r.UID == "" {
			return "it does not say which object is meant, by its UID"
		}
		return ""
	default:
		return "this is no change that Timebound makes"
	}
	return unsoundBody(r)
}

// sendChange sends a create or a patch and reads the object.
func (h *Hand) sendChange(ctx context.Context, r wire.Request, c call) (*wire.Object, error) {
	if !r.DryRun {
		c.permit = permitFor(r.Verb, r.On, &c)
	}
	read := readWhole
	if holdsBytes(r.On) {
		read = readMetadata
	}
	var o *wire.Object
	err := h.do(ctx, c, func(body []byte) (err error) {
		o, err = read(body, r.On)
		return err
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// deleteOptions is the body of a delete. The server looks there for the dry
// run, and at the query only if there is no body.
type deleteOptions struct {
	APIVersion        string        `json:"apiVersion"`
	Kind              string        `json:"kind"`
	Preconditions     preconditions `json:"preconditions"`
	PropagationPolicy string        `json:"propagationPolicy"`
	DryRun            []string      `json:"dryRun,omitempty"`
}

type preconditions struct {
	UID             string `json:"uid"`
	ResourceVersion string `json:"resourceVersion,omitempty"`
}

func (h *Hand) sendDelete(ctx context.Context, r wire.Request, c call) (*wire.Object, error) {
	options := deleteOptions{
		APIVersion: "v1", Kind: "DeleteOptions", PropagationPolicy: "Background",
		Preconditions: preconditions{UID: r.UID, ResourceVersion: r.ResourceVersion},
	}
	if r.DryRun {
		options.DryRun = []string{"All"}
	}
	body, err := json.Marshal(options)
	if err != nil {
		return nil, refuse(c.what, "it cannot be put into words for the server")
	}
	c.body = body
	if !r.DryRun {
		c.permit = permitFor(r.Verb, r.On, &c)
	}
	var o *wire.Object
	err = h.do(ctx, c, func(body []byte) (err error) {
		o, err = readDeleted(body, r.On)
		return err
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// readDeleted reads the answer to a delete: a Status or the object's last
// state if it is gone, and the object as it waits for its finalizers if not.
func readDeleted(body []byte, t wire.Target) (*wire.Object, error) {
	var d document
	if err := stream.Decode(body, &d); err != nil {
		return nil, err
	}
	if d.Kind == "Status" || d.Metadata.DeletionTimestamp.IsZero() {
		return nil, nil
	}
	if d.Kind == partialKind {
		return readMetadata(body, t)
	}
	return readWhole(body, t)
}
