package ui

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/internal/sample"
)

// fakeChanger answers as the tests say. Runs are steered by hand.
type fakeChanger struct {
	mu       sync.Mutex
	unlocked bool
	locks    int
	problems map[string]string // by name of the object
	code     string            // of all problems
	missing  []string
	failing  error // of Begin
	orders   []run.Order
	began    []run.Order
	resumed  []string
	over     []string // what End was told
	runner   *fakeRunner
	runs     []RunSummary
	history  map[string]*run.History
	gate     chan struct{} // reviews wait for it; nil lets them through
}

func newFakeChanger() *fakeChanger {
	return &fakeChanger{problems: map[string]string{}, history: map[string]*run.History{}}
}

func (c *fakeChanger) Review(ctx context.Context, o run.Order, progress func(done, of int)) (*run.Review, error) {
	c.mu.Lock()
	c.orders = append(c.orders, o)
	gate := c.gate
	c.mu.Unlock()
	if gate != nil {
		progress(len(o.Items)/3, len(o.Items))
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	v := &run.Review{Missing: c.missing}
	for _, i := range o.Items {
		r := run.Reviewed{Item: i, Preview: i.Change, Warn: append([]string(nil), i.Warn...), Tried: true, Kubectl: []string{"kubectl label secret -n " + i.On.Namespace + " " + i.On.Name}}
		if i.Kind == plan.Delete {
			r.Class, r.ClassWhy = change.ClassA, "RS256 signs the same text the same way, and the account is the same"
		}
		if why := c.problems[i.On.Name]; why != "" {
			r.Problem, r.Code, r.Tried = why, c.code, false
		}
		v.Items = append(v.Items, r)
	}
	return v, nil
}

func (c *fakeChanger) Begin(_ context.Context, o run.Order) (string, Runner, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failing != nil:
		return "", nil, c.failing
	case !c.unlocked:
		return "", nil, errors.New("locked")
	}
	c.began = append(c.began, o)
	c.runner = newFakeRunner(o.Items)
	return runID, c.runner, nil
}

func (c *fakeChanger) End(_ context.Context, id string, asBefore bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = append(c.over, fmt.Sprint(id, " ", asBefore))
	return nil
}

func (c *fakeChanger) Continue(_ context.Context, id string, _ run.Options) (Runner, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.unlocked {
		return nil, errors.New("locked")
	}
	c.resumed = append(c.resumed, id)
	c.runner = newFakeRunner(nil)
	return c.runner, nil
}

func (c *fakeChanger) Runs(context.Context) ([]RunSummary, error) { return c.runs, nil }

func (c *fakeChanger) Read(_ context.Context, id string) (*run.History, error) {
	if h := c.history[id]; h != nil {
		return h, nil
	}
	return nil, errors.New("there is no run " + id)
}

func (c *fakeChanger) Unlocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unlocked
}

func (c *fakeChanger) Unlock() { c.set(true) }
func (c *fakeChanger) Lock()   { c.set(false) }

func (c *fakeChanger) set(unlocked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unlocked = unlocked; !unlocked {
		c.locks++
	}
}

const runID = "20261122-093004-x7f3"

// fakeRunner is a run whose items a test settles.
type fakeRunner struct {
	mu      sync.Mutex
	p       run.Progress
	results []run.Result
	done    chan struct{}
	err     error
	aborted bool
	rate    float64
}

func newFakeRunner(items []*change.Item) *fakeRunner {
	r := &fakeRunner{done: make(chan struct{}), p: run.Progress{Phase: run.PhaseCanary, Total: len(items)}}
	for _, i := range items {
		r.results = append(r.results, run.Result{Item: i, Outcome: run.Outcome{State: run.Pending}})
	}
	return r
}

// settle gives the first n items an outcome.
func (r *fakeRunner) settle(n int, phase run.Phase) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.results[:n] {
		o := run.Outcome{State: run.Done}
		switch {
		case i%7 == 5:
			o = run.Outcome{State: run.Skipped, Code: "used", Why: "used since it was staged: last used on 2026-11-22, was never"}
		case i%11 == 8:
			o = run.Outcome{State: run.Failed, Code: "Forbidden", Why: `admission webhook "guard.example.org" denied the request: no changes on Fridays`}
		}
		r.results[i].Outcome = o
	}
	for i := n; i < min(n+4, len(r.results)); i++ {
		r.results[i].Outcome = run.Outcome{State: run.Doing}
	}
	r.p.Phase, r.p.Rate = phase, 9.8
	r.p.Left = time.Duration(float64(len(r.results)-n) / 9.8 * float64(time.Second))
}

func (r *fakeRunner) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err, r.p.Phase = err, run.PhaseEnded
	close(r.done)
}

func (r *fakeRunner) Progress() run.Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.p
	p.Counts = countStates(r.results)
	return p
}

func (r *fakeRunner) Results() []run.Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	rank := []run.State{run.Unsure, run.Failed, run.Skipped, run.Doing, run.Pending, run.Done}
	var out []run.Result
	for _, s := range rank {
		for _, one := range r.results {
			if one.Outcome.State == s {
				out = append(out, one)
			}
		}
	}
	return out
}

func (r *fakeRunner) with(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *fakeRunner) Pause()                { r.with(func() { r.p.Paused = true }) }
func (r *fakeRunner) Resume()               { r.with(func() { r.p.Paused = false }) }
func (r *fakeRunner) Abort()                { r.with(func() { r.aborted, r.p.Stopping = true, "aborted" }) }
func (r *fakeRunner) SetRate(rate float64)  { r.with(func() { r.rate = rate }) }
func (r *fakeRunner) Done() <-chan struct{} { return r.done }
func (r *fakeRunner) Err() error            { return r.err }

// historyOf is a run from before: n tokens switched off, the last left of them
// not begun.
func historyOf(id string, n, left int) *run.History {
	h := &run.History{ID: id, Ready: true, Ended: left == 0, Why: "finished", Head: run.Head{
		Purpose: run.Apply, Name: "switch tokens off", Items: n, Host: "laptop", Cluster: wire.Identity{User: "ada"},
	}}
	if left > 0 {
		h.Why = ""
	}
	inv := sample.Inventory()
	for i := range n {
		t := inv.Tokens[len(inv.Tokens)-1-i%len(inv.Tokens)]
		for _, known := range inv.Tokens {
			if i == 0 && known.Name == sample.Knocked || i == 1 && known.Name == sample.Invalidated {
				t = known
			}
		}
		r := run.Result{Item: &change.Item{Action: plan.Action{Kind: plan.Invalidate, On: plan.Pin{Kind: "Secret", Namespace: t.Namespace, Name: t.Name, UID: t.UID}}}}
		r.Outcome.State = run.Done
		if i >= n-left {
			r.Outcome.State = run.Pending
		}
		h.Results = append(h.Results, r)
	}
	return h
}

func summaryOf(h *run.History, began time.Time) RunSummary {
	s := Summarize(h)
	s.Began = began
	return s
}

// memory keeps what is staged in memory.
type memory struct {
	mu    sync.Mutex
	text  []byte
	saves int
	err   error
}

func (s *memory) Load() ([]byte, error) { return s.text, s.err }

func (s *memory) Save(text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text, s.saves = text, s.saves+1
	return nil
}

// changing drives the sample with a changer.
func withChanger(c *fakeChanger) func(*Options) { return func(o *Options) { o.Changes = c } }

func withStore(s *memory) func(*Options) { return func(o *Options) { o.Staged = s } }
