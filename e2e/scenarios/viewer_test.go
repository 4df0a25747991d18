package scenarios

import (
	"context"
	"testing"
	"time"

	"timebound/k8s"
	"timebound/model"
)

// viewer looks at a feed as the dashboard does: it asks for the next snapshot
// again and again.
type viewer struct {
	s    *stage
	feed *k8s.Feed
	last model.Snapshot
}

// follow opens a feed that ends with the returned function, or the test.
func (s *stage) follow(t *testing.T, change ...func(*k8s.Config)) (*viewer, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &viewer{s: s, feed: s.open(t, looker, change...).Follow(ctx)}, cancel
}

// sees waits for a snapshot that is as wanted.
func (v *viewer) sees(t *testing.T, within time.Duration, what string, wanted func(model.Snapshot) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for v.last.Inventory == nil || !wanted(v.last) {
		next, err := v.feed.Next(ctx)
		if err != nil {
			t.Fatalf("not seen within %s: %s; the link is in state %d, problems %v", within, what, v.last.Link.State, v.last.Problems)
		}
		v.last = next
	}
}

func (v *viewer) seesLink(t *testing.T, within time.Duration, want model.LinkState) {
	t.Helper()
	states := [...]string{model.LinkConnecting: "connecting", model.LinkLoading: "loading", model.LinkLive: "live", model.LinkRetrying: "retrying", model.LinkFixed: "fixed"}
	v.sees(t, within, "the link is "+states[want], func(s model.Snapshot) bool { return s.Link.State == want })
}

// seesToken waits for a finding that is as wanted; nil means that there is no
// such token.
func (v *viewer) seesToken(t *testing.T, within time.Duration, namespace, name, what string, wanted func(*model.Finding) bool) {
	t.Helper()
	v.sees(t, within, "token "+namespace+"/"+name+" "+what, func(s model.Snapshot) bool {
		a := model.Assess(s.Inventory, v.s.know, policyIn(0))
		return wanted(a.Token(model.Key{Namespace: namespace, Name: name}))
	})
}

// The things that can happen to a token.
func gone(f *model.Finding) bool  { return f == nil }
func there(f *model.Finding) bool { return f != nil }

func usedOn(day string) func(*model.Finding) bool {
	return func(f *model.Finding) bool { return f != nil && f.Token.LastUsed.Raw == day }
}

func referenced(times int) func(*model.Finding) bool {
	return func(f *model.Finding) bool { return f != nil && len(f.References) == times }
}

func of(origin model.Origin) func(*model.Finding) bool {
	return func(f *model.Finding) bool { return f != nil && f.Origin == origin }
}
