package k8s

import (
	"context"
	"testing"
	"time"

	"timebound/model"
)

func TestWhatLogsTellJoinsEveryInventory(t *testing.T) {
	s := newFakeAPI(t).session(t)
	ctx, cancel := context.WithCancel(context.Background())
	f := s.Follow(ctx)
	until(t, f, "a first snapshot", func(model.Snapshot) bool { return true })

	told := &model.Usage{}
	s.SetUsage(told)
	until(t, f, "what the logs tell", func(s model.Snapshot) bool { return s.Inventory.Usage == told })
	if inv, _, err := s.Load(ctx, nil); err != nil || inv.Usage != told {
		t.Errorf("a load without what the logs tell: %v", err)
	}
	s.SetUsage(nil)
	until(t, f, "it to go", func(s model.Snapshot) bool { return s.Inventory.Usage == nil })

	cancel()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		s.usage.mu.Lock()
		left := len(s.usage.listeners)
		s.usage.mu.Unlock()
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the feed is kept after its end")
		}
	}
}
