package k8s

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"

	"timebound/k8s/redact"
	"timebound/k8s/stream"
	"timebound/model"
	"timebound/model/wire"
)

const (
	getVerb = wire.Verb("get")
	// acceptOneMetadata names nothing to fall back to: see acceptMetadata.
	acceptOneMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	secretsResource   = "secrets"
)

// Metadata reads an object without its body. What its annotations may carry of
// a token is withheld: see wire.Withheld.
func (h *Hand) Metadata(ctx context.Context, t wire.Target) (*wire.Object, error) {
	return h.get(ctx, t, acceptOneMetadata, readMetadata)
}

// Whole reads an object with its body; never a secret.
func (h *Hand) Whole(ctx context.Context, t wire.Target) (*wire.Object, error) {
	if holdsBytes(t) {
		return nil, refuse("get "+t.String(), "secrets are not read whole")
	}
	return h.get(ctx, t, acceptJSON, readWhole)
}

// holdsBytes says that objects of the kind carry bytes of secrets.
func holdsBytes(t wire.Target) bool { return t.Group == "" && t.Resource == secretsResource }

func (h *Hand) get(ctx context.Context, t wire.Target, accept string, read func([]byte, wire.Target) (*wire.Object, error)) (*wire.Object, error) {
	c, err := getCall(t, accept)
	if err != nil {
		return nil, err
	}
	var o *wire.Object
	err = h.do(ctx, c, func(body []byte) (err error) {
		o, err = read(body, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

func getCall(t wire.Target, accept string) (call, error) {
	what := "get " + model.Printable(t.String())
	if !plainName(t.Version) || !plainName(t.Resource) || !plainName(t.Name) || t.Subresource != "" ||
		t.Group != "" && !plainName(t.Group) || t.Namespace != "" && !plainName(t.Namespace) {
		return call{}, refuse(what, "this is no name of an object")
	}
	return call{
		what: what, needs: wire.Right{Verb: getVerb, Group: t.Group, Resource: t.Resource, Namespace: t.Namespace},
		method: http.MethodGet, path: t.Path(), accept: accept,
	}, nil
}

// Identity says which cluster this is, by the UID of the namespace
// kube-system, and who we are. Servers before 1.28 do not tell the latter.
func (h *Hand) Identity(ctx context.Context) (wire.Identity, error) {
	id := wire.Identity{Context: h.session.context, Server: h.session.Server()}
	o, err := h.Metadata(ctx, wire.Target{Version: "v1", Resource: "namespaces", Name: "kube-system"})
	if err != nil {
		return wire.Identity{}, err
	}
	id.UID = o.UID
	for _, version := range []string{"v1", "v1beta1"} {
		var review authenticationv1.SelfSubjectReview
		if h.review(ctx, "authentication.k8s.io", version, "SelfSubjectReview", nil, &review) == nil {
			id.User = model.Printable(redact.Words(review.Status.UserInfo.Username))
			break
		}
	}
	return id, nil
}

// May says whether we are allowed to do something, to one object if name is
// not "".
func (h *Hand) May(ctx context.Context, r wire.Right, name string) (bool, error) {
	spec := authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
		Namespace: r.Namespace, Verb: string(r.Verb), Group: r.Group, Resource: r.Resource, Subresource: r.Subresource, Name: name,
	}}
	var review authorizationv1.SelfSubjectAccessReview
	err := h.review(ctx, "authorization.k8s.io", "v1", "SelfSubjectAccessReview", spec, &review)
	return err == nil && review.Status.Allowed, err
}

// review posts a review of ourselves and reads the answer.
func (h *Hand) review(ctx context.Context, group, version, kind string, spec, answer any) error {
	resource := strings.ToLower(kind) + "s"
	what := "ask for " + resource
	question := map[string]any{"apiVersion": group + "/" + version, "kind": kind}
	if spec != nil {
		question["spec"] = spec
	}
	body, err := json.Marshal(question)
	if err != nil {
		return refuse(what, "it cannot be put into words for the server")
	}
	return h.do(ctx, call{
		what: what, needs: wire.Right{Verb: wire.Create, Group: group, Resource: resource},
		method: http.MethodPost, path: "/apis/" + group + "/" + version + "/" + resource,
		accept: acceptJSON, contentType: acceptJSON, body: body,
	}, func(body []byte) error { return stream.Decode(body, answer) })
}

// Keys gives the public keys that the API server checks tokens with. It takes
// the right to get /openid/v1/jwks.
func (h *Hand) Keys(ctx context.Context) ([]wire.Key, error) {
	const path = "/openid/v1/jwks"
	var keys []wire.Key
	err := h.do(ctx, call{
		what: "get " + path, needs: wire.Right{Verb: getVerb, Resource: path},
		method: http.MethodGet, path: path, accept: "application/jwk-set+json, application/json",
	}, func(body []byte) error {
		var set struct {
			Keys []struct{ Kid, Alg, N, E string } `json:"keys"`
		}
		if err := stream.Decode(body, &set); err != nil {
			return err
		}
		for _, k := range set.Keys {
			keys = append(keys, wire.Key{ID: k.Kid, Alg: k.Alg, N: k.N, E: k.E})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return keys, nil
}

// query writes the parameters of a change.
func query(dry, managed bool) string {
	q := url.Values{}
	if dry {
		q.Set("dryRun", "All")
	}
	if managed {
		q.Set("fieldManager", fieldManager)
	}
	return q.Encode()
}

// fieldManager is who an object's managedFields say made our changes.
const fieldManager = "timebound"
