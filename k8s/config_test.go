package k8s

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

func TestOpenDoesNoIO(t *testing.T) {
	api := newFakeAPI(t)
	open(t, api.config())
	if n := api.asked(""); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestOpenRefusesWhatMakesNoClient(t *testing.T) {
	for what, cfg := range map[string]Config{
		"nothing":       {},
		"a bad address": {REST: &rest.Config{Host: "https://a b:c"}},
		"a missing CA":  {REST: &rest.Config{Host: "https://x", TLSClientConfig: rest.TLSClientConfig{CAFile: "/no/such/file"}}, Context: "prod"},
	} {
		if _, err := Open(cfg); err == nil || !strings.HasPrefix(err.Error(), "open cluster") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestOpenLeavesTheConfigAlone(t *testing.T) {
	cfg := &rest.Config{Host: "https://x", UserAgent: "theirs", QPS: 3}
	open(t, Config{REST: cfg})
	if cfg.UserAgent != "theirs" || cfg.QPS != 3 || cfg.WrapTransport != nil || cfg.GroupVersion != nil {
		t.Errorf("changed to %+v", cfg)
	}
}

// No client-side limit slows a hundred small requests down; the user agent
// names Timebound; warnings are kept, each once.
func TestSessionRequests(t *testing.T) {
	var agent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		w.Header().Add("Warning", `299 - "old API"`)
		w.Header().Add("Warning", fmt.Sprintf(`299 - "token %s"`, sampleJWT))
		fmt.Fprint(w, `{}`)
	}))
	defer server.Close()
	s := open(t, Config{REST: &rest.Config{Host: server.URL, QPS: 1, Burst: 1}, Version: "1.2.3"})
	began := time.Now()
	for range 100 {
		if err := s.getJSON(t.Context(), &struct{}{}, "apis"); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("100 requests took %s", took)
	}
	if !strings.HasPrefix(agent, "timebound/1.2.3 (") {
		t.Errorf("user agent %q", agent)
	}
	if got := s.Warnings(); len(got) != 2 || got[0] != "old API" || strings.Contains(got[1], "eyJ") {
		t.Errorf("warnings %q", got)
	}
}
