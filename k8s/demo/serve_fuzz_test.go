package demo

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"timebound/k8s/demo/world"
)

// Whatever is asked, in whatever form, gets an answer.
func FuzzServe(f *testing.F) {
	w, err := world.Load()
	if err != nil {
		f.Fatal(err)
	}
	s, err := StartWith(w)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	f.Add("GET", "/api/v1/namespaces/payments/secrets", "limit=2&continue=e30&fieldSelector=type=x", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
	f.Add("DELETE", "/api/v1/namespaces/payments/pods/x/y", "dryRun=All", "*/*;q=0")
	f.Add("PATCH", "/apis/apps/v1/", "resourceVersion=-1", ",;=")
	f.Add("POST", "/api//namespaces//", "labelSelector=a in (b", "application/*")
	f.Fuzz(func(t *testing.T, method, path, query, accept string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Method, r.URL = method, &url.URL{Path: path, RawQuery: query}
		r.Header.Set("Accept", accept)
		if isWatch(r) {
			t.Skip("a watch does not end")
		}
		answer := httptest.NewRecorder()
		s.serve(answer, r)
		if answer.Code < 200 || answer.Code > 599 || answer.Body.Len() == 0 {
			t.Errorf("%s %s?%s: HTTP %d with %d bytes", method, path, query, answer.Code, answer.Body.Len())
		}
	})
}
