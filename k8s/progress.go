package k8s

import (
	"sync"
	"time"

	"timebound/model"
)

// tracker reports how far the reading of one kind has come.
type tracker struct {
	kind    model.ObjectKind
	started time.Time
	report  func(model.Progress)

	mu    sync.Mutex
	count int
	total int
}

// page notes a page of added objects, after which remaining are left; -1 if
// the server did not say (it never does for lists with a selector).
func (t *tracker) page(added int, remaining int64) {
	t.mu.Lock()
	t.count += added
	t.total = -1
	if remaining >= 0 {
		t.total = t.count + int(remaining)
	}
	t.mu.Unlock()
	t.send(false, false)
}

func (t *tracker) send(done, failed bool) {
	t.mu.Lock()
	p := model.Progress{Kind: t.kind, Count: t.count, Total: t.total, Done: done, Failed: failed, Elapsed: time.Since(t.started)}
	t.mu.Unlock()
	if done && !failed {
		p.Total = p.Count
	}
	t.report(p)
}

// oneByOne makes a report that kinds may call at the same time.
func oneByOne(progress func(model.Progress)) func(model.Progress) {
	if progress == nil {
		return func(model.Progress) {}
	}
	var mu sync.Mutex
	return func(p model.Progress) {
		mu.Lock()
		defer mu.Unlock()
		progress(p)
	}
}
