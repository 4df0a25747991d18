package k8s

import (
	"context"
	"sync"

	"timebound/model"
)

// usage is what audit logs tell of the cluster. The logs are read elsewhere; here
// what they tell joins the facts that the API server gives.
type usage struct {
	mu        sync.Mutex
	newest    *model.Usage
	listeners map[int]func()
	listened  int // how many ever listened: the next key
}

// SetUsage makes what audit logs tell a part of every inventory from now on; nil
// takes it out again. Feeds under way give a new snapshot.
func (s *Session) SetUsage(u *model.Usage) {
	s.usage.mu.Lock()
	defer s.usage.mu.Unlock()
	s.usage.newest = u
	for _, tell := range s.usage.listeners {
		tell()
	}
}

func (u *usage) told() *model.Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.newest
}

// listen calls tell, which must not wait, with every change until ctx ends.
func (u *usage) listen(ctx context.Context, tell func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.listeners == nil {
		u.listeners = map[int]func(){}
	}
	key := u.listened
	u.listened++
	u.listeners[key] = tell
	context.AfterFunc(ctx, func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.listeners, key)
	})
}
