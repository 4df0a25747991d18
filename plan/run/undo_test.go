package run

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/change"
)

// deleted is a cluster whose old token was deleted by a run, and how that run
// went.
func deleted(t *testing.T) (*fake, *Engine, *History) {
	t.Helper()
	f := fourThings()
	items := slices.DeleteFunc(itemsOf(t, f), func(i *change.Item) bool { return i.Kind != plan.Delete })
	e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
	r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: quick()})
	await(t, r, err)
	h, err := Read(e.Store, r.ID)
	if err != nil || !h.Ended || h.Results[0].Outcome.State != Done {
		t.Fatalf("%v: %+v", err, h)
	}
	return f, e, h
}

func undoOf(h *History) Order {
	items, _ := Inverses(h.Results, h.ID)
	return Order{Purpose: Undo, Undoes: h.ID, Whole: true, Items: items, Options: quick()}
}

func listed(f *fake) bool {
	return slices.Contains(f.Latest().Account(model.Key{Namespace: "ns", Name: "robot"}).Account.Secrets, "old")
}

// TestAPlaceThatIsNotGivenBackIsTold: a restored secret without its place in
// .secrets is another kind of token, so it is not called done.
func TestAPlaceThatIsNotGivenBackIsTold(t *testing.T) {
	f, e, h := deleted(t)
	f.denied["patch serviceaccounts"] = true
	review, err := e.Review(context.Background(), undoOf(h), nil)
	if err != nil || !slices.Contains(review.Missing, "patch serviceaccounts in ns") {
		t.Errorf("the review misses %v: %v", review.Missing, err)
	}
	r, err := e.Begin(context.Background(), undoOf(h))
	await(t, r, err)
	if Complete(r.Results()) || r.Results()[0].Check.Code != "not listed" {
		t.Errorf("it is called complete: %+v", r.Results()[0])
	}
}

// TestAnUndoThatIsCutOffIsFinished: what a secret needs to be as it was comes
// after its creation, and is not lost with a signal in between.
func TestAnUndoThatIsCutOffIsFinished(t *testing.T) {
	f, e, h := deleted(t)
	ctx, cancel := context.WithCancel(context.Background())
	f.after = func(wire.Request) error { cancel(); return nil }
	o := undoOf(h)
	o.Options.Settle = time.Minute
	r, err := e.Begin(ctx, o)
	await(t, r, err)
	cut, err := Read(e.Store, r.ID)
	if err != nil || cut.Ended {
		t.Fatalf("the run is over, and was cut off: %v", err)
	}
	f.after = nil
	r, err = e.Continue(context.Background(), r.ID, quick())
	await(t, r, err)
	if !listed(f) || !Complete(r.Results()) {
		t.Errorf("listed %v: %+v", listed(f), r.Results()[0])
	}
	if cut, err = Read(e.Store, r.ID); err != nil || !cut.Ended {
		t.Errorf("the run is still open: %v", err)
	}
}

// TestWhatCannotBeRecognisedIsNotDone: that the same token is back has to be
// seen.
func TestWhatCannotBeRecognisedIsNotDone(t *testing.T) {
	f, e, h := deleted(t)
	reads := 0
	f.looked = func(target wire.Target) error {
		if target.Resource != "secrets" {
			return nil
		}
		if reads++; reads > 1 {
			return &wire.Failure{Code: http.StatusForbidden, Message: "forbidden"}
		}
		return nil
	}
	r, err := e.Begin(context.Background(), undoOf(h))
	await(t, r, err)
	if Complete(r.Results()) || r.Results()[0].Check == nil || r.Results()[0].Check.State != Unsure {
		t.Errorf("it is called complete: %+v", r.Results()[0])
	}
}

// TestASecretThatFinalizersHold is not called never deleted.
func TestASecretThatFinalizersHold(t *testing.T) {
	now := &wire.Object{UID: "u1", Deleting: testDay}
	i := &change.Item{Action: plan.Action{Kind: plan.Restore, On: plan.Pin{UID: "u1"}}}
	if v, s := judgeRestore(i, now, "r"); v != moved || s.Code == change.SkipAlready || !strings.Contains(s.Why, "still being deleted") {
		t.Errorf("%v %+v", v, s)
	}
}

// TestUndoTwice: the second finds everything as it should be, and is complete.
func TestUndoTwice(t *testing.T) {
	f := fourThings()
	before := f.clone()
	e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
	r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: itemsOf(t, f), Options: quick()})
	await(t, r, err)
	h, err := Read(e.Store, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r, err = e.Begin(context.Background(), undoOf(h))
		await(t, r, err)
		if !Complete(r.Results()) {
			t.Errorf("not complete: %+v", r.Results())
		}
		wantAsBefore(t, f, before)
	}
}

// TestUndoWhoseAnswersAreLost: whatever the server answers after it did it, what
// was put back is called done.
func TestUndoWhoseAnswersAreLost(t *testing.T) {
	for _, code := range []int{0, 500, 503} {
		f := fourThings()
		before := f.clone()
		e := engineOn(t, f, filepath.Join(t.TempDir(), "state"))
		r, err := e.Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: itemsOf(t, f), Options: quick()})
		await(t, r, err)
		h, err := Read(e.Store, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		lost := map[string]bool{}
		f.after = func(r wire.Request) error {
			if lost[r.On.Path()] {
				return nil
			}
			lost[r.On.Path()] = true
			return &wire.Failure{Code: code, Message: "lost", Unsure: true}
		}
		r, err = e.Begin(context.Background(), undoOf(h))
		for id, result := range await(t, r, err) {
			if result.Outcome.State != Done {
				t.Errorf("%d: %s: %+v", code, id, result.Outcome)
			}
		}
		wantAsBefore(t, f, before)
	}
}

// TestAKnockThatComesLast is heard in the second look.
func TestAKnockThatComesLast(t *testing.T) {
	f, items := manyTokens(t, 2)
	f.after = func(r wire.Request) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.objects[r.On.Path()].body["metadata"].(map[string]any)["labels"].(map[string]any)[model.LabelLastUsed] = "2026-11-24"
		return nil
	}
	r, results := begin(t, f, items, quick())
	if Complete(r.Results()) || results[items[0].ID()].Check == nil || results[items[0].ID()].Check.Code != "knocked" {
		t.Errorf("not heard: %+v", results[items[0].ID()])
	}
}

// TestPauseAfterAbort does not hold a run that is ending.
func TestPauseAfterAbort(t *testing.T) {
	f, items := manyTokens(t, 20)
	o := quick()
	o.Rate = 20
	r, err := engineOn(t, f, filepath.Join(t.TempDir(), "state")).Begin(context.Background(), Order{Purpose: Apply, Name: "test", Items: items, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	r.Pause()
	r.Abort()
	r.Pause()
	await(t, r, nil)
	if !errors.Is(r.Err(), ErrAborted) {
		t.Error(r.Err())
	}
}

// TestAServerThatSays500ToOneObject is no silence: that one fails, the rest is
// made.
func TestAServerThatSays500ToOneObject(t *testing.T) {
	f, items := manyTokens(t, 5)
	bad := items[1].On.Name
	f.before = func(r wire.Request) error {
		if r.On.Name == bad {
			return &wire.Failure{Code: 500, Message: "failed calling webhook", Unsure: true}
		}
		return nil
	}
	r, results := begin(t, f, items, quick())
	if o := results[items[1].ID()].Outcome; o.State != Failed || !strings.Contains(o.Why, "failed calling webhook") {
		t.Errorf("%+v", o)
	}
	if n := r.Progress().Counts[Done]; n != 4 || r.Err() != nil {
		t.Errorf("%d done, stopped by %v", n, r.Err())
	}
}

// TestOneBackupForManyAttempts: a busy server does not fill the disk.
func TestOneBackupForManyAttempts(t *testing.T) {
	f := fourThings()
	items := slices.DeleteFunc(itemsOf(t, f), func(i *change.Item) bool { return i.Kind != plan.Delete })
	tries := 0
	f.before = func(wire.Request) error {
		if tries++; tries < 4 {
			return &wire.Failure{Code: 429, Message: "busy", RetryAfter: time.Millisecond}
		}
		return nil
	}
	r, results := begin(t, f, items, quick())
	if results[items[0].ID()].Outcome.State != Done {
		t.Fatalf("%+v", results)
	}
	made, err := filepath.Glob(filepath.Join(r.engine.Store.RunPath(r.ID), BackupFolder, "*.json"))
	if err != nil || len(made) != 1 {
		t.Errorf("%d backups: %v", len(made), err)
	}
}

// TestACanaryThatFails stops the run, whatever failures are borne later; one that
// was skipped tells nothing, and others follow it.
func TestACanaryThatFails(t *testing.T) {
	f, items := manyTokens(t, 20)
	f.before = func(r wire.Request) error {
		if r.On.Name == items[1].On.Name {
			return &wire.Failure{Code: 400, Message: "no"}
		}
		return nil
	}
	items[0].On.UID = "made-anew-since"
	o := quick()
	o.Canary, o.CanaryWait = 2, 0
	r, results := begin(t, f, items, o)
	if !errors.Is(r.Err(), ErrCanary) || results[items[0].ID()].Outcome.State != Skipped {
		t.Errorf("stopped by %v, first %+v", r.Err(), results[items[0].ID()].Outcome)
	}
	if n := r.Progress().Counts[Pending]; n < 17 {
		t.Errorf("only %d are left", n)
	}
}
