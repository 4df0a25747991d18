package k8s

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"timebound/k8s/stream"
	"timebound/model"
)

// certificate makes a self-signed certificate and its key, as PEM.
func certificate(t *testing.T, end time.Time) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "somebody"},
		NotBefore: end.Add(-24 * time.Hour), NotAfter: end, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
}

// plugin writes a credential plugin that runs the script.
func plugin(t *testing.T, script string) *clientcmdapi.ExecConfig {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plugin.sh")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return &clientcmdapi.ExecConfig{Command: path, APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: clientcmdapi.IfAvailableExecInteractiveMode}
}

// Each way in which a cluster cannot be read gives an error that says what
// failed, why, and what to do.
func TestLoadErrors(t *testing.T) {
	answer := func(code int, contentType, body string) *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(code)
			fmt.Fprint(w, body)
		}))
	}
	status := func(code int, reason string) string {
		return fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"reason":%q,"message":"m %s"}`, code, reason, sampleJWT)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	tlsServer := httptest.NewTLSServer(http.NotFoundHandler())
	defer tlsServer.Close()
	otherCA, _ := certificate(t, time.Now().Add(time.Hour))
	expired, expiredKey := certificate(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))

	html := answer(200, "text/html", "<html>Sign in "+sampleJWT+"</html>")
	html404 := answer(404, "text/html", "<html>not here</html>")
	html502 := answer(502, "text/html", "<html>bad gateway "+sampleJWT+"</html>")
	truncated := answer(200, "application/json", `{"gitVersion":"v1.`)
	unauthorized := answer(401, "application/json", status(401, "Unauthorized"))
	busy := answer(429, "application/json", status(429, "TooManyRequests"))
	gone := answer(410, "application/json", status(410, "Expired"))
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	for _, s := range []*httptest.Server{html, html404, html502, truncated, unauthorized, busy, gone, hangs} {
		defer s.Close()
	}

	tests := []struct {
		what   string
		config *rest.Config
		why    string
		remedy string
	}{
		{"refused", &rest.Config{Host: "http://" + closed.Addr().String()}, "connection refused", "network"},
		{"no such name", &rest.Config{Host: "http://nowhere.invalid"}, "cannot be resolved", "address"},
		{"no answer", &rest.Config{Host: hangs.URL, Timeout: 200 * time.Millisecond}, "no answer in time", "network"},
		{"wrong CA", &rest.Config{Host: tlsServer.URL, TLSClientConfig: rest.TLSClientConfig{CAData: otherCA}}, "unknown authority", "certificate-authority"},
		{"no TLS", &rest.Config{Host: strings.Replace(html.URL, "http", "https", 1)}, "does not speak TLS", "http://"},
		{"login page", &rest.Config{Host: html.URL}, "not from a Kubernetes API", "login page"},
		{"another web server", &rest.Config{Host: html404.URL}, "not from a Kubernetes API", "address"},
		{"bad gateway", &rest.Config{Host: html502.URL}, "502 Bad Gateway", "API server"},
		{"breaks off", &rest.Config{Host: truncated.URL}, "broke off", "between here and the API server"},
		{"expired credentials", &rest.Config{Host: unauthorized.URL}, "(401)", "log in again"},
		{"expired client certificate", &rest.Config{Host: unauthorized.URL, TLSClientConfig: rest.TLSClientConfig{CertData: expired, KeyData: expiredKey}}, "expired on 2026-01-02", "log in again"},
		{"too busy", &rest.Config{Host: busy.URL}, "429", "FlowSchema"},
		{"expired", &rest.Config{Host: gone.URL}, "410", "reload"},
		{"plugin fails", &rest.Config{Host: html.URL, ExecProvider: plugin(t, "exit 3")}, "credential plugin failed", "by hand"},
		{"plugin is missing", &rest.Config{Host: html.URL, ExecProvider: &clientcmdapi.ExecConfig{Command: "/no/such/plugin", APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: "Never"}}, "no such file", "by hand"},
		{"plugin talks nonsense", &rest.Config{Host: html.URL, ExecProvider: plugin(t, "echo '{ "+sampleJWT+"'")}, "no ExecCredential", "by hand"},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			_, _, err := open(t, Config{REST: test.config, Context: "prod"}).Load(context.Background(), nil)
			var load *LoadError
			if !errors.As(err, &load) {
				t.Fatalf("got %v, want a LoadError", err)
			}
			if p := load.Problem; p.What == "" || !strings.Contains(p.Why, test.why) || !strings.Contains(p.Remedy, test.remedy) {
				t.Errorf("what   %s\nwhy    %s\nremedy %s", p.What, p.Why, p.Remedy)
			}
			if text := err.Error(); strings.Contains(text, "eyJ") || strings.Contains(text, "<html>") {
				t.Errorf("the error quotes an answer: %s", text)
			}
		})
	}
}

// A 403 keeps the API server's own words, which say who may not do what, but
// not a proxy's page.
func TestExplainForbidden(t *testing.T) {
	for body, want := range map[string]string{
		`{"kind":"Status","apiVersion":"v1","status":"Failure","code":403,"reason":"Forbidden","message":"user ann may not"}`: "(user ann may not)",
		"<html>no</html>": "(403)",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			contentType := "application/json"
			if body[0] == '<' {
				contentType = "text/html"
			}
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, body)
		}))
		s := open(t, Config{REST: &rest.Config{Host: server.URL}})
		err := s.getJSON(context.Background(), &struct{}{}, "apis")
		if p := s.explain("look", err); !strings.Contains(p.Why, want) || p.Remedy != remedyRBAC || p.Fatal {
			t.Errorf("%+v, want %s", p, want)
		}
		server.Close()
	}
}

// What could not be read fits one line. The reason names the rule, and of the
// server's sentence only what is not told already.
func TestExplainUnread(t *testing.T) {
	s := open(t, Config{REST: &rest.Config{Host: "https://x"}})
	accounts := &kind{resource: "serviceaccounts", served: []form{{version: "v1"}}}
	deployments := &kind{resource: "deployments", served: []form{{group: "apps", version: "v1"}}}
	forbidden := func(resource schema.GroupResource, where, reason string) error {
		return apierrors.NewForbidden(resource, "", fmt.Errorf(`User "a\"b" cannot list resource %q in API group %q %s%s`, resource.Resource, resource.Group, where, reason))
	}
	tests := []struct {
		kind       *kind
		namespaces []string
		err        error
		what, why  string
	}{
		{accounts, []string{"payments-custody"}, forbidden(schema.GroupResource{Resource: "serviceaccounts"}, `in the namespace "payments-custody"`, ""),
			"serviceaccounts of payments-custody are not readable", `forbidden, needs list on serviceaccounts (user a"b)`},
		{accounts, []string{"a", "b"}, forbidden(schema.GroupResource{Resource: "serviceaccounts"}, `in the namespace "b"`, ": RBAC: no roles yet"),
			"serviceaccounts of a and b are not readable", `forbidden, needs list on serviceaccounts (user a"b: RBAC: no roles yet)`},
		{deployments, strings.Split("a b c d e f g h i j k l", " "), forbidden(schema.GroupResource{Group: "apps", Resource: "deployments"}, `in the namespace "l"`, ""),
			"deployments of 12 namespaces are not readable", `forbidden in a, b, c and 9 more, needs list on deployments.apps (user a"b)`},
		{deployments, nil, forbidden(schema.GroupResource{Group: "apps", Resource: "deployments"}, "at the cluster scope", ""),
			"deployments are not readable", `forbidden, needs list on deployments.apps (user a"b)`},
		{deployments, nil, apierrors.NewForbidden(schema.GroupResource{}, "", errors.New("the webhook says no")),
			"deployments are not readable", "forbidden, needs list on deployments.apps (forbidden: the webhook says no)"},
		{deployments, []string{"a"}, &stream.Error{Fault: stream.Truncated}, "deployments of a are not readable", "the answer broke off"},
	}
	for _, test := range tests {
		if p := s.explainUnread(test.kind, test.namespaces, test.err); p.What != test.what || p.Why != test.why {
			t.Errorf("got  %s | %s\nwant %s | %s", p.What, p.Why, test.what, test.why)
		}
	}
}

func TestExplainCertificates(t *testing.T) {
	s := open(t, Config{REST: &rest.Config{Host: "https://x"}})
	tests := []struct {
		err  error
		want string
	}{
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}, "for another name"},
		{x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}, "has expired"},
		{errors.New("remote error: tls: expired certificate"), "does not accept the client certificate"},
	}
	for _, test := range tests {
		if p := s.explain("look", fmt.Errorf("wrapped: %w", test.err)); !strings.Contains(p.Why, test.want) || !p.Fatal {
			t.Errorf("%v: %+v", test.err, p)
		}
	}
}

func TestExplainBoundsWords(t *testing.T) {
	s := open(t, Config{REST: &rest.Config{Host: "https://x"}})
	p := s.explain("look", errors.New(strings.Repeat("é", 1000)+sampleJWT))
	if len(p.Why) > 400 || strings.Contains(p.Why, "eyJ") {
		t.Errorf("%d bytes: %s", len(p.Why), p.Why)
	}
}

// The old-server problem is no reason to stop.
func TestOldServer(t *testing.T) {
	for git, old := range map[string]bool{"v1.19.16": true, "v1.20.0": false, "v1.37.1": false, "": false} {
		v, _ := model.ParseVersion(git)
		if p := oldServer(v); (p != nil) != old || p != nil && p.Fatal {
			t.Errorf("%q: %v", git, p)
		}
	}
}
