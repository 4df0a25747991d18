package run

import (
	"context"
	"fmt"
)

// Continue finishes a run that was cut off, whatever cut it off. Changes that
// were about to be sent are looked at first: what was made is not made again.
// The caller holds the store's lock until the run has ended.
func (e *Engine) Continue(ctx context.Context, id string, o Options) (*Run, error) {
	h, err := Read(e.Store, id)
	if err != nil {
		return nil, err
	}
	switch {
	case h.Head.Cluster.UID != e.Identity.UID:
		return nil, fmt.Errorf("run %s belongs to another cluster (UID %s); this one has UID %s", id, h.Head.Cluster.UID, e.Identity.UID)
	case !h.Ready:
		return nil, fmt.Errorf("run %s was cut off before all of it was written down; nothing was changed; stage it anew", id)
	case h.Ended: // else at least the second look is missing
		return nil, fmt.Errorf("run %s has nothing left to do", id)
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	j, err := e.Store.Continue(id)
	if err != nil {
		return nil, err
	}
	r := e.newRun(id, j, o)
	for _, t := range h.items {
		switch t.outcome.State {
		case Doing, Unsure:
			t.recovered = true
			t.outcome = Outcome{State: Doing}
		}
		r.items = append(r.items, t)
	}
	if err := r.write(record(typeNote, "", Note{"continued"})); err != nil {
		return nil, err
	}
	go r.carryOut(ctx)
	return r, nil
}

// Retry gives the items of a run that failed, to be staged anew. Their pins
// stay: what moved is skipped.
func Retry(results []Result) []Result {
	var failed []Result
	for _, r := range results {
		if r.Outcome.State == Failed {
			failed = append(failed, r)
		}
	}
	return failed
}
