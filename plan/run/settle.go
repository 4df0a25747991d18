package run

import (
	"context"
	"errors"
	"slices"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// settle looks a second time at what was done: the controller may have deleted
// a restored secret, and somebody's Git may have put back what was changed.
// Restored secrets get their place in .secrets back here, once the controller
// has dropped the old one.
func (r *Run) settle(ctx context.Context) {
	done := r.doneNow()
	if len(done) == 0 {
		return
	}
	restored := slices.DeleteFunc(slices.Clone(done), func(t *tracked) bool { return t.item.Kind != plan.Restore })
	r.each(ctx, restored, r.relist)
	last := time.Time{}
	for _, t := range done {
		if t.changed.After(last) {
			last = t.changed
		}
	}
	if err := sleep(ctx, r.options.Settle-r.engine.now().Sub(last)); err != nil {
		return // cut off: what was done is written, only the second look is missing
	}
	r.each(ctx, restored, r.recognise)
	a, err := r.engine.Facts.Fresh(ctx)
	if err != nil {
		r.note("what was done could not be looked at again: " + model.Printable(err.Error()))
		return
	}
	r.each(ctx, done, func(ctx context.Context, t *tracked) {
		if t.item.Kind == plan.Restore {
			return // looked at above, one by one
		}
		if why := undone(t, a); why != "" {
			r.checked(t, Outcome{State: Failed, Code: "reverted", Why: why + r.culprit(ctx, t.item)})
		}
	})
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

// each does something to items side by side.
func (r *Run) each(ctx context.Context, items []*tracked, f func(context.Context, *tracked)) {
	queue := make(chan *tracked)
	ended := make(chan struct{})
	workers := min(r.options.Parallel, len(items))
	for range workers {
		go func() {
			for t := range queue {
				f(ctx, t)
			}
			ended <- struct{}{}
		}()
	}
	for _, t := range items {
		if ctx.Err() != nil {
			break
		}
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

// undone says why a change that was made does not stand any more; "" if it does.
func undone(t *tracked, a *model.Assessment) string {
	i := t.item
	switch i.Kind {
	case plan.Invalidate:
		f := a.Token(i.Key())
		switch {
		case f == nil:
			return "the secret is gone meanwhile"
		case f.Token.UID == i.On.UID && f.Token.InvalidSince.Raw == "":
			return "the label was taken off again"
		}
	case plan.Delete:
		if f := a.Token(i.Key()); f != nil && f.Token.UID != i.On.UID {
			return "a secret of this name was made again"
		}
	case plan.Project:
		w := a.Workload(model.WorkloadKey{Kind: i.On.Kind, Key: i.Key()})
		if w == nil {
			return ""
		}
		for _, ref := range w.Workload.Secrets {
			if ref.How == model.RefVolume && slices.Contains(i.Names, ref.Secret) {
				return "the secret volume of " + ref.Secret + " is back"
			}
		}
	case plan.Detach:
		if acc := a.Account(i.Key()); acc != nil && t.intent != nil && t.intent.Inverse != nil {
			for _, name := range t.intent.Inverse.Names {
				if slices.Contains(acc.Account.Secrets, name) {
					return name + " is in .secrets again"
				}
			}
		}
	}
	return ""
}

// culprit names who changed an object last.
func (r *Run) culprit(ctx context.Context, i *change.Item) string {
	o, err := r.engine.Cluster.Metadata(ctx, i.Target())
	if err != nil {
		return ""
	}
	return change.By(o)
}

// relist puts a restored secret's name back into its account's .secrets. The
// controller drops the name when the old secret goes, even if a new one of that
// name is there already, so the old entry has to be gone first
// (k8s.io/kubernetes pkg/controller/serviceaccount/tokens_controller.go).
func (r *Run) relist(ctx context.Context, t *tracked) {
	if !t.item.Listed {
		return
	}
	part := &change.Item{Action: plan.Action{Kind: plan.Reattach, On: plan.Pin{
		Kind: "ServiceAccount", Namespace: t.item.On.Namespace, Name: t.item.Account, UID: t.item.AccountUID,
	}}, Inverse: &change.Inverse{Names: []string{t.item.On.Name}}}
	for until := time.Now().Add(r.options.Settle); ; {
		d, err := change.Prepare(ctx, r.engine.Cluster, part, change.Making{Run: r.ID})
		var s *change.Skip
		if errors.As(err, &s) && s.Code == change.SkipAlready {
			// Still there from before: it may be dropped any moment.
			if time.Now().After(until) || sleep(ctx, time.Second) != nil {
				return
			}
			continue
		}
		if err == nil {
			if r.write(record(typeIntent, part.ID()+" "+t.item.On.Name, Intent{Attempt: 1, Request: d.Request})) != nil {
				return
			}
			_, err = r.engine.Cluster.Send(ctx, d.Request)
			code := wire.CodeOf(err)
			if (code == 409 || code == 422 || code == 429 || code >= 500) && time.Now().Before(until) && sleep(ctx, time.Second/2) == nil {
				continue
			}
		}
		if err != nil {
			r.note("the place of " + t.item.On.Name + " in .secrets could not be given back: " + model.Printable(err.Error()))
			return
		}
		_ = r.write(record(typeOutcome, part.ID()+" "+t.item.On.Name, Outcome{State: Done}))
		return
	}
}
