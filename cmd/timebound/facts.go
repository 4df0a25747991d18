package main

import (
	"context"
	"sync"
	"time"

	"timebound/k8s"
	"timebound/model"
)

// liveFacts keeps the newest judgement of a cluster while a run is under way.
type liveFacts struct {
	session *k8s.Session
	know    model.Knowledge
	policy  func() model.Policy

	mu      sync.Mutex
	newest  *model.Inventory // taken last, judged or not
	latest  *model.Assessment
	judging bool
	next    time.Time // when the newest may be judged
	live    bool      // watches keep newest current
	since   time.Time // since when they do not; the time of the last load before they do
}

// bearable is for how long facts may go without being kept current.
const bearable = time.Minute

// Latest gives the newest judgement; nil if nobody has kept it current for too
// long. Where the facts are newer, one of those who
// ask judges them; that takes a tenth of the time at most, since the run needs
// the rest. What it misses is caught by the preconditions of each change.
func (f *liveFacts) Latest() *model.Assessment {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.live && time.Since(f.since) > bearable {
		return nil
	}
	stale := f.newest != nil && (f.latest == nil || f.latest.Inventory != f.newest)
	switch {
	case !stale:
		return f.latest
	case f.latest == nil: // whoever comes first has to be waited for
		f.latest = model.Assess(f.newest, f.know, f.policy())
		return f.latest
	case f.judging || time.Now().Before(f.next):
		return f.latest
	}
	f.judging = true
	inv := f.newest
	f.mu.Unlock()
	began := time.Now()
	a := model.Assess(inv, f.know, f.policy())
	took := time.Since(began)
	f.mu.Lock()
	f.judging, f.latest, f.next = false, a, time.Now().Add(9*took)
	return f.latest
}

// Fresh reads and judges everything anew.
func (f *liveFacts) Fresh(ctx context.Context) (*model.Assessment, error) {
	if _, err := f.load(ctx, nil); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.latest, nil
}

func (f *liveFacts) load(ctx context.Context, progress func(model.Progress)) ([]model.Problem, error) {
	inv, problems, err := f.session.Load(ctx, progress)
	if err != nil {
		return nil, err
	}
	a := model.Assess(inv, f.know, f.policy())
	f.mu.Lock()
	defer f.mu.Unlock()
	f.newest, f.latest, f.since = inv, a, time.Now()
	return problems, nil
}

// take keeps an inventory that is whole and current, and notes when none is.
func (f *liveFacts) take(s model.Snapshot) {
	live := s.Inventory != nil && s.Link.State == model.LinkLive && whole(s.Inventory)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.live && !live {
		f.since = time.Now()
	}
	if f.live = live; live {
		f.newest = s.Inventory
	}
}

// pullEvery is how often facts are taken while a run is under way. It changes
// most of them itself; to look more often would slow it down.
const pullEvery = time.Second

// follow takes what changes until ctx ends.
func (f *liveFacts) follow(ctx context.Context) {
	feed := f.session.Follow(ctx)
	for {
		snapshot, err := feed.Next(ctx)
		if err != nil {
			f.take(model.Snapshot{})
			return
		}
		f.take(snapshot)
		if snapshot.Link.State == model.LinkLive {
			select {
			case <-time.After(pullEvery):
			case <-ctx.Done():
			}
		}
	}
}

// whole says that every kind was read, as far as it can be.
func whole(inv *model.Inventory) bool {
	for _, k := range inv.Coverage.Kinds {
		if k.State == model.CoveragePending {
			return false
		}
	}
	return len(inv.Cluster.Servers) > 0
}
