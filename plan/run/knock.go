package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"timebound/model"
	"timebound/plan"
)

// ErrKnocked stops a run: somebody needs what was just switched off.
var ErrKnocked = errors.New("somebody tried a token that was just switched off")

// listenEvery is how often the newest facts are searched for knocks.
const listenEvery = time.Second

// listen watches for uses of tokens that the run switched off, until ctx ends,
// and stops the run at the first. A refused use moves the last-used label as an
// accepted one does (k8s.io/kubernetes pkg/serviceaccount/legacy.go).
func (r *Run) listen(ctx context.Context) {
	var heard *model.Assessment
	for sleep(ctx, listenEvery) == nil {
		a := r.engine.Facts.Latest()
		if a == nil || a == heard {
			continue
		}
		heard = a
		r.knocks(a)
	}
}

// knocks notes the tokens that were tried since they were switched off. The
// label has days only: a token that was used earlier on the same day tells
// nothing.
func (r *Run) knocks(a *model.Assessment) {
	for _, t := range r.doneNow() {
		if t.item.Kind != plan.Invalidate || r.hasCheck(t) {
			continue
		}
		f := a.Token(t.item.Key())
		if f == nil || f.Token.UID != t.item.On.UID || f.Token.InvalidSince.Raw == "" || f.Token.LastUsed.Raw == t.item.LastUsed || f.Token.LastUsed.Raw == "" {
			continue
		}
		r.checked(t, Outcome{State: Failed, Code: "knocked", Why: "somebody tried it after it was switched off: last used on " + f.Token.LastUsed.Raw})
		r.stop(fmt.Errorf("%w: %s", ErrKnocked, t.item.Key()))
	}
}
