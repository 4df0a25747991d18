package changes

import (
	"context"
	"testing"
	"time"

	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/run"
)

// ended is a run that is over.
type ended struct {
	*run.Run
	by   *operator
	took time.Duration
}

// under is a run under way.
type under struct {
	*run.Run
	by    *operator
	began time.Time
	end   func() // gives the lock back, and locks the session
}

// apply carries items out and waits for the end.
func (o *operator) apply(t *testing.T, items []*change.Item, options run.Options) *ended {
	t.Helper()
	return o.begin(t, items, options).wait(t)
}

// begin starts to carry items out, as the program does after a confirmation.
func (o *operator) begin(t *testing.T, items []*change.Item, options run.Options) *under {
	t.Helper()
	return o.start(t, func(ctx context.Context) (*run.Run, error) {
		return o.engine.Begin(ctx, run.Order{Purpose: run.Apply, Name: t.Name(), Items: items, Options: options})
	})
}

// finish goes on with a run that was cut off.
func (o *operator) finish(t *testing.T, id string, options run.Options) *ended {
	t.Helper()
	return o.start(t, func(ctx context.Context) (*run.Run, error) { return o.engine.Continue(ctx, id, options) }).wait(t)
}

// undo puts a run back. It is nil if there is nothing to put back.
func (o *operator) undo(t *testing.T, id string, options run.Options) *ended {
	t.Helper()
	h, err := run.Read(o.store, id)
	must(t, err)
	items, _ := run.Inverses(h.Results, h.ID)
	if len(items) == 0 {
		return nil
	}
	return o.start(t, func(ctx context.Context) (*run.Run, error) {
		return o.engine.Begin(ctx, run.Order{Purpose: run.Undo, Undoes: id, Whole: true, Name: "undo", Items: items, Options: options})
	}).wait(t)
}

func (o *operator) start(t *testing.T, begin func(ctx context.Context) (*run.Run, error)) *under {
	t.Helper()
	lock, err := o.store.Lock()
	must(t, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	following := make(chan struct{})
	go func() {
		defer close(following)
		if !o.follows {
			o.facts.follow(ctx)
		}
	}()
	o.hand.Unlock()
	end := func() {
		o.hand.Lock()
		cancel()
		<-following
		_ = lock.Unlock()
	}
	r, err := begin(ctx)
	if err != nil {
		end()
		t.Fatal(err)
	}
	return &under{Run: r, by: o, began: time.Now(), end: end}
}

// runLimit is how long any run of a test may take.
const runLimit = 4 * time.Minute

func (u *under) wait(t *testing.T) *ended {
	t.Helper()
	defer u.end()
	select {
	case <-u.Done():
	case <-time.After(runLimit):
		t.Fatalf("the run of %s does not end: %+v", u.by.user, u.Progress())
	}
	return &ended{u.Run, u.by, time.Since(u.began)}
}

// wantAll fails the test unless every item ended so, and stands.
func (e *ended) wantAll(t *testing.T, state run.State) {
	t.Helper()
	for _, r := range e.Results() {
		if r.Outcome.State != state || r.Check != nil && r.Check.State == run.Failed {
			t.Errorf("%s: %s, want %s; %s; looked at again: %+v", r.Item.ID(), r.Outcome.State, state, r.Outcome.Why, r.Check)
		}
	}
}

// of gives what became of a token.
func (e *ended) of(t *testing.T, name string) run.Result {
	t.Helper()
	for _, r := range e.Results() {
		if r.Item.On.Name == name {
			return r
		}
	}
	t.Fatalf("the run knows nothing of %s", name)
	return run.Result{}
}

// wantSkipped fails the test unless an item was skipped for this reason.
func (e *ended) wantSkipped(t *testing.T, name string, code change.SkipCode) run.Outcome {
	t.Helper()
	r := e.of(t, name)
	if r.Outcome.State != run.Skipped || r.Outcome.Code != string(code) || r.Outcome.Why == "" {
		t.Errorf("%s: %s (%s: %s), want it skipped as %q", r.Item.ID(), r.Outcome.State, r.Outcome.Code, r.Outcome.Why, code)
	}
	return r.Outcome
}

// counts are the items by state.
func (e *ended) counts() map[run.State]int { return e.Progress().Counts }

// switchedOff gives a token that a run has invalidated just now.
func (o *operator) switchedOff(t *testing.T, names ...string) *ended {
	t.Helper()
	o.look(t)
	e := o.apply(t, o.stageTokens(t, plan.Invalidate, names...), quick())
	e.wantAll(t, run.Done)
	o.look(t)
	return e
}
