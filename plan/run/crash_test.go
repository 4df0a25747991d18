package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/journal"
)

// moment is the world at one instant of a run: the cluster, and what was on the
// disk. A process that is killed there leaves just that behind.
type moment struct {
	name    string
	cluster *fake
	state   string
}

// fourThings is a cluster with four things to do: a token to switch off, one to
// delete, a workload to give a projected token, a name to drop.
func fourThings() *fake {
	f := newFake()
	f.put("ServiceAccount", "robot", map[string]any{"secrets": []any{map[string]any{"name": "old"}, map[string]any{"name": "gone"}}})
	account, _ := wire.TargetOf("ServiceAccount", "ns", "robot")
	uid := objectOf(f.objects[account.Path()].body).UID
	token := func(name string, labels map[string]any) {
		f.put("Secret", name, map[string]any{"type": model.TypeToken, "metadata": map[string]any{
			"annotations": map[string]any{model.AnnotationAccountName: "robot", model.AnnotationAccountUID: uid}, "labels": labels,
		}})
	}
	token("idle", map[string]any{"team": "shop"})
	token("mounted", nil)
	f.put("Deployment", "app", map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
		"serviceAccountName": "robot",
		"containers":         []any{map[string]any{"name": "c", "volumeMounts": []any{map[string]any{"name": "t", "mountPath": "/tok"}}}},
		"volumes":            []any{map[string]any{"name": "t", "secret": map[string]any{"secretName": "mounted"}}},
	}}}})
	token("old", map[string]any{model.LabelInvalidSince: "2026-10-01", "team": "shop"})
	return f
}

func itemsOf(t *testing.T, f *fake) []*change.Item {
	t.Helper()
	a := f.Latest()
	var items []*change.Item
	stage := func(kind plan.ActionKind, name string) {
		finding := a.Token(model.Key{Namespace: "ns", Name: name})
		if finding == nil {
			t.Fatalf("no token %s", name)
		}
		item, refusal := change.StageToken(kind, finding, a, change.Policy{SoakDays: 7}, "")
		if refusal != nil {
			t.Fatalf("stage %s %s: %s", kind, name, refusal.Why)
		}
		items = append(items, item)
	}
	stage(plan.Invalidate, "idle")
	stage(plan.Delete, "old")
	account := a.Account(model.Key{Namespace: "ns", Name: "robot"}).Account
	app := a.Workload(model.WorkloadKey{Kind: "Deployment", Key: model.Key{Namespace: "ns", Name: "app"}}).Workload
	items = append(items, &change.Item{Action: plan.Action{
		Kind: plan.Project, On: plan.Pin{Kind: "Deployment", Namespace: "ns", Name: "app", UID: app.UID}, Names: []string{"mounted"},
	}})
	return append(items, &change.Item{Action: plan.Action{
		Kind: plan.Detach, On: plan.Pin{Kind: "ServiceAccount", Namespace: "ns", Name: "robot", UID: account.UID}, Names: []string{"gone"},
	}})
}

func quick() Options {
	o := Defaults()
	o.Canary, o.Rate, o.Settle, o.Parallel, o.Classes, o.StopAfter = 0, 0, 0, 1, "ABC", 0
	o.Patience = time.Second
	return o
}

func engineOn(t *testing.T, f *fake, state string) *Engine {
	t.Helper()
	store, err := journal.Open(state, "cluster")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lock.Unlock(); _ = store.Close() })
	return &Engine{Cluster: f, Facts: f, Store: store, Identity: wire.Identity{UID: "cluster"}, Version: "test", firstWait: time.Millisecond}
}

// await waits for a run and gives its results by item.
func await(t *testing.T, r *Run, err error) map[string]Result {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-r.Done():
	case <-time.After(20 * time.Second):
		t.Fatalf("the run does not end: %+v", r.Progress())
	}
	out := map[string]Result{}
	for _, result := range r.Results() {
		out[result.Item.ID()] = result
	}
	return out
}

// moments runs everything once and keeps the world at each instant at which
// something is about to happen or has just happened.
func moments(t *testing.T) ([]moment, *fake) {
	t.Helper()
	f, state := fourThings(), filepath.Join(t.TempDir(), "state")
	first := f.clone()
	var kept []moment
	keep := func(name string) {
		dir := filepath.Join(t.TempDir(), "state")
		if _, err := os.Stat(state); err == nil {
			if err := os.CopyFS(dir, os.DirFS(state)); err != nil {
				t.Error(err)
			}
			private(t, dir)
		}
		kept = append(kept, moment{fmt.Sprintf("%02d %s", len(kept), name), f.clone(), dir})
	}
	f.looked = func(target wire.Target) error { keep("before reading " + target.String()); return nil }
	f.before = func(r wire.Request) error { keep("before " + string(r.Verb) + " " + r.On.String()); return nil }
	f.after = func(r wire.Request) error { keep("after " + string(r.Verb) + " " + r.On.String()); return nil }
	r, err := engineOn(t, f, state).Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: itemsOf(t, f), Options: quick()})
	for id, result := range await(t, r, err) {
		if result.Outcome.State != Done {
			t.Fatalf("%s: %+v", id, result.Outcome)
		}
	}
	return kept, first
}

// TestCutOffBeforeAnythingAndAfterAll: a run that was killed before all of it was
// written down can only be given up, one that was killed in its second look only
// be finished. Either way others may begin afterwards.
func TestCutOffBeforeAnythingAndAfterAll(t *testing.T) {
	f := fourThings()
	e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
	j, err := e.Store.Begin("20261124-120000-aaaa", Head{Purpose: Apply, Cluster: e.Identity, Items: 4})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	order := Order{Purpose: Apply, Name: "test", Items: itemsOf(t, f), Options: quick()}
	if _, err := e.Begin(context.Background(), order); err == nil {
		t.Error("another run begins beside one that was cut off")
	}
	if _, err := e.Continue(context.Background(), j.ID(), quick()); err == nil {
		t.Error("what was never written down is carried out")
	}
	if err := e.Abandon(j.ID()); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	order.Options.Settle = time.Minute
	r, err := e.Begin(ctx, order)
	if err != nil {
		t.Fatal(err)
	}
	for r.Progress().Phase != PhaseSettling {
		time.Sleep(time.Millisecond)
	}
	cancel()
	await(t, r, nil)
	if id, err := Unfinished(e.Store); id != r.ID || err != nil {
		t.Fatalf("unfinished is %q: %v", id, err)
	}
	if err := e.Abandon(r.ID); err == nil {
		t.Error("a run that changed something is given up")
	}
	r, err = e.Continue(context.Background(), r.ID, quick())
	await(t, r, err)
	if id, err := Unfinished(e.Store); id != "" || err != nil {
		t.Errorf("unfinished is still %q: %v", id, err)
	}
	wantOnce(t, f)
}

// private gives copied folders the modes that the journal insists on.
func private(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestKilledAtEveryStepThenFinished: wherever the process dies, finishing makes
// every change once, and never twice.
func TestKilledAtEveryStepThenFinished(t *testing.T) {
	all, _ := moments(t)
	if len(all) < 8 {
		t.Fatalf("only %d moments", len(all))
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			e := engineOn(t, m.cluster, m.state)
			r, err := e.Continue(context.Background(), onlyRun(t, e), quick())
			for id, result := range await(t, r, err) {
				if result.Outcome.State != Done {
					t.Errorf("%s: %+v", id, result.Outcome)
				}
			}
			wantAllDone(t, m.cluster)
			wantOnce(t, m.cluster)
			h, err := Read(e.Store, r.ID)
			if err != nil || !h.Ended {
				t.Errorf("the journal says ended %v: %v", h.Ended, err)
			}
		})
	}
}

// TestKilledAtEveryStepThenUndone: wherever the process dies, undoing gives back
// what there was.
func TestKilledAtEveryStepThenUndone(t *testing.T) {
	all, first := moments(t)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			e := engineOn(t, m.cluster, m.state)
			h, err := Read(e.Store, onlyRun(t, e))
			if err != nil {
				t.Fatal(err)
			}
			items, _ := Inverses(h.Results, h.ID)
			if len(items) > 0 {
				r, err := e.Begin(context.Background(), Order{Purpose: Undo, Undoes: h.ID, Whole: true, Items: items, Options: quick()})
				for id, result := range await(t, r, err) {
					already := result.Outcome.State == Skipped && result.Outcome.Code == string(change.SkipAlready)
					if result.Outcome.State != Done && !already {
						t.Errorf("%s: %+v", id, result.Outcome)
					}
				}
				if h, err := Read(e.Store, h.ID); err != nil || !h.Ended {
					t.Errorf("the run that was undone is still open: %v", err)
				}
			}
			wantAsBefore(t, m.cluster, first)
		})
	}
}

func onlyRun(t *testing.T, e *Engine) string {
	t.Helper()
	runs, err := e.Store.Runs()
	if err != nil || len(runs) != 1 {
		t.Fatalf("%d runs: %v", len(runs), err)
	}
	return runs[0].ID
}

func wantAllDone(t *testing.T, f *fake) {
	t.Helper()
	a := f.Latest()
	if idle := a.Token(model.Key{Namespace: "ns", Name: "idle"}); idle == nil || idle.Token.InvalidSince.Raw == "" {
		t.Error("the idle token is not switched off")
	}
	if a.Token(model.Key{Namespace: "ns", Name: "old"}) != nil {
		t.Error("the old token is still there")
	}
	if names := a.Account(model.Key{Namespace: "ns", Name: "robot"}).Account.Secrets; len(names) != 0 {
		t.Errorf("the account still names %v", names)
	}
}

// wantOnce says that no change was stored twice.
func wantOnce(t *testing.T, f *fake) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(f.writes))
	if len(slices.Compact(slices.Clone(sorted))) != len(sorted) {
		t.Errorf("something was changed twice: %v", sorted)
	}
}

// wantAsBefore compares what decides about tokens with what it was: labels but
// the one that switches off a deleted token, accounts, and the tokens themselves.
func wantAsBefore(t *testing.T, now, before *fake) {
	t.Helper()
	for path, was := range before.objects {
		is := now.objects[path]
		if is == nil {
			t.Errorf("%s did not come back", path)
			continue
		}
		wasObject, isObject := objectOf(was.body), objectOf(is.body)
		restored := wasObject.UID != isObject.UID
		for _, o := range []*wire.Object{wasObject, isObject} {
			delete(o.Annotations, change.RunAnnotation)
			if restored {
				delete(o.Labels, model.LabelInvalidSince)
			}
		}
		if !sameMaps(wasObject.Labels, isObject.Labels) || !sameMaps(wasObject.Annotations, isObject.Annotations) {
			t.Errorf("%s: labels %v, annotations %v; were %v, %v", path, isObject.Labels, isObject.Annotations, wasObject.Labels, wasObject.Annotations)
		}
		if string(was.data["token"]) != string(is.data["token"]) {
			t.Errorf("%s: another token came back", path)
		}
		if a, b := fmt.Sprint(was.body["spec"]), fmt.Sprint(is.body["spec"]); a != b {
			t.Errorf("%s: is %s, was %s", path, b, a)
		}
		if a, b := namesIn(was), namesIn(is); !slices.Equal(a, b) {
			t.Errorf("%s: .secrets are %v, were %v", path, b, a)
		}
	}
}

func sameMaps(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func namesIn(s *stored) []string {
	var names []string
	entries, _ := s.body["secrets"].([]any)
	for _, e := range entries {
		names = append(names, e.(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	return names
}
