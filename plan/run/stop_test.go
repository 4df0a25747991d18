package run

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"timebound/model"
	"timebound/model/wire"
)

// blinded are facts that nobody keeps current for a while.
type blinded struct {
	*fake
	dark atomic.Bool
}

func (b *blinded) Latest() *model.Assessment {
	if b.dark.Load() {
		return nil
	}
	return b.fake.Latest()
}

// TestEvidenceThatIsAwayForAWhile: a run waits for its evidence, and does not
// skip what it cannot judge meanwhile. If it stays away, the run stops.
func TestEvidenceThatIsAwayForAWhile(t *testing.T) {
	for _, back := range []bool{true, false} {
		f, items := manyTokens(t, 6)
		facts := &blinded{fake: f}
		n := 0
		f.after = func(wire.Request) error {
			if n++; n == 2 {
				facts.dark.Store(true)
				if back {
					time.AfterFunc(150*time.Millisecond, func() { facts.dark.Store(false) })
				}
			}
			return nil
		}
		e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
		e.Facts = facts
		o := quick()
		o.Patience = 500 * time.Millisecond
		if back {
			o.Patience = 10 * time.Second
		}
		r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: o})
		await(t, r, err)
		counts := r.Progress().Counts
		if back && (counts[Done] != 6 || r.Err() != nil) {
			t.Errorf("the evidence came back: %v, stopped by %v", counts, r.Err())
		}
		if !back && (counts[Done] != 2 || counts[Skipped] != 0 || !errors.Is(r.Err(), ErrSilent)) {
			t.Errorf("the evidence stayed away: %v, stopped by %v", counts, r.Err())
		}
	}
}

// TestStoppedWithADoubt: an item whose earlier attempt may still be under way is
// not called untouched when the run stops before the next one.
func TestStoppedWithADoubt(t *testing.T) {
	f, items := manyTokens(t, 1)
	e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
	f.before = func(wire.Request) error { return &wire.Failure{Code: 503, Message: "away", Unsure: true} }
	running := make(chan *Run, 1)
	looks := 0
	f.looked = func(wire.Target) error {
		if looks++; looks == 2 {
			r := <-running
			r.Abort()
		}
		return nil
	}
	r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: quick()})
	if err != nil {
		t.Fatal(err)
	}
	running <- r
	if o := await(t, r, nil)[items[0].ID()].Outcome; o.State != Unsure {
		t.Errorf("it is called %s: %s", o.State, o.Why)
	}
	f.before, f.looked = nil, nil
	r, err = e.Continue(context.Background(), r.ID, quick())
	if o := await(t, r, err)[items[0].ID()].Outcome; o.State != Done {
		t.Errorf("finished, it is %s: %s", o.State, o.Why)
	}
}
