package contract

import (
	"io"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// answer is what came back, byte for byte.
type answer struct {
	code        int
	contentType string
	body        []byte
}

// raw sends one request without client-go's help. Headers are given as
// "Name: value".
func (s *server) raw(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	client, err := rest.HTTPClientFor(s.config)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(s.config.Host, "/")+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("Content-Type"), got}
}

// status reads the body as a Status.
func (a answer) status(t *testing.T) metav1.Status {
	t.Helper()
	var status metav1.Status
	if _, _, err := scheme.Codecs.UniversalDeserializer().Decode(a.body, nil, &status); err != nil {
		t.Fatalf("HTTP %d is no Status: %v: %q", a.code, err, a.body)
	}
	return status
}
