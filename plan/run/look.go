package run

import (
	"context"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// look reads an object to see whether the change of the last intent was made.
// decided says that the outcome stands; again that nobody can tell yet. Neither
// says that the change was not made, and may be.
func (r *Run) look(ctx context.Context, t *tracked, tries *tries) (o Outcome, again, decided bool) {
	i := t.item
	if i.Issues() {
		// Whether a token was issued cannot be seen. Nobody holds it, and it ends
		// by itself.
		return Outcome{}, false, false
	}
	read := r.engine.Cluster.Metadata
	if i.On.Kind != "Secret" {
		read = r.engine.Cluster.Whole
	}
	now, err := read(ctx, i.Target())
	if wire.CodeOf(err) == 404 {
		now, err = nil, nil
	}
	if err != nil {
		if f := r.heed(err, tries); f != nil && retried(f) {
			return Outcome{}, true, false
		}
		out, again := r.failed(ctx, t, tries, err)
		if again {
			return Outcome{}, true, false
		}
		return out, false, true
	}
	in := t.intent
	if !tries.unsure {
		in = nil // the server refused: whatever is there now, it was not us
	}
	switch verdict, why := judge(i, in, now, r.ID); verdict {
	case made:
		return r.left(t, now, true), false, true
	case notMade:
		return Outcome{}, false, false
	default:
		return skipped(&change.Skip{Code: why.Code, Why: why.Why}), false, true
	}
}

// verdict says what a look at an object shows.
type verdict uint8

const (
	notMade verdict = iota // the object is as it was before
	made                   // the change is there, and ours
	moved                  // something else happened to it
)

// judge compares an object with what an intent would make of it. in is nil if
// the change cannot have been made; now is nil if the object is gone.
func judge(i *change.Item, in *Intent, now *wire.Object, run string) (verdict, *change.Skip) {
	if i.Kind == plan.Delete {
		return judgeDelete(i, in, now)
	}
	if i.Kind == plan.Restore {
		return judgeRestore(i, now, run)
	}
	switch {
	case now == nil:
		return moved, &change.Skip{Code: change.SkipGone, Why: "it is gone"}
	case now.UID != i.On.UID:
		return moved, &change.Skip{Code: change.SkipAnew, Why: "another object has the name now: UID was " + i.On.UID + ", is " + now.UID}
	}
	ours := now.Annotations[change.RunAnnotation] == run
	day := now.Labels[model.LabelInvalidSince]
	switch i.Kind {
	case plan.Invalidate:
		switch {
		case ours && day != "":
			return made, nil
		case day != "":
			return moved, &change.Skip{Code: change.SkipAlready, Why: "it was switched off already" + change.By(now)}
		case now.ResourceVersion != i.On.ResourceVersion:
			return moved, &change.Skip{Code: change.SkipChanged, Why: "it was changed since it was staged" + change.By(now)}
		}
		return notMade, nil
	case plan.Reactivate:
		if in != nil && day == "" {
			return made, nil
		}
		return notMade, nil
	case plan.Project, plan.Detach:
		if ours {
			return made, nil
		}
		return notMade, nil // drafting it anew tells what moved
	case plan.Unproject, plan.Reattach:
		// Drafting it anew tells whether the old state is there again.
		return notMade, nil
	}
	return notMade, nil
}

func judgeDelete(i *change.Item, in *Intent, now *wire.Object) (verdict, *change.Skip) {
	switch {
	case now == nil || now.UID != i.On.UID:
		if in != nil {
			return made, nil
		}
		return moved, &change.Skip{Code: change.SkipGone, Why: "it is gone"}
	case !now.Deleting.IsZero():
		if in != nil {
			return made, nil
		}
		return moved, &change.Skip{Code: change.SkipGone, Why: "it is being deleted already" + change.By(now)}
	case in != nil && now.ResourceVersion != in.Request.ResourceVersion:
		return moved, &change.Skip{Code: change.SkipChanged, Why: "it was changed since it was read" + change.By(now)}
	}
	return notMade, nil
}

func judgeRestore(i *change.Item, now *wire.Object, run string) (verdict, *change.Skip) {
	switch {
	case now == nil:
		return notMade, nil
	case now.Annotations[change.RunAnnotation] == run:
		return made, nil
	case !now.Deleting.IsZero():
		return moved, &change.Skip{Code: change.SkipChanged, Why: "it is still being deleted, held by finalizers; undo again when it is gone"}
	case now.UID == i.On.UID:
		return moved, &change.Skip{Code: change.SkipAlready, Why: "it was never deleted"}
	}
	return moved, &change.Skip{Code: change.SkipAnew, Why: "another secret has the name now" + change.By(now)}
}

// left is the outcome of a change that was made.
func (r *Run) left(t *tracked, now *wire.Object, looked bool) Outcome {
	o := Outcome{State: Done, Looked: looked}
	if now == nil {
		return o
	}
	o.UID, o.ResourceVersion = now.UID, now.ResourceVersion
	if t.item.Kind == plan.Delete && !now.Deleting.IsZero() && now.UID == t.item.On.UID {
		o.Why = "deleted, and still there: finalizers hold it"
	}
	if t.intent != nil && t.intent.Inverse != nil && len(t.intent.Inverse.Volumes) > 0 {
		inv := *t.intent.Inverse
		inv.Left(now)
		o.Inverse = &inv
	}
	return o
}
