package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"timebound/model/wire"
	"timebound/plan/change"
	"timebound/plan/journal"
)

// Run is one run under way. Its methods may be called from anywhere.
type Run struct {
	ID      string
	engine  *Engine
	options Options
	journal *journal.Journal
	pace    *pace
	began   time.Time
	done    chan struct{}

	keys  keys          // signing keys, read once
	slots chan struct{} // one for each request that may be under way

	mu       sync.Mutex
	items    []*tracked
	trail    []journal.Record // outcomes that the next sync takes along
	failures int
	stopping error // why no further item is begun; nil while all is well
	phase    Phase
	finished []time.Time // when the last outcomes came, for the rate
	until    time.Time   // when a wait between two phases ends
	notes    []string
	final    error
}

// tracked is one item with what became of it.
type tracked struct {
	item    *change.Item
	outcome Outcome
	intent  *Intent
	check   *Outcome
	changed time.Time // when it was done
	secured *draft    // a deletion whose backup is made
	// recovered says that a run before was cut off after the intent.
	recovered bool
}

// Phase says what a run is doing.
type Phase string

// The phases of a run.
const (
	PhaseCanary   Phase = "canary"   // the first few
	PhaseWaiting  Phase = "waiting"  // after the first few
	PhaseWorking  Phase = "working"  // the rest
	PhaseSettling Phase = "settling" // waiting to look again
	PhaseEnded    Phase = "ended"
)

// Why a run stops before its end.
var (
	ErrAborted  = errors.New("aborted")
	ErrFailures = errors.New("too many failures")
	ErrDenied   = errors.New("the server denies us the change")
	ErrJournal  = errors.New("the journal cannot be written")
	ErrSilent   = errors.New("the API server does not answer")
)

func (e *Engine) newRun(id string, j *journal.Journal, o Options) *Run {
	return &Run{ID: id, engine: e, options: o, journal: j, pace: newPace(o.Rate), began: e.now(), done: make(chan struct{}), slots: make(chan struct{}, max(1, o.Parallel)), phase: PhaseCanary}
}

func (r *Run) add(i *change.Item) {
	r.items = append(r.items, &tracked{item: i, outcome: Outcome{State: Pending}})
}

// record makes a record of the journal.
func record(kind, item string, body any) journal.Record {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // our own types
	}
	return journal.Record{Type: kind, Item: item, Body: text}
}

// write puts records on disk, after those that were kept for later. When that
// fails nothing more is sent.
func (r *Run) write(records ...journal.Record) error {
	r.mu.Lock()
	records = append(r.trail, records...)
	r.trail = nil
	r.mu.Unlock()
	if len(records) == 0 {
		return nil
	}
	err := r.journal.Append(records...)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrJournal, err)
		r.stop(err)
	}
	return err
}

// flushEvery is how long an outcome may wait for a sync of its own.
const flushEvery = 50 * time.Millisecond

// later keeps an outcome for the next sync: that of the next intent, or one of
// its own soon. If the process dies before, there is an intent without an
// outcome, and the object is looked at.
func (r *Run) later(rec journal.Record) {
	rec.Time = r.engine.now().UTC()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trail = append(r.trail, rec)
}

// flush puts outcomes on disk that no intent takes along, until ctx ends.
func (r *Run) flush(ctx context.Context) {
	for sleep(ctx, flushEvery) == nil {
		if r.write() != nil {
			return
		}
	}
}

// stop lets what is under way end, and begins nothing more.
func (r *Run) stop(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopWith(why)
}

// stopWith is stop for who holds the mutex.
func (r *Run) stopWith(why error) {
	if r.stopping == nil {
		r.stopping = why
		r.pace.halt() // who waits there has to see it
	}
}

func (r *Run) stopped() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopping
}

// Pause sends nothing more until Resume; what is under way ends. A run that is
// stopping is not paused: it would never end.
func (r *Run) Pause() {
	r.mu.Lock()
	stopping := r.stopping != nil
	if !stopping {
		r.pace.pause()
	}
	r.mu.Unlock()
	if !stopping {
		r.note("paused")
	}
}

// Resume goes on after Pause.
func (r *Run) Resume() {
	r.pace.resume()
	r.note("resumed")
}

// Abort ends the run after what is under way. What was not begun stays as it
// is; the run can be finished or undone later.
func (r *Run) Abort() { r.stop(ErrAborted) }

// SetRate changes the pace, in changes a second; 0 is as fast as it goes.
func (r *Run) SetRate(rate float64) { r.pace.set(max(0, rate)) }

// Done is closed when the run has ended.
func (r *Run) Done() <-chan struct{} { return r.done }

// Err says why the run stopped before its end; nil if it did not. It is for
// after Done.
func (r *Run) Err() error { return r.final }

func (r *Run) note(text string) {
	r.mu.Lock()
	r.notes = append(r.notes, text)
	r.mu.Unlock()
	_ = r.write(record(typeNote, "", Note{text}))
}

// setPhase begins a phase; wait is how long it lasts, where that is known. The
// rate is that of the phase.
func (r *Run) setPhase(p Phase, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.phase, r.finished, r.until = p, nil, r.engine.now().Add(wait)
}

// settled keeps an outcome.
func (r *Run) settled(t *tracked, o Outcome) {
	if rec := record(typeOutcome, t.item.ID(), o); t.item.Issues() {
		_ = r.write(rec) // whether a token was issued cannot be looked up later
	} else {
		r.later(rec)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.outcome = o
	now := r.engine.now()
	if o.State == Done {
		t.changed = now
	}
	r.finished = append(r.finished, now)
	if len(r.finished) > rateWindow {
		r.finished = r.finished[len(r.finished)-rateWindow:]
	}
	if o.State == Failed || o.State == Unsure {
		r.failures++
		if r.options.StopAfter > 0 && r.failures >= r.options.StopAfter && r.stopping == nil {
			r.stopWith(fmt.Errorf("%w: %d", ErrFailures, r.failures))
		}
	}
}

// keys are the signing keys, once they were read.
type keys struct {
	mu   sync.Mutex
	list []wire.Key
}

func (r *Run) signingKeys(ctx context.Context) ([]wire.Key, error) {
	r.keys.mu.Lock()
	defer r.keys.mu.Unlock()
	if r.keys.list != nil {
		return r.keys.list, nil
	}
	list, err := r.engine.Cluster.Keys(ctx)
	if err == nil {
		r.keys.list = list
	}
	return list, err
}
