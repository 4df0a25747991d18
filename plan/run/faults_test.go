package run

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// manyTokens is a cluster with n idle tokens, and the items that switch them off.
func manyTokens(t *testing.T, n int) (*fake, []*change.Item) {
	t.Helper()
	f := newFake()
	f.put("ServiceAccount", "robot", map[string]any{})
	for i := range n {
		f.put("Secret", fmt.Sprintf("token-%03d", i), map[string]any{"type": model.TypeToken, "metadata": map[string]any{
			"annotations": map[string]any{model.AnnotationAccountName: "robot"},
		}})
	}
	a := f.Latest()
	var items []*change.Item
	for _, finding := range a.Findings {
		item, refusal := change.StageToken(plan.Invalidate, finding, a, change.Policy{SoakDays: 7}, "")
		if refusal != nil {
			t.Fatal(refusal.Why)
		}
		items = append(items, item)
	}
	return f, items
}

func begin(t *testing.T, f *fake, items []*change.Item, o Options) (*Run, map[string]Result) {
	t.Helper()
	r, err := engineOn(t, f, filepath.Join(t.TempDir(), "state")).Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: o})
	return r, await(t, r, err)
}

// TestFaultsOfTheLine: whatever becomes of requests and answers, every change is
// made once, and the run knows it.
func TestFaultsOfTheLine(t *testing.T) {
	lost := &wire.Failure{Message: "connection lost", Unsure: true}
	broken := &wire.Failure{Code: http.StatusInternalServerError, Message: "broken", Unsure: true}
	away := &wire.Failure{Message: "connection refused"}
	busy := &wire.Failure{Code: http.StatusTooManyRequests, Message: "too many", RetryAfter: 20 * time.Millisecond}
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			f, items := manyTokens(t, 30)
			var mu sync.Mutex
			dice := rand.New(rand.NewPCG(seed, 1))
			struck := map[string]int{}
			roll := func(path string, answers ...error) error {
				mu.Lock()
				defer mu.Unlock()
				if dice.IntN(3) > 0 || struck[path] >= 3 {
					return nil
				}
				struck[path]++
				return answers[dice.IntN(len(answers))]
			}
			f.before = func(r wire.Request) error { return roll(r.On.Path(), lost, broken, away, busy) }
			f.after = func(r wire.Request) error { return roll(r.On.Path(), lost, broken) }
			f.looked = func(t wire.Target) error { return roll(t.Path(), away, broken) }
			o := quick()
			o.Parallel, o.Patience = 4, 15*time.Second
			r, results := begin(t, f, items, o)
			for id, result := range results {
				if result.Outcome.State != Done {
					t.Errorf("%s: %+v", id, result.Outcome)
				}
			}
			if r.Err() != nil {
				t.Error(r.Err())
			}
			wantOnce(t, f)
			if len(f.writes) != len(items) {
				t.Errorf("%d writes for %d items", len(f.writes), len(items))
			}
		})
	}
}

// TestAServerThatStaysAway: the run stops, says why, and can be finished later.
func TestAServerThatStaysAway(t *testing.T) {
	f, items := manyTokens(t, 6)
	gone := false
	f.before = func(wire.Request) error {
		if len(f.clone().writes) >= 2 {
			gone = true
			return &wire.Failure{Message: "connection refused"}
		}
		return nil
	}
	state := filepath.Join(t.TempDir(), "state")
	e := engineOn(t, f, state)
	o := quick()
	o.Patience = 300 * time.Millisecond
	r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: o})
	await(t, r, err)
	if !gone || !errors.Is(r.Err(), ErrSilent) {
		t.Fatalf("stopped with %v", r.Err())
	}
	f.before = nil
	h, err := Read(e.Store, r.ID)
	if err != nil || h.Ended {
		t.Fatalf("nothing is left to finish: %v", err)
	}
	r, err = e.Continue(context.Background(), r.ID, quick())
	done := 0
	for _, result := range await(t, r, err) {
		if result.Outcome.State == Done {
			done++
		}
	}
	// The one that was given up has failed, and stays so: nothing was changed.
	if done != len(items)-1 {
		t.Errorf("%d of %d done", done, len(items))
	}
	wantOnce(t, f)
}

// TestTwoOperators: the same batch from two machines at once changes everything
// once; who came second is told who was first.
func TestTwoOperators(t *testing.T) {
	f, items := manyTokens(t, 40)
	o := quick()
	o.Parallel = 3
	var both [2]map[string]Result
	var wait sync.WaitGroup
	for i := range both {
		e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
		copies := make([]*change.Item, len(items))
		for n, item := range items {
			c := *item
			copies[n] = &c
		}
		wait.Go(func() {
			r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: copies, Options: o})
			both[i] = await(t, r, err)
		})
	}
	wait.Wait()
	wantOnce(t, f)
	for id := range both[0] {
		a, b := both[0][id].Outcome, both[1][id].Outcome
		if (a.State == Done) == (b.State == Done) {
			t.Errorf("%s: %+v and %+v", id, a, b)
		}
		loser := a
		if a.State == Done {
			loser = b
		}
		if loser.State != Skipped || loser.Code != string(change.SkipAlready) {
			t.Errorf("%s: the second is told %+v", id, loser)
		}
	}
}

// TestARightThatIsTakenAway stops the run before anything else is tried; a
// webhook that says no to one object does not.
func TestARightThatIsTakenAway(t *testing.T) {
	forbidden := &wire.Failure{Code: http.StatusForbidden, Message: "forbidden"}
	for _, right := range []bool{false, true} {
		f, items := manyTokens(t, 10)
		calls, refused := 0, ""
		f.before = func(r wire.Request) error {
			if calls++; calls == 3 {
				f.denied["patch secrets"] = !right
				refused = r.On.Name
			}
			if r.On.Name == refused {
				return forbidden
			}
			return nil
		}
		r, results := begin(t, f, items, quick())
		counts := map[State]int{}
		for _, result := range results {
			counts[result.Outcome.State]++
		}
		if right && (r.Err() != nil || counts[Done] != 9 || counts[Failed] != 1) {
			t.Errorf("a webhook's no: %v, stopped by %v", counts, r.Err())
		}
		if !right && (!errors.Is(r.Err(), ErrDenied) || counts[Done] != 2 || counts[Failed] != 1 || counts[Pending] != 7) {
			t.Errorf("a right taken away: %v, stopped by %v", counts, r.Err())
		}
	}
}

// TestAKnockStopsTheRun: somebody needs what was just switched off.
func TestAKnockStopsTheRun(t *testing.T) {
	f, items := manyTokens(t, 40)
	first := items[0].On.Name
	f.after = func(r wire.Request) error {
		if r.On.Name == first {
			f.mu.Lock()
			defer f.mu.Unlock()
			labels := f.objects[r.On.Path()].body["metadata"].(map[string]any)["labels"].(map[string]any)
			labels[model.LabelLastUsed] = "2026-11-24"
		}
		return nil
	}
	o := quick()
	o.Rate = 10
	r, results := begin(t, f, items, o)
	if !errors.Is(r.Err(), ErrKnocked) || !strings.Contains(r.Err().Error(), first) {
		t.Errorf("stopped with %v", r.Err())
	}
	if check := results[items[0].ID()].Check; check == nil || check.Code != "knocked" {
		t.Errorf("the knock is not told: %+v", check)
	}
	if n := r.Progress().Counts[Done]; n >= len(items) {
		t.Errorf("all %d were switched off all the same", n)
	}
}

// TestStops: after failures, on request, and when the caller goes away; nothing
// that was not begun is begun then.
func TestStops(t *testing.T) {
	refuse := &wire.Failure{Code: http.StatusBadRequest, Message: "no"}
	for _, c := range []struct {
		name string
		stop func(r *Run, cancel context.CancelFunc)
		fail bool
		want error
	}{
		{"after a failure", nil, true, ErrFailures},
		{"aborted", func(r *Run, _ context.CancelFunc) { r.Abort() }, false, ErrAborted},
		{"the caller goes away", func(_ *Run, cancel context.CancelFunc) { cancel() }, false, context.Canceled},
		{"aborted while paused", func(r *Run, _ context.CancelFunc) { r.Pause(); time.Sleep(20 * time.Millisecond); r.Abort() }, false, ErrAborted},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, items := manyTokens(t, 50)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			fifth := make(chan struct{})
			n := 0
			f.before = func(wire.Request) error {
				if n++; n == 5 {
					close(fifth)
					if c.fail {
						return refuse
					}
					time.Sleep(30 * time.Millisecond)
				}
				return nil
			}
			o := quick()
			o.StopAfter = 1
			r, err := engineOn(t, f, filepath.Join(t.TempDir(), "state")).Begin(ctx, Order{Purpose: Apply, Name: "test", Items: items, Options: o})
			if err == nil && c.stop != nil {
				<-fifth
				c.stop(r, cancel)
			}
			await(t, r, err)
			if !errors.Is(r.Err(), c.want) {
				t.Errorf("stopped with %v, want %v", r.Err(), c.want)
			}
			p := r.Progress()
			if p.Counts[Pending] < 40 || p.Counts[Doing] > 0 {
				t.Errorf("after the stop: %v", p.Counts)
			}
			if len(f.writes) != p.Counts[Done] {
				t.Errorf("%d writes, %d done", len(f.writes), p.Counts[Done])
			}
		})
	}
}

// TestPauseHolds: nothing is sent while a run is paused.
func TestPauseHolds(t *testing.T) {
	f, items := manyTokens(t, 30)
	o := quick()
	o.Rate = 50
	r, err := engineOn(t, f, filepath.Join(t.TempDir(), "state")).Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	r.Pause()
	time.Sleep(60 * time.Millisecond) // what was under way ends
	before := len(f.clone().writes)
	time.Sleep(150 * time.Millisecond)
	if after := len(f.clone().writes); after != before || after == len(items) {
		t.Errorf("%d writes before, %d after a pause", before, after)
	}
	r.SetRate(0)
	r.Resume()
	for id, result := range await(t, r, nil) {
		if result.Outcome.State != Done {
			t.Errorf("%s: %+v", id, result.Outcome)
		}
	}
}
