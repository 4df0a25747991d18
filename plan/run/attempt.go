package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// attempt tries to make one change. again says that it has to be tried once
// more; the outcome counts only if not.
func (r *Run) attempt(ctx context.Context, t *tracked, tries *tries) (o Outcome, again bool) {
	tries.n++
	if tries.unsure { // the change may be there already
		if o, again, decided := r.look(ctx, t, tries); decided || again {
			return o, again
		}
	}
	if s := r.recheck(t.item); s != nil {
		if s.Code == change.SkipUnproven {
			tries.last = s
			return Outcome{}, true // until the evidence is there again, or patience ends
		}
		if s.Code == change.SkipAlready || s.Code == change.SkipChanged {
			s.Why += r.culprit(ctx, t.item)
		}
		return skipped(s), false
	}
	d, err := r.prepare(ctx, t)
	if err != nil {
		return r.unsent(ctx, t, err, tries)
	}
	intent := Intent{Attempt: tries.n, Request: d.Request, Inverse: d.Inverse, Backup: d.backup, Class: d.class}
	if t.item.Issues() {
		intent.Seconds = change.Wish(t.item, "").Seconds
	}
	if err := r.write(record(typeIntent, t.item.ID(), intent)); err != nil {
		return tries.unmade(Outcome{State: Failed, Code: "journal", Why: model.Printable(err.Error())}), false
	}
	r.mu.Lock()
	t.intent = &intent
	t.outcome.State = Doing
	r.mu.Unlock()
	r.slots <- struct{}{}
	defer func() { <-r.slots }()
	if r.pace.stillFree(ctx) != nil || r.stopped() != nil {
		return tries.unmade(Outcome{State: Pending, Code: "stopped", Why: "the run stopped before it was sent"}), false
	}
	return r.send(ctx, t, d, tries)
}

// recheck holds an item against the newest facts.
func (r *Run) recheck(i *change.Item) *change.Skip {
	a := r.engine.Facts.Latest()
	if a == nil {
		if i.Inverse != nil {
			return nil
		}
		return &change.Skip{Code: change.SkipUnproven, Why: "the evidence cannot be read again"}
	}
	if i.Kind == plan.Invalidate {
		if why := change.RefuseLabel(a.Inventory.Cluster); why != "" {
			return &change.Skip{Code: change.SkipRefused, Why: why}
		}
	}
	return change.Recheck(i, a)
}

// send sends a change and says what became of it.
func (r *Run) send(ctx context.Context, t *tracked, d *draft, tries *tries) (Outcome, bool) {
	o, err := r.transmit(ctx, t, d)
	if err == nil {
		return o, false
	}
	f := r.heed(err, tries)
	switch {
	case f == nil:
		return Outcome{State: Failed, Why: model.Printable(err.Error())}, false
	case f.Unsure:
		before := tries.unsure
		tries.unsure = true
		o, again, decided := r.look(ctx, t, tries)
		if decided || again {
			return o, again
		}
		// It was not made, as far as a look tells. After a plain 500 it will not be
		// either; one that a proxy gave up on may still be under way.
		tries.unsure = before || f.Code == 0 || f.Code > 501 || !tellable(t.item.Kind)
		tries.last = err
		return Outcome{}, true
	case retried(f):
		return Outcome{}, true
	case f.Code == http.StatusConflict, f.Code == http.StatusUnprocessableEntity, f.Code == http.StatusNotFound:
		return r.refused(ctx, t, tries, err)
	}
	return r.failed(ctx, t, tries, err)
}

// tellable says that a look at the object alone shows whether a change was made.
// What only puts old values back shows when it is drafted anew.
func tellable(k plan.ActionKind) bool { return k != plan.Unproject && k != plan.Reattach }

// retried says that a request was not carried out and may be sent again.
func retried(f *wire.Failure) bool {
	// Below 300 the answer to a reading broke off.
	return !f.Refused && (f.Code < 300 || f.Code == http.StatusTooManyRequests || f.Code >= 500)
}

// unsent says what becomes of an item whose change could not even be drafted.
func (r *Run) unsent(ctx context.Context, t *tracked, err error, tries *tries) (Outcome, bool) {
	var s *change.Skip
	switch {
	case errors.As(err, &s) && s.Code == change.SkipAlready && tries.unsure:
		return Outcome{State: Done, Looked: true, Why: model.Printable(s.Why)}, false
	case errors.As(err, &s):
		return skipped(s), false
	}
	if f := r.heed(err, tries); f != nil && retried(f) {
		return Outcome{}, true
	}
	return r.failed(ctx, t, tries, err)
}

// heed keeps a failure for the next attempt. If the server asked to wait, all do,
// at once: others are ready to send.
func (r *Run) heed(err error, tries *tries) *wire.Failure {
	tries.last = err
	f := wire.FailureOf(err)
	if f.AsksToWait() {
		r.pace.busy(max(f.RetryAfter, leastWait))
	}
	return f
}

// leastWait is how long a busy server is left alone if it names no time.
const leastWait = time.Second / 2

// failed is the outcome of a change that the server does not make. Where it
// would refuse all others too, the run stops.
func (r *Run) failed(ctx context.Context, t *tracked, tries *tries, err error) (Outcome, bool) {
	code := wire.CodeOf(err)
	if code == http.StatusUnauthorized || code == http.StatusForbidden && r.denied(ctx, t) {
		if tries.doubts() {
			return Outcome{}, true
		}
		r.stop(fmt.Errorf("%w: %w", ErrDenied, err))
	} else if code == http.StatusForbidden && !tries.puzzled {
		// Refused, and we may: a webhook, or a server that has learnt its roles
		// in between. Once more tells.
		tries.puzzled = true
		return Outcome{}, true
	}
	return tries.unmade(Outcome{State: Failed, Code: http.StatusText(code), Why: model.Printable(err.Error())}), false
}

// denied tells a missing right from an admission webhook that says no to one
// object: both answer 403.
func (r *Run) denied(ctx context.Context, t *tracked) bool {
	if t.intent == nil {
		return true // a read was refused: webhooks see none
	}
	may, err := r.engine.Cluster.May(ctx, t.intent.Request.Right(), t.intent.Request.On.Name)
	return err != nil || !may
}

// refused tells a change that the server turned down because the object is not
// as it was: the object is looked at to say what happened.
func (r *Run) refused(ctx context.Context, t *tracked, tries *tries, err error) (Outcome, bool) {
	o, again, decided := r.look(ctx, t, tries)
	if decided || again {
		return o, again
	}
	// It is as it was, and yet the server will not: a webhook, or a rule. What
	// is read anew for each attempt may have moved in between.
	if rereads(t.item.Kind) && tries.n < 5 {
		return Outcome{}, true
	}
	return r.failed(ctx, t, tries, err)
}

// rereads says that a change is drafted anew from the object as it is now.
func rereads(k plan.ActionKind) bool {
	switch k {
	case plan.Reactivate, plan.Unproject, plan.Reattach, plan.Project, plan.Detach:
		return true
	}
	return false
}

func skipped(s *change.Skip) Outcome {
	return Outcome{State: Skipped, Code: string(s.Code), Why: model.Printable(s.Why)}
}
