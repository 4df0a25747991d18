package k8s

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"timebound/model/wire"
)

// permitted makes a call as Send does, with its permit.
func permitted(t *testing.T, r wire.Request) call {
	t.Helper()
	c, err := sendCall(r)
	if err != nil {
		t.Fatal(err)
	}
	c.body = r.Body
	if c.permit = permitFor(r.Verb, r.On, &c); c.permit == nil {
		t.Fatal("no permit")
	}
	return c
}

// A permit opens the way for the very request that it was made for, once, and
// only while the session is unlocked.
func TestPermits(t *testing.T) {
	h, seen := handOn(t, says(http.StatusOK, metadataOf("a")))
	send := func(p *permit, change func(*http.Request)) error {
		c := permitted(t, patchOf("a"))
		req, err := h.request(withPermit(t.Context(), p), &c)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(req)
		}
		resp, err := h.client.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	body := func(text string) func(*http.Request) {
		return func(r *http.Request) {
			changed, _ := http.NewRequest(r.Method, r.URL.String(), strings.NewReader(text))
			r.Body, r.GetBody, r.ContentLength = changed.Body, changed.GetBody, changed.ContentLength
		}
	}
	for what, change := range map[string]func(*http.Request){
		"another name":       func(r *http.Request) { r.URL.Path = "/api/v1/namespaces/shop/secrets/b" },
		"another namespace":  func(r *http.Request) { r.URL.Path = "/api/v1/namespaces/till/secrets/a" },
		"another kind":       func(r *http.Request) { r.URL.Path = "/api/v1/namespaces/shop/configmaps/a" },
		"the collection":     func(r *http.Request) { r.URL.Path = "/api/v1/namespaces/shop/secrets" },
		"a slash more":       func(r *http.Request) { r.URL.Path += "//" },
		"another method":     func(r *http.Request) { r.Method = http.MethodDelete },
		"put":                func(r *http.Request) { r.Method = http.MethodPut },
		"another query":      func(r *http.Request) { r.URL.RawQuery = "fieldManager=somebody" },
		"no query":           func(r *http.Request) { r.URL.RawQuery = "" },
		"another patch type": func(r *http.Request) { r.Header.Set("Content-Type", "application/strategic-merge-patch+json") },
		"another body":       body(`{"metadata":{"labels":{"a":"c"}}}`),
		"a longer body":      body(string(patchOf("a").Body) + " "),
		"an unseen body":     func(r *http.Request) { r.GetBody = nil },
		"an upgrade":         func(r *http.Request) { r.Header.Set("Upgrade", "websocket") },
		"another header":     func(r *http.Request) { r.Header.Set("X-HTTP-Method-Override", "DELETE") },
	} {
		var refused *WriteRefusedError
		if err := send(permitted(t, patchOf("a")).permit, change); !errors.As(err, &refused) || !refused.Unlocked {
			t.Errorf("%s: %v", what, err)
		}
	}
	if seen.Load() != 0 {
		t.Fatalf("the server saw %d requests", seen.Load())
	}

	once := permitted(t, patchOf("a")).permit
	if err := send(once, nil); err != nil {
		t.Errorf("with its permit: %v", err)
	}
	if err := send(once, nil); err == nil || !strings.Contains(err.Error(), "it was sent before") {
		t.Errorf("twice: %v", err)
	}
	h.Lock()
	if err := send(permitted(t, patchOf("a")).permit, nil); err == nil || !strings.Contains(err.Error(), "Timebound is read-only") {
		t.Errorf("locked: %v", err)
	}
	if seen.Load() != 1 {
		t.Errorf("the server saw %d requests", seen.Load())
	}
}

// There are no permits for what is never changed.
func TestPermitsThatDoNotExist(t *testing.T) {
	account, _ := wire.TargetOf("ServiceAccount", "shop", "a")
	token := account
	token.Subresource = "token"
	secretToken := secretAt("a")
	secretToken.Subresource = "token"
	review := wire.Target{Group: "authentication.k8s.io", Version: "v1", Resource: "tokenreviews", Name: "a", Namespace: "shop"}
	pod := wire.Target{Version: "v1", Resource: "pods", Namespace: "shop", Name: "a"}
	for what, c := range map[string]struct {
		verb   wire.Verb
		on     wire.Target
		method string
		path   string
	}{
		"a review":               {wire.Create, review, "POST", review.Collection()},
		"a pod":                  {wire.Delete, pod, "DELETE", pod.Path()},
		"a collection":           {wire.Delete, secretAt("a"), "DELETE", secretAt("a").Collection()},
		"no name":                {wire.Delete, secretAt(""), "DELETE", secretAt("").Path()},
		"a put":                  {"update", secretAt("a"), "PUT", secretAt("a").Path()},
		"a put as patch":         {wire.Patch, secretAt("a"), "PUT", secretAt("a").Path()},
		"a token of a secret":    {wire.Create, secretToken, "POST", secretToken.Path()},
		"a delete of a token":    {wire.Delete, token, "DELETE", token.Path()},
		"a path that goes apart": {wire.Patch, secretAt("a"), "PATCH", secretAt("b").Path()},
	} {
		if permitFor(c.verb, c.on, &call{method: c.method, path: c.path}) != nil {
			t.Errorf("%s has a permit", what)
		}
	}
	if permitFor(wire.Create, token, &call{method: "POST", path: token.Path()}) == nil {
		t.Error("an account's token has none")
	}
}

// Nothing but a Hand's own requests passes an unlocked session, whatever the
// context carries.
func TestUnlockedSessionsRefuseTheRest(t *testing.T) {
	h, seen := handOn(t, says(http.StatusOK, metadataOf("a")))
	ctx := context.WithValue(t.Context(), "permit", true) //nolint:staticcheck // a key that is not ours
	err := h.session.client.Patch("application/merge-patch+json").AbsPath(secretAt("a").Path()).Body([]byte(`{}`)).Do(ctx).Error()
	if refused := (*WriteRefusedError)(nil); !errors.As(err, &refused) || !refused.Unlocked {
		t.Errorf("a patch by another way: %v", err)
	}
	if seen.Load() != 0 {
		t.Error("the server saw it")
	}
	if _, err := h.Send(t.Context(), patchOf("a")); err != nil || !h.Unlocked() {
		t.Errorf("by a hand: %v", err)
	}
}

// A redirect does not carry a change on.
func TestChangesFollowNoRedirect(t *testing.T) {
	h, seen := handOn(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/api/v1/namespaces/shop/secrets/b", http.StatusTemporaryRedirect)
	})
	_, err := h.Send(t.Context(), patchOf("a"))
	if f := wire.FailureOf(err); f == nil || f.Code != http.StatusTemporaryRedirect || f.Unsure || seen.Load() != 1 {
		t.Errorf("%v after %d requests", err, seen.Load())
	}
}

// The body of a create with bytes is JSON with exactly these bytes.
func TestSeal(t *testing.T) {
	data := map[string][]byte{"token": []byte("a\x00b"), "a\"b": {}, "ca.crt": bytes.Repeat([]byte("x"), 4000)}
	for _, body := range []string{`{"kind":"Secret"}`, `{}`, "{ }\n", `{"metadata":{"name":"a"} } `} {
		s := seal([]byte(body), data)
		var d struct {
			Data map[string][]byte `json:"data"`
		}
		if err := decodeStrictly(s.bytes, &d); err != nil || len(d.Data) != 3 || string(d.Data["token"]) != "a\x00b" || len(d.Data["ca.crt"]) != 4000 {
			t.Errorf("%s became %s: %v", body, s.bytes, err)
		}
	}
}
