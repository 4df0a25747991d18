package k8s

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"timebound/model"
)

// until pulls snapshots as a dashboard does, until one is as wanted.
func until(t *testing.T, f *Feed, what string, wanted func(model.Snapshot) bool) model.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	last := model.Snapshot{Inventory: &model.Inventory{}}
	for {
		snap, err := f.Next(ctx)
		if err != nil {
			t.Fatalf("waiting for %s: %v; last: link %d, %d tokens, problems %v, coverage %+v", what, err, last.Link.State, len(last.Inventory.Tokens), last.Problems, last.Inventory.Coverage.Kinds[model.KindTokens])
		}
		if wanted(snap) {
			return snap
		}
		last = snap
	}
}

// A look at a control plane that is away for a moment finds nothing. What was
// known stays; what another look finds replaces it.
func TestFeedLooksAtTheServerAgain(t *testing.T) {
	api := newFakeAPI(t)
	s := api.session(t)
	version := func(git string) model.Cluster {
		v, err := model.ParseVersion(git)
		if err != nil {
			t.Fatal(err)
		}
		return model.Cluster{UID: git, Servers: []model.ServerVersion{{Version: v, Answers: 1}}}
	}
	var answer atomic.Pointer[model.Cluster]
	say := func(c model.Cluster) { answer.Store(&c) }
	s.discover = func(context.Context) (model.Cluster, []model.Problem) { return *answer.Load(), nil }
	say(version("v1.28.15"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f := s.Follow(ctx)
	until(t, f, "the first look", func(s model.Snapshot) bool { return s.Inventory.Cluster.UID == "v1.28.15" })

	say(model.Cluster{})
	f.lookAtServer(ctx)
	if got := f.snapshot().Inventory.Cluster.UID; got != "v1.28.15" {
		t.Errorf("a look that found nothing left %q", got)
	}
	say(version("v1.29.1"))
	f.lookAtServer(ctx)
	if got := f.snapshot().Inventory.Cluster.UID; got != "v1.29.1" {
		t.Errorf("after the upgrade the cluster is %q", got)
	}
}

func live(s model.Snapshot) bool { return s.Link.State == model.LinkLive }

func follow(t *testing.T, api *fakeAPI) *Feed {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return api.session(t).Follow(ctx)
}

// send gives a watch event to the one watch of a resource.
func (f *fakeAPI) send(t *testing.T, resource, kind string, o any) {
	t.Helper()
	line, _ := json.Marshal(map[string]any{"type": kind, "object": o})
	select {
	case f.watching(resource) <- string(line):
	case <-time.After(10 * time.Second):
		t.Fatalf("nobody watches %s", resource)
	}
}

// tokensOnly forbids every kind but tokens, so that a test's counts are of one.
func (f *fakeAPI) tokensOnly() {
	f.intercept(forbid(func(path string) bool {
		return strings.HasPrefix(path, "/api") && path != "/apis" && !strings.HasSuffix(path, "/secrets")
	}))
}

func TestFeedBeginsEmptyAndGoesLive(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(3)...)
	f := follow(t, api)
	first, err := f.Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if first.Inventory == nil || first.Link.State == model.LinkLive || first.Inventory.Coverage.Reads(model.KindPods, "x") {
		t.Errorf("first snapshot %+v", first)
	}
	snap := until(t, f, "live", live)
	if snap.Load != 1 || len(snap.Inventory.Tokens) != 3 || snap.Inventory.Cluster.UID != "the-cluster" && len(snap.Inventory.Cluster.Servers) == 0 {
		t.Errorf("snapshot %+v", snap.Inventory)
	}
	c := snap.Inventory.Coverage.Kinds[model.KindTokens]
	if c.State != model.CoverageComplete || c.Cached || c.Count != 3 {
		t.Errorf("coverage %+v", c)
	}
	if len(snap.Progress) == 0 || snap.Progress[0].Kind != model.KindTokens || !snap.Progress[0].Done {
		t.Errorf("progress %+v", snap.Progress)
	}
}

// The first paint comes from the cache and says so, until the consistent list
// is there.
func TestFeedFirstPaintIsMarked(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	hold := make(chan struct{})
	api.intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/secrets") && !r.URL.Query().Has("resourceVersion") {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}
		return false
	})
	f := follow(t, api)
	snap := until(t, f, "first paint", func(s model.Snapshot) bool { return len(s.Inventory.Tokens) == 2 })
	if c := snap.Inventory.Coverage.Kinds[model.KindTokens]; !c.Cached || snap.Link.State != model.LinkLoading {
		t.Errorf("coverage %+v, link %d", c, snap.Link.State)
	}
	close(hold)
	snap = until(t, f, "live", live)
	if snap.Inventory.Coverage.Kinds[model.KindTokens].Cached {
		t.Error("a consistent list is marked as cached")
	}
}

func TestFeedFollowsChanges(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	f := follow(t, api)
	before := until(t, f, "live", live)
	kept := before.Inventory.Tokens[0]

	added := object("PartialObjectMetadata", "ns-0/token-0000a", nil)
	added["apiVersion"] = "meta.k8s.io/v1"
	api.send(t, "secrets", "ADDED", added)
	changed := object("PartialObjectMetadata", "ns-1/token-0001", nil)
	changed["apiVersion"] = "meta.k8s.io/v1"
	changed["metadata"].(map[string]any)["labels"] = map[string]any{model.LabelLastUsed: "2026-11-01"}
	api.send(t, "secrets", "MODIFIED", changed)
	snap := until(t, f, "both changes", func(s model.Snapshot) bool {
		return len(s.Inventory.Tokens) == 3 && s.Inventory.Tokens[2].LastUsed.Valid
	})
	if got := strings.Join(tokenNames(snap.Inventory), " "); got != "ns-0/token-0000 ns-0/token-0000a ns-1/token-0001" {
		t.Errorf("tokens %s", got)
	}
	if snap.Inventory.Tokens[0] != kept {
		t.Error("a token that did not change was replaced")
	}
	if len(before.Inventory.Tokens) != 2 || before.Inventory.Tokens[1].LastUsed.Valid {
		t.Error("an old snapshot was written to")
	}

	api.send(t, "secrets", "DELETED", added)
	until(t, f, "the deletion", func(s model.Snapshot) bool { return len(s.Inventory.Tokens) == 2 })

	pod := object("Pod", "ns-0/web", map[string]any{"spec": map[string]any{"serviceAccountName": "web"}})
	api.send(t, "pods", "ADDED", pod)
	snap = until(t, f, "the pod", func(s model.Snapshot) bool { return len(s.Inventory.Workloads) == 1 })
	if snap.Inventory.Workloads[0].Account != "web" {
		t.Errorf("pod %+v", snap.Inventory.Workloads[0])
	}
}

func TestFeedReadsAgainAfterExpiry(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(1)...)
	f := follow(t, api)
	until(t, f, "live", live)
	api.set("secrets", someTokens(4)...)
	began := time.Now()
	api.send(t, "secrets", "ERROR", map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410, "reason": "Expired"})
	until(t, f, "the new list", func(s model.Snapshot) bool { return len(s.Inventory.Tokens) == 4 })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestFeedReload(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	f := follow(t, api)
	until(t, f, "live", live)

	var hold atomic.Bool
	release := make(chan struct{})
	hold.Store(true)
	api.intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if hold.Load() && strings.HasSuffix(r.URL.Path, "/secrets") {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
		return false
	})
	api.set("secrets", someTokens(5)...)
	f.Reload()
	snap := until(t, f, "the second load", func(s model.Snapshot) bool { return s.Load == 2 && s.Link.State == model.LinkLoading })
	if len(snap.Inventory.Tokens) != 2 || snap.Inventory.Coverage.Kinds[model.KindTokens].State != model.CoverageComplete {
		t.Error("the old data went before the new was there")
	}
	hold.Store(false)
	close(release)
	until(t, f, "the new data", func(s model.Snapshot) bool { return len(s.Inventory.Tokens) == 5 && live(s) })
}

// A server that goes away leaves the data, and says so; when it is back, the
// feed is live again.
func TestFeedSurvivesAnOutage(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	f := follow(t, api)
	until(t, f, "live", live)

	api.intercept(func(http.ResponseWriter, *http.Request) bool {
		// The connection is cut without an answer.
		panic(http.ErrAbortHandler)
	})
	api.CloseClientConnections()
	snap := until(t, f, "retrying", func(s model.Snapshot) bool { return s.Link.State == model.LinkRetrying && !s.Link.Retry.IsZero() })
	if len(snap.Inventory.Tokens) != 2 || snap.Inventory.Coverage.Kinds[model.KindTokens].State != model.CoverageComplete {
		t.Errorf("data went: %d tokens, %+v", len(snap.Inventory.Tokens), snap.Inventory.Coverage.Kinds[model.KindTokens])
	}
	if !hasProblem(snap.Problems, "connect to "+api.URL) {
		t.Errorf("problems %v", snap.Problems)
	}
	if n := len(snap.Problems); n != 1 {
		t.Errorf("%d problems for one outage: %v", n, snap.Problems)
	}

	api.intercept(nil)
	snap = until(t, f, "live again", live)
	if len(snap.Problems) != 0 {
		t.Errorf("problems stay: %v", snap.Problems)
	}
	added := object("PartialObjectMetadata", "ns-0/token-9999", nil)
	added["apiVersion"] = "meta.k8s.io/v1"
	api.send(t, "secrets", "ADDED", added)
	until(t, f, "a change", func(s model.Snapshot) bool { return len(s.Inventory.Tokens) == 3 })
}

// refusing answers every request for objects with 403, as a server does that
// has not read its roles yet.
func (f *fakeAPI) refusing() {
	f.intercept(forbid(func(path string) bool { return strings.HasPrefix(path, "/api") && path != "/apis" }))
	f.CloseClientConnections()
}

// What was allowed before is asked for again; until then the data stays.
func TestFeedSurvivesAServerWithoutRoles(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	f := follow(t, api)
	until(t, f, "live", live)
	asked := api.asked("/pods?limit")

	api.refusing()
	snap := until(t, f, "refused", func(s model.Snapshot) bool { return hasProblem(s.Problems, "secrets are not readable", "forbidden") })
	if c := snap.Inventory.Coverage.Kinds[model.KindTokens]; len(snap.Inventory.Tokens) != 2 || c.State != model.CoverageComplete {
		t.Errorf("data went: %d tokens, %+v", len(snap.Inventory.Tokens), c)
	}
	api.set("secrets", someTokens(3)...)
	api.intercept(nil)
	until(t, f, "new data and no problem", func(s model.Snapshot) bool {
		return len(s.Inventory.Tokens) == 3 && live(s) && len(s.Problems) == 0
	})
	if n := api.asked("/pods?limit") - asked; n > 12 {
		t.Errorf("pods were asked for %d times", n)
	}
}

// A refusal that stays is believed in the end.
func TestFeedBelievesARefusalThatStays(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	s := api.session(t)
	s.patience = time.Second
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f := s.Follow(ctx)
	until(t, f, "live", live)
	api.refusing()
	until(t, f, "it is believed", func(s model.Snapshot) bool {
		c := s.Inventory.Coverage.Kinds[model.KindTokens]
		return c.State == model.CoverageFailed && len(c.Gaps) == 1 && c.Gaps[0].Reason == model.GapForbidden
	})
}

func TestFeedWaitsForAServerThatIsNotThereYet(t *testing.T) {
	api := newFakeAPI(t)
	api.intercept(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	f := follow(t, api)
	snap := until(t, f, "retrying", func(s model.Snapshot) bool { return s.Link.State == model.LinkRetrying })
	if !hasProblem(snap.Problems, "connect to") || !snap.Problems[0].Fatal {
		t.Errorf("problems %v", snap.Problems)
	}
	if n := api.asked("/secrets"); n != 0 {
		t.Errorf("%d kinds were asked for before the server answered", n)
	}
	api.intercept(nil)
	until(t, f, "live", live)
}

func TestFeedWithForbiddenKinds(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	api.tokensOnly()
	snap := until(t, follow(t, api), "live", live)
	if c := snap.Inventory.Coverage.Kinds[model.KindPods]; c.State != model.CoverageFailed || c.Gaps[0].Reason != model.GapForbidden {
		t.Errorf("pods %+v", c)
	}
	if len(snap.Inventory.Tokens) != 2 || !hasProblem(snap.Problems, "pods are not readable", "forbidden") {
		t.Errorf("%d tokens, problems %v", len(snap.Inventory.Tokens), snap.Problems)
	}
}

// Snapshots come at most every 200 ms, however much happens.
func TestFeedBatches(t *testing.T) {
	api := newFakeAPI(t)
	f := follow(t, api)
	until(t, f, "live", live)
	stop := time.Now().Add(time.Second)
	go func() {
		for time.Now().Before(stop) {
			f.touch()
		}
	}()
	n := 0
	for time.Now().Before(stop) {
		if _, err := f.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n > 7 {
		t.Errorf("%d snapshots in a second", n)
	}
}

func TestFeedEndsWithItsContext(t *testing.T) {
	api := newFakeAPI(t)
	api.set("secrets", someTokens(2)...)
	s := api.session(t)
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	f := s.Follow(ctx)
	until(t, f, "live", live)
	cancel()
	if _, err := f.Next(context.Background()); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	api.CloseClientConnections()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines before, %d after\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
	}
}
