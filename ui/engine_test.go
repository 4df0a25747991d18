package ui

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan/change"
	"timebound/plan/journal"
	"timebound/plan/run"
	"timebound/ui/internal/sample"
)

// secrets is a cluster of token secrets that can be labelled, in memory.
type secrets struct {
	mu      sync.Mutex
	objects map[string]*wire.Object
	sent    []wire.Request
}

func newSecrets() *secrets {
	c := &secrets{objects: map[string]*wire.Object{}}
	for _, t := range sample.Inventory().Tokens {
		at, _ := wire.TargetOf("Secret", t.Namespace, t.Name)
		o := &wire.Object{APIVersion: "v1", Kind: "Secret", Namespace: t.Namespace, Name: t.Name, UID: t.UID, ResourceVersion: t.ResourceVersion,
			Labels: map[string]string{}, Annotations: map[string]string{}}
		if t.InvalidSince.Raw != "" {
			o.Labels[model.LabelInvalidSince] = t.InvalidSince.Raw
		}
		c.objects[at.Path()] = o
	}
	return c
}

// Latest judges the sample with the labels as they are by now.
func (c *secrets) Latest() *model.Assessment {
	c.mu.Lock()
	defer c.mu.Unlock()
	inv := sample.Inventory()
	for _, t := range inv.Tokens {
		at, _ := wire.TargetOf("Secret", t.Namespace, t.Name)
		o := c.objects[at.Path()]
		t.ResourceVersion, t.InvalidSince = o.ResourceVersion, model.NewDayLabel(o.Labels[model.LabelInvalidSince])
	}
	return model.Assess(inv, sample.Knowledge(), model.DefaultPolicy(sample.Now))
}

func (c *secrets) Fresh(context.Context) (*model.Assessment, error) { return c.Latest(), nil }

func (c *secrets) Metadata(_ context.Context, t wire.Target) (*wire.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.objects[t.Path()]
	if o == nil {
		return nil, &wire.Failure{Code: 404, Message: "not found"}
	}
	return copied(o), nil
}

func copied(o *wire.Object) *wire.Object {
	own := *o
	own.Labels, own.Annotations = map[string]string{}, map[string]string{}
	for k, v := range o.Labels {
		own.Labels[k] = v
	}
	for k, v := range o.Annotations {
		own.Annotations[k] = v
	}
	return &own
}

func (c *secrets) Whole(ctx context.Context, t wire.Target) (*wire.Object, error) {
	return c.Metadata(ctx, t)
}

func (c *secrets) Token(context.Context, wire.Target, func(wire.Secret) error) error {
	return &wire.Failure{Code: 403, Message: "no"}
}
func (c *secrets) Keys(context.Context) ([]wire.Key, error)              { return nil, nil }
func (c *secrets) May(context.Context, wire.Right, string) (bool, error) { return true, nil }
func (c *secrets) SendWith(context.Context, wire.Request, map[string][]byte) (*wire.Object, error) {
	return nil, &wire.Failure{Code: 403, Message: "no"}
}
func (c *secrets) Issue(context.Context, wire.Target, wire.TokenWish, func(wire.Issued) error) error {
	return &wire.Failure{Code: 403, Message: "no"}
}

// Send carries merge patches of metadata out.
func (c *secrets) Send(_ context.Context, r wire.Request) (*wire.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.objects[r.On.Path()]
	var patch struct {
		Metadata struct {
			UID             string             `json:"uid"`
			ResourceVersion string             `json:"resourceVersion"`
			Labels          map[string]*string `json:"labels"`
			Annotations     map[string]*string `json:"annotations"`
		} `json:"metadata"`
	}
	if o == nil || r.PatchType != wire.MergePatch || json.Unmarshal(r.Body, &patch) != nil {
		return nil, &wire.Failure{Code: 404, Message: "not found"}
	}
	if patch.Metadata.UID != o.UID || patch.Metadata.ResourceVersion != o.ResourceVersion {
		return nil, &wire.Failure{Code: 409, Message: "the object has been modified"}
	}
	next := copied(o)
	merge(next.Labels, patch.Metadata.Labels)
	merge(next.Annotations, patch.Metadata.Annotations)
	if r.DryRun {
		return next, nil
	}
	version, _ := strconv.Atoi(o.ResourceVersion)
	next.ResourceVersion = strconv.Itoa(version + 1)
	c.objects[r.On.Path()] = next
	c.sent = append(c.sent, r)
	return copied(next), nil
}

func merge(into map[string]string, from map[string]*string) {
	for k, v := range from {
		if v == nil {
			delete(into, k)
		} else {
			into[k] = *v
		}
	}
}

var _ change.Cluster = (*secrets)(nil)

// engineChanger carries out with the real engine, as the command does.
type engineChanger struct {
	*fakeChanger
	engine *run.Engine
}

func newEngineChanger(t *testing.T, c *secrets) *engineChanger {
	t.Helper()
	uid := sample.Inventory().Cluster.UID
	store, err := journal.Open(filepath.Join(t.TempDir(), "state"), uid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return &engineChanger{fakeChanger: newFakeChanger(), engine: &run.Engine{Cluster: c, Facts: c, Store: store, Identity: wire.Identity{UID: uid, User: "ada"}}}
}

func (c *engineChanger) Review(ctx context.Context, o run.Order, progress func(int, int)) (*run.Review, error) {
	return c.engine.Review(ctx, o, progress)
}

func (c *engineChanger) Begin(ctx context.Context, o run.Order) (string, Runner, error) {
	lock, err := c.engine.Store.Lock()
	if err != nil {
		return "", nil, err
	}
	o.Options.Settle, o.Options.CanaryWait = 0, 0
	r, err := c.engine.Begin(ctx, o)
	if err != nil {
		_ = lock.Unlock()
		return "", nil, err
	}
	<-r.Done()
	_ = lock.Unlock()
	return r.ID, r, nil
}

func (c *engineChanger) Runs(context.Context) ([]RunSummary, error) {
	runs, err := c.engine.Store.Runs()
	var out []RunSummary
	for _, r := range runs {
		h, err := run.Read(c.engine.Store, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Summarize(h))
	}
	return out, err
}

func (c *engineChanger) Read(_ context.Context, id string) (*run.History, error) {
	return run.Read(c.engine.Store, id)
}

// A token is switched off and on again by the real engine, from the list to the
// journal and back.
func TestFromMarkToRunToUndoWithTheRealEngine(t *testing.T) {
	cluster := newSecrets()
	c := newEngineChanger(t, cluster)
	push := func(d *driver) {
		snap := sample.Snapshot()
		snap.Inventory = cluster.Latest().Inventory
		d.push(snap)
	}
	d := drive(t, 120, 40, func(o *Options) { o.Changes = c })
	push(d)
	d.press("2")
	for _, name := range []string{sample.Idle, sample.IdleOnce} {
		d.onto(name)
		d.press("i")
	}
	d.press("7", "v")
	d.sees("2 of 2 tried out by the server as a dry run: ok.")
	if len(cluster.sent) > 0 {
		t.Fatal("a review changed something")
	}
	d.press("enter")
	d.write("prod-eu-1")
	d.press("enter")
	d.sees("ended: 2 done")
	if len(cluster.sent) != 2 {
		t.Fatalf("%d requests", len(cluster.sent))
	}
	push(d)
	d.sees("2 switched off; each API server goes by it within about 10 s")
	d.sees("watching for knocks until 2026-11-29, none so far")
	d.press("2")
	d.onto(sample.Idle)
	d.sees("▌", "ledger-token", "⊘ invalidated")
	d.press("8", "esc")
	d.sees("✓ finished", "switch tokens off", "2 done", "ada@")
	d.press("z")
	d.sees("Review · undo of ", "2 changes")
	d.press("enter")
	d.write("prod-eu-1")
	d.press("enter")
	d.sees("ended: 2 done")
	push(d)
	d.press("2")
	d.onto(sample.Idle)
	d.sees("▌", "ledger-token", "○ idle")
	d.press("8", "esc")
	d.sees("– undone", "switch tokens off")
	for _, o := range cluster.objects {
		if o.Annotations[change.RunAnnotation] != "" {
			t.Errorf("%s still names a run", o.Name)
		}
	}
	for _, r := range cluster.sent {
		if !strings.HasPrefix(r.On.Path(), "/api/v1/namespaces/payments/secrets/") {
			t.Errorf("%s was changed, and never staged", r.On.Path())
		}
	}
}
