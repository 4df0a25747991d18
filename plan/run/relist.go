package run

import (
	"context"
	"errors"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// relist puts a restored secret's name back into its account's .secrets. The
// controller drops the name when the old secret goes, even if a new one of that
// name is there already, so the old entry has to be gone first
// (k8s.io/kubernetes pkg/controller/serviceaccount/tokens_controller.go).
func (r *Run) relist(ctx context.Context, t *tracked) {
	if !t.item.Listed {
		return
	}
	err := r.relisted(ctx, t)
	switch {
	case err == nil, ctx.Err() != nil: // cut off: it is tried again when the run is finished
	case errors.Is(err, errStillListed):
		r.note(t.item.Key().String() + ": its old place in .secrets was not dropped, and serves the new secret")
	default:
		r.checked(t, Outcome{State: Failed, Code: "not listed", Why: "it is back, and its place in .secrets is not: " + model.Printable(err.Error())})
	}
}

// errStillListed says that the old entry is there for so long that nobody seems
// to drop it: the token controller is off.
var errStillListed = errors.New("still listed")

func (r *Run) relisted(ctx context.Context, t *tracked) error {
	account, err := change.LiveAccount(ctx, r.engine.Cluster, t.item)
	if err != nil {
		return err
	}
	part := &change.Item{Action: plan.Action{Kind: plan.Reattach, On: plan.Pin{
		Kind: "ServiceAccount", Namespace: t.item.On.Namespace, Name: t.item.Account, UID: account,
	}}, Inverse: &change.Inverse{Names: []string{t.item.On.Name}}}
	until := time.Now().Add(max(r.options.Settle, 2*time.Second))
	sent := false
	for {
		d, err := change.Prepare(ctx, r.engine.Cluster, part, change.Making{Run: r.ID})
		var s *change.Skip
		switch {
		case errors.As(err, &s) && s.Code == change.SkipAlready && sent:
			return nil
		case errors.As(err, &s) && s.Code == change.SkipAlready:
			err = errStillListed // from before: it may be dropped any moment
		case err == nil:
			if err = r.write(record(typeIntent, part.ID()+" "+t.item.On.Name, Intent{Attempt: 1, Request: d.Request})); err != nil {
				return err
			}
			sent = true
			// What was begun is not cut off.
			own, cancel := unhurried(ctx)
			_, err = r.engine.Cluster.Send(own, d.Request)
			cancel()
			if err == nil {
				return r.write(record(typeOutcome, part.ID()+" "+t.item.On.Name, Outcome{State: Done}))
			}
		}
		if !passing(err) || time.Now().After(until) || sleep(ctx, time.Second/2) != nil {
			return err
		}
	}
}

// passing says that a failure may be gone with the next attempt.
func passing(err error) bool {
	f := wire.FailureOf(err)
	return errors.Is(err, errStillListed) || f != nil && (retried(f) || f.Unsure || f.Code == 409 || f.Code == 422)
}
