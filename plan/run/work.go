package run

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"timebound/model"
	"timebound/model/wire"
)

// carryOut makes the changes: the canary first, then the rest, then a second
// look at all. It owns the run until it ends.
func (r *Run) carryOut(ctx context.Context) {
	defer close(r.done)
	// Signals and closed terminals end ctx: what is under way is waited for.
	stop := context.AfterFunc(ctx, func() { r.stop(context.Cause(ctx)) })
	defer stop()

	listening, deaf := context.WithCancel(ctx)
	defer deaf()
	var ears sync.WaitGroup
	ears.Go(func() { r.listen(listening) })
	ears.Go(func() { r.flush(listening) })

	todo := r.canary(ctx, r.open())
	r.setPhase(PhaseWorking, 0)
	r.work(ctx, todo)
	settled := false
	if !errors.Is(r.stopped(), ErrJournal) {
		r.setPhase(PhaseSettling, r.options.Settle)
		settled = r.settle(ctx)
	}
	deaf()
	ears.Wait() // they write to the journal, which ends now
	r.finish(settled)
}

// ErrCanary stops a run whose first changes did not go well.
var ErrCanary = errors.New("one of the first changes failed")

// canary makes the first changes, waits, and gives what is left. Only changes
// that were made tell something: skipped ones are followed by others.
func (r *Run) canary(ctx context.Context, todo []*tracked) []*tracked {
	if r.options.Canary == 0 || r.options.Canary >= len(todo) {
		return todo
	}
	for made := 0; made < r.options.Canary && len(todo) > 0 && r.stopped() == nil; {
		n := min(r.options.Canary-made, len(todo))
		r.work(ctx, todo[:n])
		for _, t := range todo[:n] {
			switch r.stateOf(t) {
			case Done:
				made++
			case Failed, Unsure:
				r.stop(ErrCanary)
			}
		}
		todo = todo[n:]
	}
	if len(todo) > 0 {
		r.setPhase(PhaseWaiting, r.options.CanaryWait)
		r.waitUnlessStopped(ctx, r.options.CanaryWait)
	}
	return todo
}

func (r *Run) stateOf(t *tracked) State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return t.outcome.State
}

// open gives the items that still have to be done.
func (r *Run) open() []*tracked {
	r.mu.Lock()
	defer r.mu.Unlock()
	var todo []*tracked
	for _, t := range r.items {
		if t.outcome.State == Pending || t.outcome.State == Doing {
			todo = append(todo, t)
		}
	}
	return todo
}

// ahead is how many items are prepared for each that is under way: while one
// request waits for the server, the intent of the next is put on disk.
const ahead = 2

// work does items side by side.
func (r *Run) work(ctx context.Context, todo []*tracked) {
	queue := make(chan *tracked)
	var all sync.WaitGroup
	workers := r.options.Parallel
	if workers > 1 { // one at a time means just that
		workers *= ahead
	}
	for range min(workers, len(todo)) {
		all.Go(func() {
			for t := range queue {
				r.do(ctx, t)
			}
		})
	}
	for _, t := range todo {
		if r.stopped() != nil {
			break
		}
		queue <- t
	}
	close(queue)
	all.Wait()
}

// waitUnlessStopped waits in small steps, so that a stop is seen soon.
func (r *Run) waitUnlessStopped(ctx context.Context, d time.Duration) {
	const step = 20 * time.Millisecond
	for until := time.Now().Add(d); r.stopped() == nil; {
		left := time.Until(until)
		if left <= 0 || sleep(ctx, min(step, left)) != nil {
			return
		}
	}
}

// finish writes how the run ended. A run with something left to do, or to look
// at, stays open: it can be finished, or undone, later.
func (r *Run) finish(settled bool) {
	final := r.stopped()
	why := "finished"
	if final != nil {
		why = final.Error()
	}
	if err := r.write(); err != nil && final == nil {
		final = err
	}
	end := End{why, r.Progress().Counts}
	var err error
	switch {
	case errors.Is(final, ErrJournal):
		err = r.journal.Close()
	case !settled || end.Counts[Pending]+end.Counts[Doing]+end.Counts[Unsure] > 0:
		err = errors.Join(r.journal.Append(record(typeStopped, "", end)), r.journal.Close())
	default:
		err = r.journal.End(end)
	}
	if err != nil && !errors.Is(final, ErrJournal) {
		final = errors.Join(final, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.final, r.phase = final, PhaseEnded
}

// inFlight is for how long a request that was begun may take once the run is
// to stop: it is not cut off, because then nobody would know what became of it.
const inFlight = 30 * time.Second

// unhurried gives a context that outlives the end of ctx by inFlight.
func unhurried(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(inFlight, cancel)
	})
	return own, func() { stop(); cancel() }
}

// do makes one change, whatever it takes: again after a busy server, after a
// look where the answer did not come.
func (r *Run) do(ctx context.Context, t *tracked) {
	tries := &tries{patience: r.options.Patience, unsure: t.recovered}
	for {
		if err := r.pace.wait(ctx); err != nil || r.stopped() != nil {
			return
		}
		own, cancel := unhurried(ctx)
		o, again := r.attempt(own, t, tries)
		cancel()
		if !again {
			r.settled(t, o)
			return
		}
		if !tries.wait(ctx, r) {
			if cause := context.Cause(ctx); cause != nil {
				r.stop(cause)
			}
			if r.stopped() == nil {
				r.settled(t, tries.given())
				if tries.silent() {
					r.stop(ErrSilent)
				}
			}
			return
		}
	}
}

// tries counts attempts at one item, and knows how long to wait between them.
type tries struct {
	n        int
	since    time.Time // of the first failure in a row
	patience time.Duration
	last     error
	unsure   bool      // the change may have been made
	denied   time.Time // when a right was first missing
	puzzled  bool      // refused once though we have the right
}

// grace is for how long a missing right is not believed: an API server that has
// just started refuses everybody until it has read its roles.
const grace = 15 * time.Second

func (t *tries) doubts() bool {
	if t.denied.IsZero() {
		t.denied = time.Now()
	}
	return time.Since(t.denied) < min(grace, t.patience/2)
}

// wait waits before the next attempt; false when it is time to give up.
func (t *tries) wait(ctx context.Context, r *Run) bool {
	now := time.Now()
	if t.since.IsZero() {
		t.since = now
	}
	if wire.FailureOf(t.last).AsksToWait() { // the pace does
		return r.stopped() == nil && now.Sub(t.since) < 10*t.patience
	}
	const enough = 6 // a server that says 500 so often means this object
	if now.Sub(t.since) >= t.patience || t.n >= enough && wire.CodeOf(t.last) == http.StatusInternalServerError {
		return false
	}
	r.waitUnlessStopped(ctx, r.engine.backoff(t.n))
	return r.stopped() == nil && ctx.Err() == nil
}

// backoff grows from less than half a second to five seconds.
func (e *Engine) backoff(n int) time.Duration {
	first := e.firstWait
	if first == 0 {
		first = 200 * time.Millisecond
	}
	return min(5*time.Second, first<<min(n, 6))
}

// given is the outcome of an item that was tried for too long.
func (t *tries) given() Outcome {
	return t.unmade(Outcome{State: Failed, Code: "gave up", Why: model.Printable(t.last.Error())})
}

// unmade is an outcome without a change, unless an attempt before may still be
// under way: then nobody can say so.
func (t *tries) unmade(o Outcome) Outcome {
	if t.unsure {
		o.State = Unsure
	}
	return o
}

// silent says that it is the API server that does not answer, and not a refusal
// of this one object.
func (t *tries) silent() bool {
	f := wire.FailureOf(t.last)
	return f == nil || f.Code == 0 || f.Code > 501
}
