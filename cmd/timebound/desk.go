package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"timebound/k8s"
	"timebound/model"
	"timebound/model/wire"
	"timebound/plan/change"
	"timebound/plan/journal"
	"timebound/plan/knowledge"
	"timebound/plan/run"
)

// desk is all it takes to change a cluster: the session with its hand, the
// newest facts, and the journal. The hand stays locked until somebody confirms.
type desk struct {
	src    *source
	hand   *k8s.Hand
	facts  *liveFacts
	store  *journal.Store
	engine *run.Engine
	// problems are what went wrong while reading.
	problems []model.Problem
	// deaf ends the following of facts.
	deaf func()
}

// openDesk reads the cluster and opens its journal.
func openDesk(ctx context.Context, set *settings, std streams, know model.Knowledge) (*desk, error) {
	src, err := openSource(set, know, pluginsMayAsk)
	if err != nil {
		return nil, err
	}
	d := &desk{src: src, hand: src.session.Hand(), deaf: func() {}}
	if err := d.open(ctx, set, std, know); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *desk) open(ctx context.Context, set *settings, std streams, know model.Knowledge) error {
	d.facts = &liveFacts{session: d.src.session, know: know, policy: func() model.Policy { return set.policy(d.src.now()) }}
	if err := joinAudit(ctx, set, d.src, std); err != nil {
		return err
	}
	meter := newMeter(std.err)
	problems, err := d.facts.load(ctx, meter.show)
	meter.clear()
	if err != nil {
		return err
	}
	d.problems = problems
	following, deaf := context.WithCancel(ctx)
	d.deaf = deaf
	go d.facts.follow(following)
	identity, err := d.hand.Identity(ctx)
	if err != nil {
		return err
	}
	identity.Context = d.src.context
	if d.store, err = openJournal(set, identity); err != nil {
		return err
	}
	d.engine = &run.Engine{
		Cluster: d.hand, Facts: d.facts, Store: d.store, Identity: identity, Version: buildVersion(),
	}
	return nil
}

// close ends what goes on in the background, and the demo.
func (d *desk) close() {
	d.deaf()
	d.src.close()
}

// openJournal opens the journal of a cluster until the command ends. The demo's
// ends with it.
func openJournal(set *settings, identity wire.Identity) (*journal.Store, error) {
	root, err := journal.DefaultRoot()
	if err != nil {
		return nil, err
	}
	if set.demo {
		if root, err = os.MkdirTemp("", "timebound-demo-"); err != nil {
			return nil, fmt.Errorf("keep the demo's journal: %w", err)
		}
		set.onClose(func() { _ = os.RemoveAll(root) })
	}
	if identity.UID == "" {
		return nil, &outcome{exitRefused, errors.New("the cluster cannot be told from others: the namespace kube-system is not readable; allow get on it")}
	}
	store, err := journal.Open(root, identity.UID)
	if err != nil {
		return nil, err
	}
	set.onClose(func() { _ = store.Close() })
	return store, nil
}

// name is what has to be typed, or given with --context, before anything
// changes.
func (d *desk) name() string { return d.src.name() }

// lock keeps other runs on this machine away until the returned function is
// called.
func (d *desk) lock() (func(), error) {
	lock, err := d.store.Lock()
	if err != nil {
		return nil, &outcome{exitRefused, err}
	}
	return func() { _ = lock.Unlock() }, nil
}

// openLocked opens the desk and keeps other runs away until done is called.
// Everything that is read of the journal afterwards stays as it is. Who only
// looks needs no lock.
func openLocked(ctx context.Context, set *settings, std streams, looking bool) (d *desk, done func(), err error) {
	know, err := knowledge.Load()
	if err != nil {
		return nil, nil, err
	}
	if d, err = openDesk(ctx, set, std, know); err != nil {
		return nil, nil, err
	}
	unlock := func() {}
	if !looking {
		if unlock, err = d.lock(); err != nil {
			d.close()
			return nil, nil, err
		}
	}
	writeProblems(std.err, d.problems)
	return d, func() { unlock(); d.close() }, nil
}

// refuseUnfinished says what to do about a run that was cut off.
func (d *desk) refuseUnfinished(name string) error {
	id, err := run.Unfinished(d.store)
	switch {
	case err != nil:
		return err
	case id == "":
		return nil
	}
	return &outcome{exitRefused, fmt.Errorf("run %s was cut off; first finish it with %s runs finish %s, or put it back with %s undo %s", id, name, id, name, id)}
}

// abandon ends a run that was cut off before it changed anything. The journal is
// locked.
func (d *desk) abandon(std streams, id string) error {
	if err := d.engine.Abandon(id); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "run %s changed nothing; it is over now\n", id)
	return nil
}

// putBack ends a run that was cut off, of which everything is as it was before.
func (d *desk) putBack(std streams, id string) error {
	if err := d.engine.PutBack(id); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "everything is as it was before run %s; it is over now\n", id)
	return nil
}

var _ change.Cluster = (*k8s.Hand)(nil)
