package audits

import (
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// config is a client configuration for a token's holder, who calls himself
// agent and comes from address, one of the loopback network. Every request is
// written down.
func (s *stage) config(h *holder, agent, address string) *rest.Config {
	config := rest.AnonymousClientConfig(s.adminConfig)
	config.BearerToken = h.token
	config.UserAgent = agent
	config.WarningHandler = rest.NoWarnings{}
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	config.Dial = func(ctx context.Context, network, to string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, to)
	}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return counting{s.ledger, caller{holder: h, agent: agent, address: address}, next}
	})
	return config
}

// library is a holder that uses client-go.
func (s *stage) library(t *testing.T, h *holder, agent, address string) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(s.config(h, agent, address))
	must(t, err)
	return client
}

// raw sends one request and gives the answer's code and body.
func (s *stage) raw(t *testing.T, h *holder, agent, address, method, path, body string, header ...string) (int, string) {
	t.Helper()
	client, err := rest.HTTPClientFor(s.config(h, agent, address))
	must(t, err)
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), method, s.Server()+path, strings.NewReader(body))
	must(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(request)
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, string(text)
}

// curl gets a path with curl, where it is installed.
func (s *stage) curl(t *testing.T, h *holder, address, path string) {
	t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Log("curl is not installed; one caller fewer")
		return
	}
	agent := "curl/7.88.1 (by \"hand\" <&>)" // what JSON escapes, and what API servers escape besides
	sent := time.Now()
	cmd := exec.CommandContext(t.Context(), curl, "--silent", "--show-error", "--fail", "--cacert", s.adminConfig.CAFile,
		"--interface", address, "--user-agent", agent, "--header", "Authorization: Bearer "+h.token, s.Server()+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("curl: %v\n%s", err, out)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Server()+path, nil)
	must(t, err)
	s.ledger.note(caller{holder: h, agent: agent, address: address}, verbOf(request), interval{sent, time.Now()}, http.StatusOK)
}

// isCollection says that a path names all objects of a kind: in a namespace or
// of all namespaces. The tests ask for no others.
func isCollection(path string) bool {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		parts = parts[3:]
	default:
		return false // a path that names no object
	}
	if parts[0] == "namespaces" && len(parts) > 1 {
		return len(parts) == 3
	}
	return len(parts) == 1
}
