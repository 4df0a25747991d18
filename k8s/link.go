package k8s

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"timebound/model"
)

// Bounds of the waiting between attempts to reach a server again.
const (
	firstRetry = 500 * time.Millisecond
	lastRetry  = 30 * time.Second
)

// backoff gives how long to wait before the attempt after n failed ones: twice
// as long each time, give or take half, so that many clients of a server that
// comes back do not come back together.
func backoff(n int) time.Duration {
	d := lastRetry
	if n < 6 {
		d = firstRetry << n
	}
	return min(d/2+rand.N(d), lastRetry)
}

// link is the one place that knows whether the server can be reached. All
// kinds wait at it while one probe tries again and again: thirteen kinds that
// each retry would start a credential plugin thirteen times.
type link struct {
	probe   func(context.Context) error
	changed func()

	mu    sync.Mutex
	up    chan struct{} // closed while the server can be reached
	down  bool
	since time.Time
	ever  bool      // it was reached before
	retry time.Time // when the next attempt is made; zero while one is under way
	err   error     // why the last attempt failed

	mending sync.WaitGroup
}

func newLink(probe func(context.Context) error, changed func()) *link {
	l := &link{probe: probe, changed: changed, up: make(chan struct{}), since: time.Now()}
	close(l.up)
	return l
}

// broken says that a request did not get through. The first to say so starts
// the probe; it ends with ctx or when the server answers.
func (l *link) broken(ctx context.Context, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down || ctx.Err() != nil {
		return
	}
	l.down, l.up, l.since, l.err = true, make(chan struct{}), time.Now(), err
	up := l.up
	l.mending.Go(func() { l.mend(ctx, up) })
}

// settle waits until no probe is under way, after the context of all who said
// broken has ended.
func (l *link) settle() { l.mending.Wait() }

// mend probes until the server answers. The first attempt follows at once if
// nothing is known to be wrong yet.
func (l *link) mend(ctx context.Context, up chan struct{}) {
	for n := 0; ; n++ {
		if l.cause() != nil {
			wait := backoff(n)
			l.set(func() { l.retry = time.Now().Add(wait) })
			sleep(ctx, wait)
		}
		l.set(func() { l.retry = time.Time{} })
		err := ctx.Err()
		if err == nil {
			err = l.probe(ctx)
		}
		if err == nil || ctx.Err() != nil {
			l.set(func() {
				l.down, l.since, l.err = false, time.Now(), nil
				l.ever = l.ever || err == nil
			})
			close(up)
			return
		}
		l.set(func() { l.err = err })
	}
}

func (l *link) set(change func()) {
	l.mu.Lock()
	change()
	l.mu.Unlock()
	l.changed()
}

// wait returns when the server can be reached, or ctx ends.
func (l *link) wait(ctx context.Context) {
	l.mu.Lock()
	up := l.up
	l.mu.Unlock()
	select {
	case <-up:
	case <-ctx.Done():
	}
}

// cause is why the server cannot be reached; nil if it can, as far as known.
func (l *link) cause() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// state tells how the connection stands. working is what is being done with a
// connection that is fine.
func (l *link) state(working model.LinkState) model.Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.ever && l.err == nil:
		return model.Link{State: model.LinkConnecting, Since: l.since}
	case l.down && l.err != nil:
		return model.Link{State: model.LinkRetrying, Since: l.since, Retry: l.retry}
	}
	return model.Link{State: working, Since: l.since}
}
