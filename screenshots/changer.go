package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"timebound/k8s"
	"timebound/model"
	"timebound/plan/backup"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui"
)

// recipient stands for --backup-recipient: without it, the tokens in the scenes
// would not be deleted, since their secrets hold service-ca.crt too. Nothing is
// ever sealed to it.
const recipient = "age10rvxz4tqqkf9w94fg9xk60jelqg5l48d07k8lrkmyfhj4qjy99gsdh5q77"

// open makes the engine that reviews. It has no journal and its hand stays
// locked: nothing is changed for a picture.
func (c *cluster) open(ctx context.Context, session *k8s.Session) error {
	identity, err := session.Hand().Identity(ctx)
	if err != nil {
		return fmt.Errorf("tell the demo cluster from others: %w", err)
	}
	identity.Context = "demo"
	to, err := backup.ParseRecipients([]string{recipient}, nil)
	if err != nil {
		return err
	}
	if c.sealing, err = backup.SealTo(to, nil); err != nil {
		return err
	}
	c.engine = &run.Engine{
		Cluster: session.Hand(), Facts: facts{c.judge(c.snapshot.Inventory)}, Identity: identity,
		Version: "screenshots", Now: func() time.Time { return c.now },
	}
	return nil
}

func (c *cluster) policy() model.Policy { return model.DefaultPolicy(c.now) }

func (c *cluster) judge(inv *model.Inventory) *model.Assessment {
	return model.Assess(inv, c.knowledge.Knowledge, c.policy())
}

// facts are those on the screen: the demo stands still.
type facts struct{ judged *model.Assessment }

func (f facts) Latest() *model.Assessment                        { return f.judged }
func (f facts) Fresh(context.Context) (*model.Assessment, error) { return f.judged, nil }

// changer reviews with the real engine, and carries nothing out: what begins
// stands still where the picture is taken.
type changer struct {
	cluster  *cluster
	reviews  atomic.Int32 // that were begun
	busy     atomic.Int32 // reviews under way
	unlocked atomic.Bool
}

// Review drafts an order and has the demo cluster try it out.
func (c *changer) Review(ctx context.Context, o run.Order, progress func(done, of int)) (*run.Review, error) {
	c.busy.Add(1)
	defer c.busy.Add(-1)
	c.reviews.Add(1)
	o.Options.Sealing = c.cluster.sealing
	return c.cluster.engine.Review(ctx, o, progress)
}

// Begin gives a run in its middle.
func (c *changer) Begin(_ context.Context, o run.Order) (string, ui.Runner, error) {
	r, err := c.cluster.halfway(o)
	return c.cluster.now.UTC().Format("20060102-150405") + "-x7f3", r, err
}

var errStill = errors.New("pictures stand still")

// Continue has nothing to continue.
func (c *changer) Continue(context.Context, string, run.Options) (ui.Runner, error) {
	return nil, errStill
}

// End has nothing to end.
func (c *changer) End(context.Context, string, bool) error { return errStill }

// Runs lists none.
func (c *changer) Runs(context.Context) ([]ui.RunSummary, error) { return nil, nil }

// Read has nothing to read.
func (c *changer) Read(context.Context, string) (*run.History, error) { return nil, errStill }

// Unlocked says what the screen is to show.
func (c *changer) Unlocked() bool { return c.unlocked.Load() }

// Unlock lets the screen say that changes pass.
func (c *changer) Unlock() { c.unlocked.Store(true) }

// Lock lets it say that none do.
func (c *changer) Lock() { c.unlocked.Store(false) }

// runner is a run that stands still.
type runner struct {
	progress run.Progress
	results  []run.Result
	never    chan struct{}
}

// How far the run in the picture is: in the second phase.
const (
	settled   = 13 // changes with an outcome
	skippedAt = 7  // of these
	rate      = 9.6
)

// halfway gives a run of which some changes are made, one is skipped since its
// token was used meanwhile, and the rest is to come.
func (c *cluster) halfway(o run.Order) (*runner, error) {
	r := &runner{never: make(chan struct{}), progress: run.Progress{
		Phase: run.PhaseWorking, Counts: map[run.State]int{}, Total: len(o.Items), Rate: rate,
		Elapsed: o.Options.CanaryWait + 2*time.Second,
	}}
	for at, i := range o.Items {
		outcome := run.Outcome{State: run.Done}
		switch {
		case at >= settled+o.Options.Parallel:
			outcome.State = run.Pending
		case at >= settled:
			outcome.State = run.Doing
		case at == skippedAt:
			s := change.Recheck(i, c.judge(c.usedToday(i.Key())))
			if s == nil {
				return nil, fmt.Errorf("nothing stands against %s", i.ID())
			}
			outcome = run.Outcome{State: run.Skipped, Code: string(s.Code), Why: s.Why}
		}
		r.results = append(r.results, run.Result{Item: i, Outcome: outcome})
		r.progress.Counts[outcome.State]++
	}
	left := len(o.Items) - r.progress.Settled()
	r.progress.Left = time.Duration(float64(left) / rate * float64(time.Second))
	// As the engine gives them: what needs somebody first.
	order := []run.State{run.Skipped, run.Doing, run.Pending, run.Done}
	slices.SortStableFunc(r.results, func(x, y run.Result) int {
		return cmp.Or(slices.Index(order, x.Outcome.State)-slices.Index(order, y.Outcome.State), change.Compare(x.Item, y.Item))
	})
	return r, nil
}

// usedToday is the demo cluster after somebody used a token once more.
func (c *cluster) usedToday(token model.Key) *model.Inventory {
	inv := *c.snapshot.Inventory
	inv.Tokens = slices.Clone(inv.Tokens)
	for i, t := range inv.Tokens {
		if t.Key == token {
			used := *t
			used.LastUsed = model.NewDayLabel(model.DayOf(c.now).String())
			inv.Tokens[i] = &used
		}
	}
	return &inv
}

func (r *runner) Progress() run.Progress { return r.progress }
func (r *runner) Results() []run.Result  { return r.results }
func (r *runner) Pause()                 {}
func (r *runner) Resume()                {}
func (r *runner) Abort()                 {}
func (r *runner) SetRate(float64)        {}
func (r *runner) Done() <-chan struct{}  { return r.never }
func (r *runner) Err() error             { return nil }
