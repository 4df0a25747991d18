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

	mu     sync.Mutex
	latest *model.Assessment
}

// Latest gives what was judged last.
func (f *liveFacts) Latest() *model.Assessment {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.latest
}

// Fresh reads and judges everything anew.
func (f *liveFacts) Fresh(ctx context.Context) (*model.Assessment, error) {
	if _, err := f.load(ctx, nil); err != nil {
		return nil, err
	}
	return f.Latest(), nil
}

func (f *liveFacts) load(ctx context.Context, progress func(model.Progress)) ([]model.Problem, error) {
	inv, problems, err := f.session.Load(ctx, progress)
	if err != nil {
		return nil, err
	}
	f.judge(inv)
	return problems, nil
}

func (f *liveFacts) judge(inv *model.Inventory) {
	a := model.Assess(inv, f.know, f.policy())
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latest = a
}

// follow judges anew whenever something changes, until ctx ends. Judging takes
// a tenth of the time at most: the run needs the rest.
func (f *liveFacts) follow(ctx context.Context) {
	feed := f.session.Follow(ctx)
	for {
		snapshot, err := feed.Next(ctx)
		if err != nil {
			return
		}
		if snapshot.Inventory == nil || snapshot.Link.State != model.LinkLive || !whole(snapshot.Inventory) {
			continue
		}
		began := time.Now()
		f.judge(snapshot.Inventory)
		select {
		case <-time.After(9 * time.Since(began)):
		case <-ctx.Done():
			return
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
