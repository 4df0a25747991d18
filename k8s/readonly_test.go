package k8s

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"
)

const dryRun = "?dryRun=All"

// Whatever could change a cluster never reaches the wire; nor does it once
// confirmed changes pass, for it is none of them.
func TestReadOnlyTransport(t *testing.T) {
	const secret = "/api/v1/namespaces/shop/secrets/token"
	const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
	tests := []struct {
		what    string
		method  string
		path    string
		header  string // "Name: value"
		body    string
		allowed bool
	}{
		// Reading.
		{what: "get", method: "GET", path: secret, allowed: true},
		{what: "head", method: "HEAD", path: "/version", allowed: true},
		{what: "options", method: "OPTIONS", path: "/api", allowed: true},
		{what: "watch", method: "GET", path: "/api/v1/secrets?watch=true&resourceVersion=7", allowed: true},
		{what: "a pod's log", method: "GET", path: "/api/v1/namespaces/shop/pods/web/log", allowed: true},
		{what: "an account called proxy", method: "GET", path: "/api/v1/namespaces/shop/serviceaccounts/proxy", allowed: true},
		{what: "a namespace called exec", method: "GET", path: "/api/v1/namespaces/exec/pods", allowed: true},
		{what: "a selector with an escape in the query", method: "GET", path: "/api/v1/secrets?fieldSelector=type%3Dx%2Fy", allowed: true},

		// Asking about oneself.
		{what: "access review of oneself", method: "POST", path: reviews, body: "{}", allowed: true},
		{what: "rules review of oneself", method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body: "{}", allowed: true},
		{what: "who am I", method: "POST", path: "/apis/authentication.k8s.io/v1/selfsubjectreviews", body: "{}", allowed: true},
		{what: "access review of another", method: "POST", path: "/apis/authorization.k8s.io/v1/subjectaccessreviews", body: "{}"},
		{what: "put a review of oneself", method: "PUT", path: reviews, body: "{}"},
		{what: "a self review in another group", method: "POST", path: "/apis/example.com/v1/selfsubjectaccessreviews", body: "{}"},
		{what: "a self review below a namespace", method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x/token", body: "{}"},

		// Dry runs.
		{what: "dry-run create", method: "POST", path: "/api/v1/namespaces/shop/secrets" + dryRun, body: "{}", allowed: true},
		{what: "dry-run replace", method: "PUT", path: secret + dryRun, body: "{}", allowed: true},
		{what: "dry-run patch", method: "PATCH", path: secret + dryRun, body: "{}", allowed: true},
		{what: "dry-run patch of a deployment", method: "PATCH", path: "/apis/apps/v1/namespaces/shop/deployments/web" + dryRun + "&fieldManager=x", body: "{}", allowed: true},
		{what: "dry-run delete", method: "DELETE", path: secret + dryRun, allowed: true},
		{what: "dry-run delete, said in the body too", method: "DELETE", path: secret + dryRun, body: `{"dryRun":["All"],"preconditions":{"uid":"1"}}`, allowed: true},
		{what: "delete whose body takes the dry run back", method: "DELETE", path: secret + dryRun, body: `{"kind":"DeleteOptions"}`},
		{what: "delete whose body says it in capitals", method: "DELETE", path: secret + dryRun, body: `{"DRYRUN":["All"]}`},
		{what: "delete whose body says it with a further value", method: "DELETE", path: secret + dryRun, body: `{"dryRun":["All","None"]}`},
		{what: "delete with a body that is no JSON", method: "DELETE", path: secret + dryRun, body: "k8s\x00\n"},
		{what: "delete with the dry run in the body only", method: "DELETE", path: secret, body: `{"dryRun":["All"]}`},
		{what: "dry run given twice", method: "PATCH", path: secret + "?dryRun=All&dryRun=All", body: "{}"},
		{what: "dry run with another value", method: "PATCH", path: secret + "?dryRun=all", body: "{}"},
		{what: "dry run with two values", method: "PATCH", path: secret + "?dryRun=All&dryRun=None", body: "{}"},
		{what: "dry run, empty", method: "PATCH", path: secret + "?dryRun=", body: "{}"},
		{what: "dry run behind a semicolon", method: "PATCH", path: secret + "?a=b;dryRun=All", body: "{}"},
		{what: "dry run in another case", method: "PATCH", path: secret + "?DryRun=All", body: "{}"},
		{what: "dry run in the fragment", method: "PATCH", path: secret + "#?dryRun=All", body: "{}"},
		{what: "dry run outside of the resource API", method: "POST", path: "/logs" + dryRun, body: "{}"},
		{what: "token request: ignores dry run", method: "POST", path: "/api/v1/namespaces/shop/serviceaccounts/web/token" + dryRun, body: "{}"},
		{what: "eviction, dry run", method: "POST", path: "/api/v1/namespaces/shop/pods/web/eviction" + dryRun, body: "{}"},
		{what: "finalize, dry run", method: "PUT", path: "/api/v1/namespaces/shop/finalize" + dryRun, body: "{}"},
		{what: "token review", method: "POST", path: "/apis/authentication.k8s.io/v1/tokenreviews", body: "{}"},
		{what: "token review, dry run", method: "POST", path: "/apis/authentication.k8s.io/v1/tokenreviews" + dryRun, body: "{}"},
		{what: "old token review, dry run", method: "POST", path: "/apis/authentication.k8s.io/v1beta1/tokenreviews" + dryRun, body: "{}"},

		// Writing.
		{what: "create", method: "POST", path: "/api/v1/namespaces/shop/secrets", body: "{}"},
		{what: "replace", method: "PUT", path: secret, body: "{}"},
		{what: "patch", method: "PATCH", path: secret, body: "{}"},
		{what: "delete", method: "DELETE", path: secret},
		{what: "delete collection", method: "DELETE", path: "/api/v1/namespaces/shop/secrets"},
		{what: "connect", method: "CONNECT", path: "/"},
		{what: "trace", method: "TRACE", path: "/"},
		{what: "an unknown verb", method: "PURGE", path: "/"},
		{what: "a verb in small letters", method: "delete", path: secret},
		{what: "small letters and dry run", method: "delete", path: secret + dryRun},

		// Connections into the cluster.
		{what: "exec", method: "GET", path: "/api/v1/namespaces/shop/pods/web/exec?command=id"},
		{what: "exec by post", method: "POST", path: "/api/v1/namespaces/shop/pods/web/exec?command=id"},
		{what: "exec, dry run", method: "POST", path: "/api/v1/namespaces/shop/pods/web/exec" + dryRun},
		{what: "attach", method: "GET", path: "/api/v1/namespaces/shop/pods/web/attach"},
		{what: "port forward", method: "GET", path: "/api/v1/namespaces/shop/pods/web/portforward"},
		{what: "pod proxy", method: "GET", path: "/api/v1/namespaces/shop/pods/web/proxy/admin"},
		{what: "service proxy", method: "GET", path: "/api/v1/namespaces/shop/services/web/proxy"},
		{what: "node proxy", method: "GET", path: "/api/v1/nodes/n1/proxy/run/x"},
		{what: "old proxy path", method: "GET", path: "/api/v1/proxy/nodes/n1"},
		{what: "upgrade", method: "GET", path: "/api/v1/pods", header: "Upgrade: websocket"},
		{what: "connection upgrade", method: "GET", path: "/api/v1/pods", header: "Connection: keep-alive, Upgrade"},

		// Saying one thing and meaning another.
		{what: "method override", method: "GET", path: secret, header: "X-HTTP-Method-Override: DELETE"},
		{what: "method override, the other", method: "GET", path: secret, header: "X-Method-Override: DELETE"},
		{what: "dot segments", method: "GET", path: "/api/v1/namespaces/shop/pods/web/log/../exec"},
		{what: "a dot segment", method: "GET", path: "/api/v1/namespaces/shop/pods/web/./exec"},
		{what: "escaped dot segments", method: "GET", path: "/api/v1/namespaces/shop/pods/web/log/%2e%2e/exec"},
		{what: "double slash", method: "GET", path: "/api/v1//namespaces/shop/pods/web/exec"},
		{what: "escaped slash", method: "GET", path: "/api/v1/namespaces/shop/pods/web%2Fexec"},
		{what: "doubly escaped slash", method: "GET", path: "/api/v1/namespaces/shop/pods/web%252Fexec"},
		{what: "escaped letter", method: "GET", path: "/api/v1/namespaces/shop/pods/web/e%78ec"},
		{what: "backslash", method: "GET", path: "/api/v1/namespaces/shop/pods/web/log%5C..%5Cexec"},
		{what: "self review by dot segments", method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/../subjectaccessreviews", body: "{}"},
	}

	var seen atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen.Add(1) }))
	defer server.Close()

	for _, prefix := range []string{"", "/k8s/clusters/c-abc", "/unlocked"} {
		s := open(t, Config{REST: &rest.Config{Host: server.URL + prefix}})
		if prefix == "/unlocked" {
			s.Hand().Unlock()
		}
		for _, test := range tests {
			t.Run(prefix+" "+test.what, func(t *testing.T) {
				seen.Store(0)
				var body io.Reader
				if test.body != "" {
					body = strings.NewReader(test.body)
				}
				req, err := http.NewRequest(test.method, server.URL+prefix+test.path, body)
				if err != nil {
					t.Fatal(err)
				}
				if name, value, ok := strings.Cut(test.header, ": "); ok {
					req.Header.Set(name, value)
				}
				resp, err := s.client.Client.Do(req)
				if err == nil {
					resp.Body.Close()
				}
				var refused *WriteRefusedError
				switch {
				case test.allowed && err != nil:
					t.Errorf("refused: %v", err)
				case test.allowed && seen.Load() != 1:
					t.Errorf("the server saw %d requests, want 1", seen.Load())
				case !test.allowed && !errors.As(err, &refused):
					t.Errorf("got %v, want a WriteRefusedError", err)
				case !test.allowed && refused.Unlocked != s.Hand().Unlocked():
					t.Errorf("%v: it does not tell locked from unlocked", err)
				case !test.allowed && seen.Load() != 0:
					t.Error("the server saw a request that had to be refused")
				}
			})
		}
	}
}

// A redirect cannot turn into something that was not asked for.
func TestReadOnlyTransportLooksAtRedirects(t *testing.T) {
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		http.Redirect(w, r, "/api/v1/namespaces/shop/pods/web/exec", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	s := open(t, Config{REST: &rest.Config{Host: server.URL}})
	_, err := s.client.Client.Get(server.URL + "/api/v1/pods")
	if refused := (*WriteRefusedError)(nil); !errors.As(err, &refused) {
		t.Errorf("got %v, want a WriteRefusedError", err)
	}
	if len(paths) != 1 {
		t.Errorf("the server saw %v", paths)
	}
}

// A delete whose body cannot be looked at twice is not sent.
func TestReadOnlyTransportNeedsToSeeTheBody(t *testing.T) {
	transport := &readOnly{next: http.NewFileTransport(http.Dir("."))}
	u, _ := url.Parse("http://x/api/v1/namespaces/shop/secrets/token?dryRun=All")
	req := &http.Request{Method: "DELETE", URL: u, Body: io.NopCloser(strings.NewReader(`{"dryRun":["All"]}`))}
	if _, err := transport.RoundTrip(req); err == nil {
		t.Error("sent")
	}
}

func open(t *testing.T, cfg Config) *Session {
	t.Helper()
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
