package run

import (
	"context"
	"errors"
	"sync"
	"time"
)

// pace says when the next request may be sent: by the rate that was asked for,
// by what the server asked to wait, and whether the run is paused.
type pace struct {
	mu     sync.Mutex
	rate   float64   // a second; 0 is without bound
	slowed float64   // what a busy server left of the rate; 0 if it is not busy
	next   time.Time // the next free slot
	held   time.Time // nothing is sent before
	paused chan struct{}
	now    func() time.Time
	halted chan struct{} // closed when nobody has to wait any more
}

func newPace(rate float64) *pace {
	return &pace{rate: rate, now: time.Now, halted: make(chan struct{})}
}

// errHalted says that the run is stopping.
var errHalted = errors.New("the run is stopping")

// halt lets all who wait go, with errHalted. It may be called once.
func (p *pace) halt() { close(p.halted) }

func (p *pace) waiting(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-p.halted:
		return errHalted
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wait returns when a request may be sent; its error is errHalted or the
// context's.
func (p *pace) wait(ctx context.Context) error {
	for {
		p.mu.Lock()
		paused, now := p.paused, p.now()
		if paused != nil {
			p.mu.Unlock()
			select {
			case <-paused:
				continue
			case <-p.halted:
				return errHalted
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if until := p.held.Sub(now); until > 0 {
			p.mu.Unlock()
			if err := p.waiting(ctx, until); err != nil {
				return err
			}
			continue
		}
		rate := p.current()
		if rate <= 0 {
			p.mu.Unlock()
			return ctx.Err()
		}
		slot := p.next
		if slot.Before(now) {
			slot = now
		}
		p.next = slot.Add(time.Duration(float64(time.Second) / rate))
		p.recover()
		p.mu.Unlock()
		if d := slot.Sub(now); d > 0 {
			if err := p.waiting(ctx, d); err != nil {
				return err
			}
			if paused, held := p.holding(); paused || held > 0 {
				continue
			}
		}
		return ctx.Err()
	}
}

// stillFree waits once more if somebody paused, or the server asked to wait,
// since wait returned.
func (p *pace) stillFree(ctx context.Context) error {
	if paused, held := p.holding(); paused || held > 0 {
		return p.wait(ctx)
	}
	return ctx.Err()
}

func (p *pace) current() float64 {
	if p.slowed > 0 {
		return p.slowed
	}
	return p.rate
}

// The pace of a server that answered 429: it starts at half of what was asked,
// or of slowRate where no bound was, and grows by slowStep with each request.
const (
	slowRate = 50
	slowStep = 0.2
	slowest  = 1
)

func (p *pace) recover() {
	if p.slowed == 0 {
		return
	}
	bound := p.rate
	if bound == 0 {
		bound = 4 * slowRate
	}
	if p.slowed += slowStep; p.slowed >= bound {
		p.slowed = 0
	}
}

// busy notes that the server asked to wait.
func (p *pace) busy(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if until := now.Add(d); until.After(p.held) {
		// Requests that were under way together are turned down together: they
		// slow the run once.
		if !p.held.After(now) {
			from := p.current()
			if from == 0 {
				from = 2 * slowRate
			}
			p.slowed = max(slowest, from/2)
		}
		p.held = until
	}
}

// set changes the rate.
func (p *pace) set(rate float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate, p.slowed = rate, 0
	p.next = time.Time{}
}

// pause stops requests before they are sent; those under way end.
func (p *pace) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused == nil {
		p.paused = make(chan struct{})
	}
}

func (p *pace) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused != nil {
		close(p.paused)
		p.paused = nil
	}
}

// bound is the rate that is allowed now; 0 is without bound.
func (p *pace) bound() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current()
}

// holding tells what keeps requests back now.
func (p *pace) holding() (paused bool, held time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused != nil, max(0, p.held.Sub(p.now()))
}

// sleep waits for a time, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
