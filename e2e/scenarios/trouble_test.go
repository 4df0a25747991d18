package scenarios

import (
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"timebound/e2e/controlplane"
)

// What goes wrong on the way to a cluster is told in words that help, with
// nothing on stdout that a script could take for an answer.
func (s *stage) troubleIsTold(t *testing.T) {
	t.Parallel()
	page := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>Please log in</html>"))
	}))
	defer page.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()

	for _, trouble := range []struct {
		name   string
		change func(*clientcmdapi.Cluster, *clientcmdapi.AuthInfo)
		code   int
		says   []string
	}{
		{"nobody listens", func(c *clientcmdapi.Cluster, _ *clientcmdapi.AuthInfo) { c.Server = "https://" + freeAddress(t) }, 1, []string{"https://127.0.0.1:", "connection refused", "check the address"}},
		{"no such name", func(c *clientcmdapi.Cluster, _ *clientcmdapi.AuthInfo) {
			c.Server = "https://no-such-host.invalid:6443"
		}, 1, []string{"no-such-host.invalid", "cannot be resolved"}},
		{"another CA", func(c *clientcmdapi.Cluster, _ *clientcmdapi.AuthInfo) { c.CertificateAuthorityData = pemOf(page) }, 1, []string{"unknown authority", "certificate-authority"}},
		{"no TLS", func(c *clientcmdapi.Cluster, _ *clientcmdapi.AuthInfo) {
			c.Server = "https://" + plain.Listener.Addr().String()
		}, 1, []string{"does not speak TLS"}},
		{"unknown token", func(_ *clientcmdapi.Cluster, u *clientcmdapi.AuthInfo) { u.Token = "let-me-in" }, 1, []string{"401", "log in again"}},
		{"a login page", func(c *clientcmdapi.Cluster, _ *clientcmdapi.AuthInfo) {
			c.Server, c.CertificateAuthorityData = page.URL, pemOf(page)
		}, 1, []string{"not from a Kubernetes API"}},
	} {
		began := time.Now()
		o := s.runWith(t, s.kubeconfigWith(t, trouble.change), "scan", "-o", "json")
		o.want(t, trouble.code)
		for _, words := range trouble.says {
			if !strings.Contains(o.stderr, words) {
				t.Errorf("%s: %q is not said in\n%s", trouble.name, words, o.stderr)
			}
		}
		if o.stdout != "" {
			t.Errorf("%s: stdout is %q", trouble.name, o.stdout)
		}
		if strings.Contains(o.stderr, "let-me-in") {
			t.Errorf("%s: the credential is shown", trouble.name)
		}
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("%s: that took %s", trouble.name, took)
		}
	}
	s.run(t, nobody, "scan").want(t, 1)
	s.runWith(t, filepath.Join(t.TempDir(), "none"), "scan").want(t, 2)
}

// kubeconfigWith writes the administrator's kubeconfig, changed.
func (s *stage) kubeconfigWith(t *testing.T, change func(*clientcmdapi.Cluster, *clientcmdapi.AuthInfo)) string {
	t.Helper()
	path, err := s.Kubeconfig(controlplane.Admin)
	must(t, err)
	config, err := clientcmd.LoadFromFile(path)
	must(t, err)
	current := config.Contexts[config.CurrentContext]
	change(config.Clusters[current.Cluster], config.AuthInfos[current.AuthInfo])
	changed := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, clientcmd.WriteToFile(*config, changed))
	return changed
}

// freeAddress is an address on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

func pemOf(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}
