package k8s

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"timebound/model"
)

// sampleJWT looks like a token.
const sampleJWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.c2lnbmF0dXJl"

// fakeAPI is an API server of a few kinds that does as a test tells it. Real
// ones are in the e2e module.
type fakeAPI struct {
	*httptest.Server
	mu       sync.Mutex
	objects  map[string][]any // by resource
	requests []string         // "GET /path?query"
	version  string
	groups   []string
	// answer may take a request over; false lets it go on.
	answer  func(w http.ResponseWriter, r *http.Request) bool
	events  map[string]chan string // by resource: lines of watch events
	agents  []string
	accepts map[string]string
}

func newFakeAPI(t *testing.T) *fakeAPI {
	t.Helper()
	f := &fakeAPI{objects: map[string][]any{}, version: "v1.30.2", events: map[string]chan string{}, accepts: map[string]string{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

func (f *fakeAPI) config() Config { return Config{REST: &rest.Config{Host: f.URL}, Version: "0.1"} }

func (f *fakeAPI) session(t *testing.T) *Session {
	t.Helper()
	s := open(t, f.config())
	s.discover = func(context.Context) (model.Cluster, []model.Problem) {
		return model.Cluster{UID: "the-cluster", Tracking: model.Tracking{State: model.TrackingPresent}}, nil
	}
	return s
}

func (f *fakeAPI) set(resource string, objects ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.objects[resource] = objects
}

// intercept puts another answer in place.
func (f *fakeAPI) intercept(answer func(w http.ResponseWriter, r *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

// watching gives the channel that a resource's watches are fed from.
func (f *fakeAPI) watching(resource string) chan string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.events[resource] == nil {
		f.events[resource] = make(chan string)
	}
	return f.events[resource]
}

func (f *fakeAPI) asked(part string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.requests {
		if strings.Contains(r, part) {
			n++
		}
	}
	return n
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Only a request that was read to its end notices that the client left.
	_, _ = io.Copy(io.Discard, r.Body)
	f.mu.Lock()
	f.requests = append(f.requests, r.Method+" "+r.URL.String())
	f.agents = append(f.agents, r.UserAgent())
	answer := f.answer
	f.mu.Unlock()
	if answer != nil && answer(w, r) {
		return
	}
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/version":
		reply(w, map[string]string{"gitVersion": f.version})
	case r.URL.Path == "/apis":
		groups := make([]map[string]string, len(f.groups))
		for i, g := range f.groups {
			groups[i] = map[string]string{"name": g}
		}
		reply(w, map[string]any{"kind": "APIGroupList", "groups": groups})
	case segments[0] == "api" && len(segments) >= 3:
		f.serve(w, r, segments[2:])
	case segments[0] == "apis" && len(segments) >= 4 && segments[1] != "apps.openshift.io":
		f.serve(w, r, segments[3:])
	default:
		fail(w, http.StatusNotFound, "NotFound", "")
	}
}

func (f *fakeAPI) serve(w http.ResponseWriter, r *http.Request, path []string) {
	namespace, resource := "", path[0]
	if len(path) == 3 {
		namespace, resource = path[1], path[2]
	}
	f.mu.Lock()
	f.accepts[resource] = r.Header.Get("Accept")
	f.mu.Unlock()
	if r.URL.Query().Get("watch") != "" {
		f.serveWatch(w, r, resource)
		return
	}
	f.mu.Lock()
	var items []any
	for _, o := range f.objects[resource] {
		if namespace == "" || o.(map[string]any)["metadata"].(map[string]any)["namespace"] == namespace {
			items = append(items, o)
		}
	}
	f.mu.Unlock()
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	list := map[string]any{"resourceVersion": "100"}
	items = items[min(from, len(items)):]
	if limit > 0 && len(items) > limit {
		items = items[:limit]
		list["continue"] = strconv.Itoa(from + limit)
	}
	reply(w, map[string]any{"kind": listKindOf(resource, r), "apiVersion": "v1", "metadata": list, "items": items})
}

func listKindOf(resource string, r *http.Request) string {
	if strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadataList") {
		return "PartialObjectMetadataList"
	}
	for _, sh := range newShelves() {
		if sh.about().resource == resource {
			return sh.about().listKind
		}
	}
	return "List"
}

func (f *fakeAPI) serveWatch(w http.ResponseWriter, r *http.Request, resource string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for events := f.watching(resource); ; {
		select {
		case line, ok := <-events:
			if !ok {
				return
			}
			fmt.Fprintln(w, line)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// fail answers with a Status; next is its continue token.
func fail(w http.ResponseWriter, code int, reason, next string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason,
		"message": "the server says " + reason, "metadata": map[string]any{"continue": next},
	})
}

// object makes one with a name "namespace/name".
func object(kind, key string, more map[string]any) map[string]any {
	namespace, name, _ := strings.Cut(key, "/")
	o := map[string]any{
		"kind": kind, "apiVersion": "v1",
		"metadata": map[string]any{"namespace": namespace, "name": name, "uid": "uid-" + name, "resourceVersion": "5"},
	}
	for k, v := range more {
		o[k] = v
	}
	return o
}

func someTokens(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = object("PartialObjectMetadata", fmt.Sprintf("ns-%d/token-%04d", i%7, i), nil)
	}
	return list
}

func tokenNames(inv *model.Inventory) []string {
	var names []string
	for _, t := range inv.Tokens {
		names = append(names, t.Key.String())
	}
	return names
}

func mustLoad(t *testing.T, s *Session) (*model.Inventory, []model.Problem) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	inv, problems, err := s.Load(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	return inv, problems
}

func hasProblem(problems []model.Problem, parts ...string) bool {
	return slices.ContainsFunc(problems, func(p model.Problem) bool {
		for _, part := range parts {
			if !strings.Contains(p.String(), part) {
				return false
			}
		}
		return true
	})
}
