package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// Review is what would happen, before anything does: every change drafted,
// tried out on the server as a dry run, and held against our rights.
type Review struct {
	Items []Reviewed
	// Missing are rights that we lack, in the words of `kubectl auth can-i`.
	Missing []string
}

// Reviewed is one item of a review.
type Reviewed struct {
	Item    *change.Item
	Preview []string // what becomes different: "+ …", "- …"
	Kubectl []string
	Warn    []string
	// Undo says how it is put back.
	Undo string
	// Class is the undo class of a deletion, ClassWhy its reason.
	Class    change.Class
	ClassWhy string
	// Code and Problem say why the change would not be made; "" if it would.
	Code    string
	Problem string
	// Tried says that the server did all but store it; some changes it cannot
	// try out.
	Tried bool
}

// OK counts the items that nothing stands against.
func (v *Review) OK() int {
	n := 0
	for _, i := range v.Items {
		if i.Problem == "" {
			n++
		}
	}
	return n
}

// Review drafts and tries out an order. Nothing is changed. progress, if given,
// is told how many items are through; it may be called from any goroutine.
func (e *Engine) Review(ctx context.Context, o Order, progress func(done, of int)) (*Review, error) {
	if err := e.admits(o); err != nil {
		return nil, err
	}
	r := e.newRun("review", nil, o.Options)
	v := &Review{Items: make([]Reviewed, len(o.Items))}
	rights := map[wire.Right]bool{}
	var mu sync.Mutex
	done := 0
	queue := make(chan int)
	var workers sync.WaitGroup
	for range min(max(o.Options.Parallel, 4), len(o.Items)) {
		workers.Go(func() {
			for at := range queue {
				reviewed, needs := r.review(ctx, o.Items[at])
				mu.Lock()
				v.Items[at] = reviewed
				for _, right := range needs {
					rights[right] = false
				}
				done++
				n := done
				mu.Unlock()
				if progress != nil {
					progress(n, len(o.Items))
				}
			}
		})
	}
	for at := range o.Items {
		if ctx.Err() != nil {
			break
		}
		queue <- at
	}
	close(queue)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(v.Items, func(x, y Reviewed) int { return change.Compare(x.Item, y.Item) })
	return v, e.rights(ctx, rights, v)
}

// rights asks for each right once.
func (e *Engine) rights(ctx context.Context, rights map[wire.Right]bool, v *Review) error {
	list := make([]wire.Right, 0, len(rights))
	for right := range rights {
		list = append(list, right)
	}
	slices.SortFunc(list, func(x, y wire.Right) int { return cmp.Compare(x.String(), y.String()) })
	for _, right := range list {
		may, err := e.Cluster.May(ctx, right, "")
		if err != nil {
			return fmt.Errorf("ask whether we may %s: %w", right, err)
		}
		if !may {
			v.Missing = append(v.Missing, right.String())
		}
	}
	return nil
}

// review looks at one item, and says which rights it takes.
func (r *Run) review(ctx context.Context, i *change.Item) (Reviewed, []wire.Right) {
	v := Reviewed{Item: i, Warn: slices.Clone(i.Warn), Undo: undoWords(i)}
	if s := r.recheck(i); s != nil {
		v.Code, v.Problem = string(s.Code), s.Why
		return v, nil
	}
	d, err := r.sketch(ctx, i)
	if err != nil {
		v.Code, v.Problem = problemOf(err)
		return v, nil
	}
	v.Preview, v.Kubectl = d.Preview, change.Kubectl(i, d.Request)
	v.Warn = append(v.Warn, d.Warn...)
	v.Class, v.ClassWhy = d.class, d.why
	if v.Class != "" {
		v.Undo = "class " + string(v.Class) + ": " + v.Class.Words()
		if !v.Class.Allowed(r.options.Classes) {
			v.Code, v.Problem = "undo class", "undo class "+string(v.Class)+" is not allowed: "+v.ClassWhy
		}
	}
	needs := []wire.Right{d.Request.Right()}
	if i.Kind == plan.Delete || i.Kind == plan.Restore {
		needs = append(needs, wire.Right{Verb: "get", Resource: "secrets", Namespace: i.On.Namespace})
	}
	if i.Kind == plan.Restore && i.Listed {
		needs = append(needs, wire.Right{Verb: wire.Patch, Resource: "serviceaccounts", Namespace: i.On.Namespace})
	}
	if i.Issues() || v.Problem != "" {
		return v, needs
	}
	if _, err := r.engine.Cluster.Send(ctx, d.Request.Dry()); err != nil {
		v.Code, v.Problem = problemOf(err)
		return v, needs
	}
	v.Tried = true
	return v, needs
}

func problemOf(err error) (code, why string) {
	var s *change.Skip
	if errors.As(err, &s) {
		return string(s.Code), model.Printable(s.Why)
	}
	return http.StatusText(wire.CodeOf(err)), model.Printable(err.Error())
}

// DeletedIsNotGone is said wherever deleting is reviewed: what makes undoing
// possible also lets a leaked token come back.
const DeletedIsNotGone = "a deleted token can be made again as long as its account and the signing key live; " +
	"to end a leaked one for good, make a new account or rotate the key. Tokens that were issued bound to the secret itself stay dead"

// undoWords say how an action is put back.
func undoWords(i *change.Item) string {
	switch i.Kind {
	case plan.Invalidate:
		return "the label is taken off; each API server accepts the token again within 10 s"
	case plan.Project:
		return "the old volumes are put back"
	case plan.Detach:
		return "the names are put back"
	case plan.Issue:
		return "nothing to put back: the token ends by itself"
	case plan.Reactivate:
		return "stage it anew"
	}
	return ""
}
