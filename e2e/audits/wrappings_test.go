package audits

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// wrappings are the ways in which the same log reaches whoever reads it.
var wrappings = []struct {
	name string
	wrap func(t *testing.T, log []byte) []byte
}{
	{"gzip", func(t *testing.T, log []byte) []byte {
		t.Helper()
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, err := z.Write(log)
		must(t, err)
		must(t, z.Close())
		return out.Bytes()
	}},
	{"OpenShift", func(t *testing.T, log []byte) []byte { // oc adm node-logs
		t.Helper()
		var out []byte
		for line := range bytes.Lines(log) {
			out = append(append(out, "master-0.example.com "...), line...)
		}
		return out
	}},
	{"EventList", func(t *testing.T, log []byte) []byte { // what an audit webhook receives
		t.Helper()
		lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
		return append(append([]byte(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[`), bytes.Join(lines, []byte(","))...), "]}\n"...)
	}},
	{"CloudWatch", func(t *testing.T, log []byte) []byte { // aws logs filter-log-events
		t.Helper()
		type event struct {
			LogStreamName string `json:"logStreamName"`
			Message       string `json:"message"`
		}
		var events []event
		for line := range bytes.Lines(log) {
			events = append(events, event{"kube-apiserver-audit-0123", string(bytes.TrimSpace(line))})
		}
		out, err := json.MarshalIndent(map[string]any{"events": events, "searchedLogStreams": []any{}}, "", "    ")
		must(t, err)
		return out
	}},
}

// The same events tell the same, however they are wrapped.
func (s *stage) wrapped(t *testing.T) {
	log, err := os.ReadFile(s.AuditLog())
	must(t, err)
	for _, w := range wrappings {
		t.Run(w.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log")
			must(t, os.WriteFile(path, w.wrap(t, log), 0o600))
			s.compare(t, "the product", audit(t, path).tally(t))
		})
	}
	t.Run("standard input", func(t *testing.T) {
		s.compare(t, "the product", auditFrom(t, log, "-").tally(t))
	})
}
