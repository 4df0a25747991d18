package changes

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"timebound/e2e/product"
	"timebound/k8s"
	"timebound/model"
	"timebound/plan"
	"timebound/plan/backup"
	"timebound/plan/change"
	"timebound/plan/journal"
	"timebound/plan/run"
)

// longAfter is a number of days from now, by when a token that nobody uses has
// been unused for long.
const longAfter = 200

// operator is somebody who changes the cluster, with a state folder of his own:
// what cmd/timebound puts together for one command.
type operator struct {
	*scene
	user   string
	home   string // XDG_STATE_HOME
	via    *proxy // nil: straight to the server
	engine *run.Engine
	hand   *k8s.Hand
	facts  *facts
	store  *journal.Store
	// follows says that the facts are followed over all runs, as the dashboard
	// does, and not anew for each, as a command does.
	follows bool

	mu   sync.Mutex
	said bytes.Buffer // everything that the command wrote
}

// operator gives another operator; adjust may change how the cluster is opened.
func (c *scene) operator(t *testing.T, adjust ...func(*k8s.Config)) *operator {
	t.Helper()
	return c.operatorAs(t, operatorName(int(c.taken.Add(1))-1), nil, adjust...)
}

// behind gives an operator whose requests go through a proxy.
func (c *scene) behind(t *testing.T, via *proxy, adjust ...func(*k8s.Config)) *operator {
	t.Helper()
	return c.operatorAs(t, operatorName(int(c.taken.Add(1))-1), via, adjust...)
}

func (c *scene) operatorAs(t *testing.T, user string, via *proxy, adjust ...func(*k8s.Config)) *operator {
	t.Helper()
	o := &operator{scene: c, user: user, via: via, home: filepath.Join(c.dir, user)}
	must(t, os.Mkdir(o.home, 0o700))
	o.open(t, adjust...)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.operators = append(c.operators, o)
	return o
}

// open opens the cluster and the journal, as at the start of the program.
func (o *operator) open(t *testing.T, adjust ...func(*k8s.Config)) {
	t.Helper()
	config, err := o.RESTConfig(o.user)
	must(t, err)
	if o.via != nil {
		config = o.via.config(config)
	}
	cfg := k8s.Config{REST: config, Context: "e2e", Version: product.Version, Knowledge: o.know, Namespaces: []string{o.ns}}
	for _, f := range adjust {
		f(&cfg)
	}
	session, err := k8s.Open(cfg)
	must(t, err)
	o.facts = &facts{session: session, know: o.know, now: time.Now}
	if cfg.Now != nil {
		o.facts.now = cfg.Now
	}
	o.hand = session.Hand()
	o.look(t)
	identity, err := o.hand.Identity(t.Context())
	must(t, err)
	identity.Context = "e2e"
	o.store, err = journal.Open(filepath.Join(o.home, "timebound"), identity.UID)
	must(t, err)
	o.engine = &run.Engine{Cluster: o.hand, Facts: o.facts, Store: o.store, Identity: identity, Version: product.Version, Now: cfg.Now}
}

// look reads everything anew.
func (o *operator) look(t *testing.T) *model.Assessment {
	t.Helper()
	a, err := o.facts.Fresh(t.Context())
	must(t, err)
	return a
}

// stageTokens stages a change of tokens by what was read last.
func (o *operator) stageTokens(t *testing.T, kind plan.ActionKind, names ...string) []*change.Item {
	t.Helper()
	a := o.facts.Latest()
	var items []*change.Item
	for _, name := range names {
		item, refusal := o.stageToken(t, a, kind, name, overrides[kind])
		if refusal != nil {
			t.Fatalf("stage %s %s: %s", kind, name, refusal.Why)
		}
		items = append(items, item)
	}
	return items
}

// overrides are reasons for what a test uses on the day of switching it off,
// which looks like a knock.
var overrides = map[plan.ActionKind]string{plan.Delete: "a test wants it"}

func (o *operator) stageToken(t *testing.T, a *model.Assessment, kind plan.ActionKind, name, override string) (*change.Item, *change.Refusal) {
	t.Helper()
	f := a.Token(model.Key{Namespace: o.ns, Name: name})
	if f == nil {
		t.Fatalf("token %s/%s is not among the %d that were read", o.ns, name, len(a.Findings))
	}
	return change.StageToken(kind, f, a, change.Policy{}, override)
}

// quick are options for tests that wait for nothing.
func quick() run.Options {
	o := run.Defaults()
	o.Canary, o.CanaryWait, o.Rate, o.Settle, o.StopAfter, o.Patience = 0, 0, 0, 0, 0, 20*time.Second
	return o
}

// settled are options with the second look as it is in earnest.
func settled() run.Options {
	o := quick()
	o.Settle = run.Defaults().Settle
	return o
}

// glanced are options with a second look that comes soon.
func glanced() run.Options {
	o := quick()
	o.Settle = 4 * time.Second
	return o
}

// sealedTo keeps token bytes in backups.
func sealedTo(o run.Options, s backup.Sealing, open backup.Identities) run.Options {
	o.Sealing, o.Identities = s, open
	return o
}

// facts are the newest judgement of a cluster, as the program keeps it.
type facts struct {
	session *k8s.Session
	know    model.Knowledge
	now     func() time.Time

	mu     sync.Mutex
	latest *model.Assessment
}

// Latest gives what was judged last.
func (f *facts) Latest() *model.Assessment {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.latest
}

// Fresh reads and judges everything anew.
func (f *facts) Fresh(ctx context.Context) (*model.Assessment, error) {
	inv, _, err := f.session.Load(ctx, nil)
	if err != nil {
		return nil, err
	}
	return f.judge(inv), nil
}

func (f *facts) judge(inv *model.Inventory) *model.Assessment {
	p := model.DefaultPolicy(f.now())
	p.AsOf += longAfter
	a := model.Assess(inv, f.know, p)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latest = a
	return a
}

// follow judges anew whenever something changes, until ctx ends: see liveFacts
// in cmd/timebound.
func (f *facts) follow(ctx context.Context) {
	feed := f.session.Follow(ctx)
	for {
		snapshot, err := feed.Next(ctx)
		if err != nil {
			return
		}
		if snapshot.Inventory == nil || snapshot.Link.State != model.LinkLive || !whole(snapshot.Inventory) {
			continue
		}
		began := time.Now()
		f.judge(snapshot.Inventory)
		select {
		case <-time.After(9 * time.Since(began)):
		case <-ctx.Done():
			return
		}
	}
}

func whole(inv *model.Inventory) bool {
	for _, k := range inv.Coverage.Kinds {
		if k.State == model.CoveragePending {
			return false
		}
	}
	return len(inv.Cluster.Servers) > 0
}

// timeout is a client that does not wait for answers for longer.
func timeout(d time.Duration) func(*k8s.Config) {
	return func(c *k8s.Config) {
		c.REST = rest.CopyConfig(c.REST)
		c.REST.Timeout = d
	}
}
