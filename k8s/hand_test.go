package k8s

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"

	"timebound/model/wire"
)

// secretAt and patchOf are what most tests are about.
func secretAt(name string) wire.Target {
	t, _ := wire.TargetOf("Secret", "shop", name)
	return t
}

func patchOf(name string) wire.Request {
	return wire.Request{Verb: wire.Patch, On: secretAt(name), PatchType: wire.MergePatch, Body: json.RawMessage(`{"metadata":{"labels":{"a":"b"}}}`)}
}

func deleteOf(name string) wire.Request {
	return wire.Request{Verb: wire.Delete, On: secretAt(name), UID: "uid-" + name, ResourceVersion: "5"}
}

func createOf(name string) wire.Request {
	return wire.Request{Verb: wire.Create, On: secretAt(name), Body: json.RawMessage(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"` + name + `"}}`)}
}

// metadataOf is the answer to a change of a secret.
func metadataOf(name string) string {
	return fmt.Sprintf(`{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":%q,"namespace":"shop","uid":"uid-%s","resourceVersion":"6"}}`, name, name)
}

// handOn gives an unlocked hand on a server that answers as told, and counts
// the requests.
func handOn(t *testing.T, answer http.HandlerFunc) (*Hand, *atomic.Int32) {
	t.Helper()
	seen := &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		answer(w, r)
	}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return handAt(t, server.URL), seen
}

func handAt(t *testing.T, host string) *Hand {
	t.Helper()
	h := open(t, Config{REST: &rest.Config{Host: host}}).Hand()
	h.Unlock()
	return h
}

// says answers with a code and a JSON body.
func says(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// What is sent is what was asked for, and no more.
func TestRequestsOnTheWire(t *testing.T) {
	var got *http.Request
	var body string
	h, _ := handOn(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got, body = r, string(text)
		answer := metadataOf("a")
		if strings.Contains(r.URL.Path, "deployments") {
			answer = `{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","namespace":"shop","uid":"1"}}`
		}
		if r.Method == http.MethodDelete {
			answer = `{"kind":"Status","apiVersion":"v1","status":"Success"}`
		}
		says(http.StatusOK, answer)(w, r)
	})
	const secrets, asMetadata = "/api/v1/namespaces/shop/secrets", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	deployment, _ := wire.TargetOf("Deployment", "shop", "web")
	for _, c := range []struct {
		r                              wire.Request
		method, uri, accept, kind, doc string
	}{
		{createOf("a"), "POST", secrets + "?fieldManager=timebound", asMetadata, "application/json", string(createOf("a").Body)},
		{createOf("a").Dry(), "POST", secrets + "?dryRun=All&fieldManager=timebound", asMetadata, "application/json", string(createOf("a").Body)},
		{patchOf("a"), "PATCH", secrets + "/a?fieldManager=timebound", asMetadata, "application/merge-patch+json", string(patchOf("a").Body)},
		{wire.Request{Verb: wire.Patch, On: deployment, PatchType: wire.JSONPatch, Body: json.RawMessage(`[]`)}, "PATCH",
			"/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=timebound", "application/json", "application/json-patch+json", `[]`},
		{deleteOf("a"), "DELETE", secrets + "/a", asMetadata, "application/json",
			`{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"uid-a","resourceVersion":"5"},"propagationPolicy":"Background"}`},
		{deleteOf("a").Dry(), "DELETE", secrets + "/a?dryRun=All", asMetadata, "application/json",
			`{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"uid-a","resourceVersion":"5"},"propagationPolicy":"Background","dryRun":["All"]}`},
	} {
		if _, err := h.Send(t.Context(), c.r); err != nil {
			t.Fatal(err)
		}
		if got.Method != c.method || got.RequestURI != c.uri || got.Header.Get("Accept") != c.accept || got.Header.Get("Content-Type") != c.kind || body != c.doc {
			t.Errorf("%s: %s %s, accepting %s, as %s: %s", c.r.Verb, got.Method, got.RequestURI, got.Header.Get("Accept"), got.Header.Get("Content-Type"), body)
		}
	}
}

// What nobody should have asked for is not sent.
func TestUnsoundRequests(t *testing.T) {
	h, seen := handOn(t, says(http.StatusOK, metadataOf("a")))
	change := func(f func(*wire.Request)) wire.Request {
		r := patchOf("a")
		f(&r)
		return r
	}
	for what, r := range map[string]wire.Request{
		"another kind":        change(func(r *wire.Request) { r.On.Resource = "pods" }),
		"another version":     change(func(r *wire.Request) { r.On.Version = "v2" }),
		"another group":       change(func(r *wire.Request) { r.On.Group = "apps" }),
		"a subresource":       change(func(r *wire.Request) { r.On.Subresource = "token" }),
		"no name":             change(func(r *wire.Request) { r.On.Name = "" }),
		"no namespace":        change(func(r *wire.Request) { r.On.Namespace = "" }),
		"a path as name":      change(func(r *wire.Request) { r.On.Name = "a/../b" }),
		"a query as name":     change(func(r *wire.Request) { r.On.Name = "a?x=y" }),
		"a dotted name":       change(func(r *wire.Request) { r.On.Name = ".." }),
		"an unknown verb":     change(func(r *wire.Request) { r.Verb = "deletecollection" }),
		"an update":           change(func(r *wire.Request) { r.Verb = "update" }),
		"no type of patch":    change(func(r *wire.Request) { r.PatchType = "" }),
		"apply":               change(func(r *wire.Request) { r.PatchType = "application/apply-patch+yaml" }),
		"no body":             change(func(r *wire.Request) { r.Body = nil }),
		"no JSON":             change(func(r *wire.Request) { r.Body = json.RawMessage("x: y") }),
		"a withheld value":    change(func(r *wire.Request) { r.Body = json.RawMessage(`{"metadata":{"annotations":{"a":"[withheld]"}}}`) }),
		"bytes":               change(func(r *wire.Request) { r.Body = json.RawMessage(`{"data":{"token":"eA=="}}`) }),
		"bytes as text":       change(func(r *wire.Request) { r.Body = json.RawMessage(`{"stringData":{"token":"x"}}`) }),
		"a delete of any UID": {Verb: wire.Delete, On: secretAt("a")},
		"bytes by JSON patch": change(func(r *wire.Request) {
			r.PatchType, r.Body = wire.JSONPatch, json.RawMessage(`[{"op":"add","path":"/data/token","value":"eA=="}]`)
		}),
		"a whole object by JSON patch": change(func(r *wire.Request) {
			r.PatchType, r.Body = wire.JSONPatch, json.RawMessage(`[{"op":"replace","path":"","value":{}}]`)
		}),
		"bytes moved by JSON patch": change(func(r *wire.Request) {
			r.PatchType, r.Body = wire.JSONPatch, json.RawMessage(`[{"op":"copy","from":"/data/token","path":"/metadata/labels/x"}]`)
		}),
	} {
		for _, r := range []wire.Request{r, r.Dry()} {
			if _, err := h.Send(t.Context(), r); wire.FailureOf(err) == nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	if _, err := h.SendWith(t.Context(), patchOf("a"), nil); wire.FailureOf(err) == nil {
		t.Errorf("bytes in a patch: %v", err)
	}
	if _, err := h.Whole(t.Context(), secretAt("a")); wire.FailureOf(err) == nil {
		t.Errorf("a secret read whole: %v", err)
	}
	for what, target := range map[string]wire.Target{"no name": secretAt(""), "a path": secretAt("a/b"), "a subresource": {Version: "v1", Resource: "pods", Namespace: "shop", Name: "a", Subresource: "log"}} {
		if _, err := h.Metadata(t.Context(), target); wire.FailureOf(err) == nil {
			t.Errorf("read %s: %v", what, err)
		}
	}
	if err := h.Issue(t.Context(), secretAt("a"), wire.TokenWish{}, nil); wire.FailureOf(err) == nil {
		t.Errorf("a token of a secret: %v", err)
	}
	if n := seen.Load(); n != 0 {
		t.Errorf("the server saw %d requests", n)
	}
}

// A server that sends more than metadata is not listened to, and neither is one
// that answers about another object.
func TestAnswersAboutSomethingElse(t *testing.T) {
	for what, answer := range map[string]string{
		"the whole secret": `{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a","namespace":"shop","uid":"1"},"data":{"token":"` + sampleJWT + `"}}`,
		"another name":     metadataOf("b"),
		"no UID":           `{"kind":"PartialObjectMetadata","metadata":{"name":"a","namespace":"shop"}}`,
		"a list":           `[]`,
		"nothing":          ``,
		"a page":           `<html>log in</html>`,
		"half an object":   metadataOf("a")[:60],
		"a bad time":       `{"kind":"PartialObjectMetadata","metadata":{"name":"a","namespace":"shop","uid":"1","creationTimestamp":"` + sampleJWT + `"}}`,
		"a bad shape":      `{"kind":"PartialObjectMetadata","metadata":{"name":["` + sampleJWT + `"]}}`,
	} {
		h, _ := handOn(t, says(http.StatusOK, answer))
		o, err := h.Metadata(t.Context(), secretAt("a"))
		if f := wire.FailureOf(err); o != nil || f == nil || f.Unsure || strings.Contains(err.Error(), "eyJ") {
			t.Errorf("%s: %+v, %v", what, o, err)
		}
		o, err = h.Send(t.Context(), patchOf("a"))
		if f := wire.FailureOf(err); o != nil || f == nil || !f.Unsure || strings.Contains(err.Error(), "eyJ") {
			t.Errorf("a patch answered with %s: %+v, %v", what, o, err)
		}
	}
}

// Numbers stay as they are written, and who changed an object is told apart
// from what it is.
func TestWholeObjects(t *testing.T) {
	h, _ := handOn(t, says(http.StatusOK, `{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","namespace":"shop","uid":"1","generation":9007199254740993,
		"creationTimestamp":"2026-01-02T03:04:05Z","annotations":{"a":"b","kubectl.kubernetes.io/last-applied-configuration":"{}","c":"`+sampleJWT+`"},
		"ownerReferences":[{"apiVersion":"v1","kind":"X","name":"x","uid":"2","controller":true}],
		"managedFields":[{"manager":"kubectl","operation":"Update","time":"2026-02-03T04:05:06Z","fieldsV1":{"f:x":{}}},{"manager":"argo","time":"2026-03-03T04:05:06Z"}]},
		"spec":{"big":9007199254740993}}`))
	on, _ := wire.TargetOf("Deployment", "shop", "web")
	o, err := h.Whole(t.Context(), on)
	if err != nil {
		t.Fatal(err)
	}
	metadata := o.Body["metadata"].(map[string]any)
	if o.Generation != 9007199254740993 || fmt.Sprint(o.Body["spec"]) != "map[big:9007199254740993]" || metadata["managedFields"] != nil {
		t.Errorf("body: %v", o.Body)
	}
	if len(o.Managers) != 2 || o.Changed().Name != "argo" || len(o.Owners) != 1 || !o.Owners[0].Controller || o.Created.IsZero() || !o.Deleting.IsZero() {
		t.Errorf("object: %+v", o)
	}
	for key, want := range map[string]string{"a": "b", "c": wire.Withheld, "kubectl.kubernetes.io/last-applied-configuration": wire.Withheld} {
		if o.Annotations[key] != want || metadata["annotations"].(map[string]any)[key] != want {
			t.Errorf("annotation %s: %v, %v", key, o.Annotations, metadata["annotations"])
		}
	}
}

// Warnings of answers are kept.
func TestWarningsAreKept(t *testing.T) {
	h, _ := handOn(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Warning", `299 - "this is \u001b[31m old"`)
		says(http.StatusOK, metadataOf("a"))(w, r)
	})
	if _, err := h.Send(t.Context(), patchOf("a")); err != nil {
		t.Fatal(err)
	}
	if w := h.session.Warnings(); len(w) != 1 || !strings.Contains(w[0], "old") {
		t.Errorf("warnings: %q", w)
	}
}

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }
