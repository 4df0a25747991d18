package k8s

import (
	"context"
	"time"

	"timebound/model"
)

// followKind reads one kind and watches it, until ctx ends or it turns out
// that it may not be read.
func (f *Feed) followKind(ctx context.Context, r *reader, sh shelf) {
	k := sh.about()
	if k.name == model.KindTokens && sh.count() == 0 {
		f.firstPaint(ctx, r, sh)
	}
	var lost losing
	wasRead := false // in this load: who asks for a new one wants to know
	for again := 0; ctx.Err() == nil; {
		result := r.read(ctx, sh, "")
		if ctx.Err() != nil {
			return
		}
		if result.broken != nil {
			f.publish(sh, result)
			f.link.broken(ctx, result.broken)
			f.link.wait(ctx)
			continue
		}
		if len(result.parts) == 0 && wasRead && lost.bear(f.s.patience) {
			f.update(func() { f.problems[k.name] = result.problems })
			sleep(ctx, backoff(lost.times))
			r = f.s.newReader(ctx, f.progressed) // the old one remembers refusals
			continue
		}
		lost = losing{}
		f.publish(sh, result)
		if len(result.parts) == 0 {
			return // not served, or not allowed: only a reload asks again
		}
		wasRead = true
		began := time.Now()
		f.watchParts(ctx, sh, result.parts)
		// A server whose versions expire faster than they are read must not
		// be asked in a tight loop.
		if time.Since(began) < lastRetry {
			sleep(ctx, backoff(again))
			again++
		} else {
			again = 0
		}
	}
}

// patience is for how long a kind that was read before may be refused before
// that counts. A server that has just started refuses everybody until it has
// read its roles, or fails until it has reached its store.
const patience = 2 * time.Minute

// losing is a kind that cannot be read any more.
type losing struct {
	since time.Time
	times int
}

// bear counts one more failure; false when it has gone on for too long.
func (l *losing) bear(patience time.Duration) bool {
	if l.since.IsZero() {
		l.since = time.Now()
	}
	l.times++
	return time.Since(l.since) < patience
}

// firstPaint shows what the API server has in its cache. That may be old, and
// says so, but is there before a consistent list can be.
func (f *Feed) firstPaint(ctx context.Context, r *reader, sh shelf) {
	result := r.read(ctx, sh, "0")
	if len(result.parts) > 0 && ctx.Err() == nil {
		f.update(func() {
			f.coverage[sh.about().name] = result.coverage
			f.changed = f.s.now()
		})
	}
}

// publish makes a reading known. If the connection broke, what stands stays
// with its coverage: old facts are still facts, and the link says that they are
// no longer renewed.
func (f *Feed) publish(sh shelf, result reading) {
	name := sh.about().name
	f.update(func() {
		if result.broken != nil {
			if f.coverage[name].State == model.CoveragePending {
				f.coverage[name] = result.coverage
			}
			return
		}
		f.loading[name] = false
		f.problems[name] = result.problems
		f.coverage[name] = result.coverage
		if len(result.parts) > 0 {
			f.changed = f.s.now()
		}
	})
}
