package run

import (
	"context"
	"slices"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
)

// settle looks a second time at what was done: the controller may have deleted
// a restored secret, and somebody's Git may have put back what was changed.
// Restored secrets get their place in .secrets back here, once the controller
// has dropped the old one. false says that something of it is still to be done.
func (r *Run) settle(ctx context.Context) bool {
	done := r.unchecked()
	if len(done) == 0 {
		return true
	}
	restored := slices.DeleteFunc(slices.Clone(done), func(t *tracked) bool { return t.item.Kind != plan.Restore })
	r.each(restored, func(t *tracked) { r.relist(ctx, t) })
	last := time.Time{}
	for _, t := range done {
		if t.changed.After(last) {
			last = t.changed
		}
	}
	if sleep(ctx, r.options.Settle-r.engine.now().Sub(last)) != nil {
		return false
	}
	r.each(restored, func(t *tracked) { r.recognise(ctx, t) })
	a, err := r.engine.Facts.Fresh(ctx)
	if err != nil {
		r.note("what was done could not be looked at again: " + model.Printable(err.Error()))
		return false
	}
	r.knocks(a)
	r.each(done, func(t *tracked) {
		if why := undone(t, a); why != "" && !r.hasCheck(t) {
			r.checked(t, Outcome{State: Failed, Code: "reverted", Why: why + r.culprit(ctx, t.item)})
		}
	})
	return ctx.Err() == nil
}

// unchecked gives the items that were done and not looked at again yet.
func (r *Run) unchecked() []*tracked {
	return slices.DeleteFunc(r.doneNow(), r.hasCheck)
}

func (r *Run) doneNow() []*tracked {
	r.mu.Lock()
	defer r.mu.Unlock()
	var done []*tracked
	for _, t := range r.items {
		if t.outcome.State == Done && !t.changed.IsZero() {
			done = append(done, t)
		}
	}
	return done
}

func (r *Run) hasCheck(t *tracked) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return t.check != nil
}

// each does something to items side by side.
func (r *Run) each(items []*tracked, f func(*tracked)) {
	queue := make(chan *tracked)
	ended := make(chan struct{})
	workers := min(r.options.Parallel, len(items))
	for range workers {
		go func() {
			for t := range queue {
				f(t)
			}
			ended <- struct{}{}
		}()
	}
	for _, t := range items {
		queue <- t
	}
	close(queue)
	for range workers {
		<-ended
	}
}

// checked keeps what a second look showed.
func (r *Run) checked(t *tracked, o Outcome) {
	_ = r.write(record(typeCheck, t.item.ID(), o))
	r.mu.Lock()
	defer r.mu.Unlock()
	t.check = &o
	if o.State == Failed {
		r.failures++
	}
}

// culprit names who changed an object last.
func (r *Run) culprit(ctx context.Context, i *change.Item) string {
	o, err := r.engine.Cluster.Metadata(ctx, i.Target())
	if err != nil {
		return ""
	}
	if o.Annotations[change.RunAnnotation] == r.ID && o.Changed().Name == "timebound" {
		// Who only takes something away owns nothing, and managedFields forget him.
		return "; who did it left no trace"
	}
	return change.By(o)
}
