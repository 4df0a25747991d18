package discover

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"timebound/model"
)

// world is an API server made of answers: by path, and by path and Accept
// header where both matter. A path without an answer is missing.
type world map[string]http.HandlerFunc

func (w world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if answer, ok := w[r.URL.Path+" "+r.Header.Get("Accept")]; ok {
		answer(rw, r)
		return
	}
	if answer, ok := w[r.URL.Path]; ok {
		answer(rw, r)
		return
	}
	status(http.StatusNotFound, "NotFound")(rw, r)
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

func status(code int, reason string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"message":"%s is not for you","code":%d}`, reason, r.URL.Path, code)
	}
}

func version(git string) http.HandlerFunc {
	v, _ := model.ParseVersion(git)
	return text(fmt.Sprintf(`{"major":"1","minor":"%d","gitVersion":%q}`, v.Minor, git))
}

func configMap(data map[string]string) http.HandlerFunc {
	body, _ := json.Marshal(map[string]any{"kind": "ConfigMap", "apiVersion": "v1", "data": data})
	return text(string(body))
}

// staticPod is a mirror pod as the kubelet posts it.
func staticPod(component, node string, argv ...string) map[string]any {
	return map[string]any{
		"metadata": map[string]any{
			"name":        component + "-" + node,
			"labels":      map[string]string{"component": component, "tier": "control-plane"},
			"annotations": map[string]string{"kubernetes.io/config.mirror": "1f2e", "kubernetes.io/config.source": "file"},
		},
		"spec":   map[string]any{"containers": []any{map[string]any{"name": component, "command": argv, "env": []any{}}}},
		"status": map[string]any{"phase": "Running"},
	}
}

func podList(pods ...map[string]any) http.HandlerFunc {
	body, _ := json.Marshal(map[string]any{"kind": "PodList", "apiVersion": "v1", "items": pods})
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Query().Get("labelSelector"), "component in (kube-apiserver") {
			status(http.StatusBadRequest, "BadRequest")(w, r)
			return
		}
		w.Write(body)
	}
}

func nodeList(labels ...string) http.HandlerFunc {
	set := map[string]string{}
	for _, l := range labels {
		set[l] = "x"
	}
	body, _ := json.Marshal(map[string]any{"kind": "PartialObjectMetadataList", "items": []any{map[string]any{"metadata": map[string]any{"labels": set}}}})
	return text(string(body))
}

const (
	versionPath  = "/version"
	identityPath = "/api/v1/namespaces/kube-system"
	trackingPath = "/api/v1/namespaces/kube-system/configmaps/kube-apiserver-legacy-service-account-token-tracking"
	kubeadmPath  = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config"
	podsPath     = "/api/v1/namespaces/kube-system/pods"
	nodesPath    = "/api/v1/nodes"
	groupPath    = "/apis/config.openshift.io"
)

// plain is a cluster of the given version in which everything is readable
// and nothing is set.
func plain(git string) world {
	return world{
		versionPath:  version(git),
		identityPath: text(`{"kind":"PartialObjectMetadata","metadata":{"name":"kube-system","uid":"0b6e-42"}}`),
		podsPath:     podList(),
		nodesPath:    nodeList("kubernetes.io/hostname"),
		"/metrics":   text(metricsOf(git)),
	}
}

// metricsOf are a few lines as kube-apiserver writes them.
func metricsOf(git string, gates ...string) string {
	v, _ := model.ParseVersion(git)
	var b strings.Builder
	b.WriteString("# HELP apiserver_request_total [STABLE] Counter of apiserver requests.\n# TYPE apiserver_request_total counter\n")
	b.WriteString(`apiserver_request_total{code="200",component="apiserver",verb="LIST"} 12` + "\n")
	fmt.Fprintf(&b, "kubernetes_build_info{build_date=\"2026-01-01T00:00:00Z\",compiler=\"gc\",git_version=%q,major=\"1\",minor=\"%d\"} 1\n", git, v.Minor)
	if v.Minor >= 26 {
		b.WriteString("# HELP kubernetes_feature_enabled [BETA] This metric records the data about the stage and enablement of a k8s feature.\n")
		for _, gate := range gates {
			name, on, _ := strings.Cut(gate, "=")
			fmt.Fprintf(&b, "kubernetes_feature_enabled{name=%q,stage=\"BETA\"} %s\n", name, on)
		}
	}
	b.WriteString("serviceaccount_legacy_tokens_total 3\nserviceaccount_stale_tokens_total 0\n")
	if v.Minor >= 29 {
		b.WriteString("serviceaccount_invalid_legacy_auto_token_uses_total 0\nserviceaccount_legacy_auto_token_uses_total 1.2e+06\nserviceaccount_legacy_manual_token_uses_total 0\n")
	}
	return b.String()
}

// know is a small part of the knowledge tables.
var know = model.Knowledge{
	Gates: model.GateTable{Newest: 37, Gates: []model.GateHistory{
		{Name: "LegacyServiceAccountTokenNoAutoGeneration", Readers: []model.GateReader{{From: 24, To: 26, Components: []model.Component{model.ControllerManager}}}},
		{Name: "LegacyServiceAccountTokenCleanUp", Readers: []model.GateReader{{From: 28, To: 29, Components: []model.Component{model.ControllerManager, model.APIServer}}}},
		{Name: "ServiceAccountTokenJTI", Readers: []model.GateReader{{From: 29, To: 37, Components: []model.Component{model.APIServer}}}},
	}},
	Flags: model.FlagTable{
		{Component: model.APIServer, Name: "service-account-extend-token-expiration", Default: "true", From: 20},
		{Component: model.APIServer, Name: "service-account-lookup", Default: "true", From: 20},
		{Component: model.APIServer, Name: "service-account-max-token-expiration", Default: "0s", From: 20},
		{Component: model.ControllerManager, Name: "controllers", Default: "*", From: 20},
		{Component: model.ControllerManager, Name: "legacy-service-account-token-clean-up-period", Default: "8760h", From: 28},
	},
}

// look starts the server and asks it everything.
func look(t *testing.T, server http.Handler) (model.Cluster, []model.Problem) {
	t.Helper()
	return Cluster(t.Context(), clientOf(t, server), "test")
}

func clientOf(t *testing.T, server http.Handler) Client {
	t.Helper()
	onlyGet := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s: only GET is allowed", r.Method, r.URL)
		}
		server.ServeHTTP(w, r)
	})
	s := httptest.NewUnstartedServer(onlyGet)
	// Connections that a test breaks off are no news.
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	client, err := NewClient(&rest.Config{Host: s.URL, TLSClientConfig: rest.TLSClientConfig{Insecure: true}}, know)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// values gives what was seen of one setting, as "value source".
func values(c model.Cluster, component model.Component, name string) []string {
	var seen []string
	for _, o := range c.Observed {
		if o.Component == component && o.Name == name {
			seen = append(seen, o.Value+" "+o.Source.String()+" "+o.Where)
		}
	}
	return seen
}

func wantValues(t *testing.T, c model.Cluster, component model.Component, name string, want ...string) {
	t.Helper()
	got := values(c, component, name)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s %s:\n got %q\nwant %q", component, name, got, want)
	}
}

func wantProblems(t *testing.T, got []model.Problem, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d problems, want %d:\n%v", len(got), len(want), got)
		return
	}
	for i, p := range got {
		if !strings.Contains(p.String(), want[i]) {
			t.Errorf("problem %d: %q lacks %q", i, p, want[i])
		}
		if p.Fatal {
			t.Errorf("problem %q is fatal", p)
		}
	}
}

// inTurn answers with each handler in turn.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var lock sync.Mutex
	next := 0
	return func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		handler := handlers[next%len(handlers)]
		next++
		lock.Unlock()
		handler(w, r)
	}
}

func within(t *testing.T, limit time.Duration, do func()) {
	t.Helper()
	begin := time.Now()
	do()
	if took := time.Since(begin); took > limit {
		t.Errorf("took %v, more than %v", took, limit)
	}
}
