package main

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"timebound/k8s"
	"timebound/model"
	"timebound/plan/journal"
	"timebound/plan/run"
	"timebound/ui"
)

// feedWithFacts passes a feed through to the dashboard and keeps what comes for
// the runs that it starts.
type feedWithFacts struct {
	*k8s.Feed
	facts *liveFacts
}

// Next gives what is new.
func (f *feedWithFacts) Next(ctx context.Context) (model.Snapshot, error) {
	s, err := f.Feed.Next(ctx)
	if err == nil {
		f.facts.take(s)
	}
	return s, err
}

// changer carries out what is staged in the dashboard, and keeps it between two
// starts.
type changer struct {
	set     *settings
	src     *source
	hand    *k8s.Hand
	facts   *liveFacts
	sealing func(folder string) (run.Options, error) // how backups are kept

	mu     sync.Mutex
	store  *journal.Store
	engine *run.Engine
	kept   run.Options // what cannot be chosen on the screen
	runs   sync.WaitGroup
}

// open finds out which cluster it is and opens its journal, once it is needed.
func (c *changer) open(ctx context.Context) (*run.Engine, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.engine != nil {
		return c.engine, nil
	}
	identity, err := c.hand.Identity(ctx)
	if err != nil {
		return nil, err
	}
	identity.Context = c.src.context
	if c.store, err = openJournal(c.set, identity); err != nil {
		return nil, err
	}
	if c.kept, err = c.sealing(c.store.Path()); err != nil {
		return nil, err
	}
	c.kept.HandOver = (&handOver{folder: kubeconfigFolder, config: c.src.config, name: c.src.name()}).keep
	c.engine = &run.Engine{Cluster: c.hand, Facts: c.facts, Store: c.store, Identity: identity, Version: buildVersion()}
	return c.engine, nil
}

// close waits for the runs that are under way: they stop when the screen is left.
func (c *changer) close() { c.runs.Wait() }

func (c *changer) complete(o run.Options) run.Options {
	o.Sealing, o.Identities, o.HandOver = c.kept.Sealing, c.kept.Identities, c.kept.HandOver
	return o
}

// Review drafts an order and has the server try it out.
func (c *changer) Review(ctx context.Context, o run.Order, progress func(done, of int)) (*run.Review, error) {
	engine, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	o.Options = c.complete(o.Options)
	return engine.Review(ctx, o, progress)
}

// Begin starts to carry an order out.
func (c *changer) Begin(ctx context.Context, o run.Order) (string, ui.Runner, error) {
	engine, err := c.open(ctx)
	if err != nil {
		return "", nil, err
	}
	o.Options = c.complete(o.Options)
	r, err := c.locked(func() (*run.Run, error) { return engine.Begin(ctx, o) })
	if err != nil {
		return "", nil, err
	}
	return r.ID, r, nil
}

// Continue finishes a run that was cut off.
func (c *changer) Continue(ctx context.Context, id string, o run.Options) (ui.Runner, error) {
	engine, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := c.locked(func() (*run.Run, error) { return engine.Continue(ctx, id, c.complete(o)) })
	if err != nil {
		return nil, err
	}
	return r, nil
}

// locked begins a run under the cluster's lock and gives it back when the run
// has ended.
func (c *changer) locked(begin func() (*run.Run, error)) (*run.Run, error) {
	lock, err := c.store.Lock()
	if err != nil {
		return nil, err
	}
	r, err := begin()
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	c.runs.Go(func() {
		<-r.Done()
		_ = lock.Unlock() // it ends with the process at the latest
	})
	return r, nil
}

// End ends a run that was cut off, of which nothing has to be put back.
func (c *changer) End(ctx context.Context, id string, asBefore bool) error {
	engine, err := c.open(ctx)
	if err != nil {
		return err
	}
	lock, err := c.store.Lock()
	if err != nil {
		return err
	}
	end := engine.Abandon
	if asBefore {
		end = engine.PutBack
	}
	return errors.Join(end(id), lock.Unlock())
}

// Runs lists the runs on this cluster, the newest first.
func (c *changer) Runs(ctx context.Context) ([]ui.RunSummary, error) {
	if _, err := c.open(ctx); err != nil {
		return nil, err
	}
	summaries, err := c.store.Runs()
	if err != nil {
		return nil, err
	}
	list := make([]ui.RunSummary, len(summaries))
	for i, s := range summaries {
		head, end := run.HeadOf(s)
		if !s.Ended { // how far it came stands in no single record
			if h, err := run.Read(c.store, s.ID); err == nil {
				list[i] = ui.Summarize(h)
				continue
			}
		}
		list[i] = ui.RunSummary{ID: s.ID, Began: s.First.Time, Head: head, Counts: end.Counts, Ended: s.Ended, Why: end.Why, Problem: s.Problem}
	}
	return list, nil
}

// Read reads what a run did from its journal.
func (c *changer) Read(ctx context.Context, id string) (*run.History, error) {
	if _, err := c.open(ctx); err != nil {
		return nil, err
	}
	return run.Read(c.store, id)
}

// Unlocked says whether changes pass.
func (c *changer) Unlocked() bool { return c.hand.Unlocked() }

// Unlock lets changes pass.
func (c *changer) Unlock() { c.hand.Unlock() }

// Lock lets none pass any more.
func (c *changer) Lock() { c.hand.Lock() }

// stagedFile is the file of the cluster's journal folder that keeps what is
// staged.
const stagedFile = "staged.json"

// stagedStore keeps what is staged beside the cluster's journal.
type stagedStore struct {
	ctx     context.Context
	changer *changer
}

// Load gives what was saved last; nil if nothing was.
func (s *stagedStore) Load() ([]byte, error) {
	if _, err := s.changer.open(s.ctx); err != nil {
		return nil, err
	}
	text, err := s.changer.store.Load(stagedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// Save replaces it.
func (s *stagedStore) Save(text []byte) error {
	if _, err := s.changer.open(s.ctx); err != nil {
		return err
	}
	return s.changer.store.Save(stagedFile, text)
}
