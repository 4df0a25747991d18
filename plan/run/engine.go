package run

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"time"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/backup"
	"timebound/plan/change"
	"timebound/plan/journal"
)

// Facts are what evidence is re-read from.
type Facts interface {
	// Latest gives what was judged last; nil if that is not current.
	Latest() *model.Assessment
	// Fresh reads and judges everything anew.
	Fresh(ctx context.Context) (*model.Assessment, error)
}

// Engine makes runs on one cluster.
type Engine struct {
	Cluster  change.Cluster
	Facts    Facts
	Store    *journal.Store
	Identity wire.Identity
	Version  string // of Timebound
	// Now is the clock of the journal; nil is the machine's.
	Now func() time.Time

	firstWait time.Duration // before a second attempt; 0 is the usual
}

func (e *Engine) now() time.Time {
	if e.Now != nil {
		return e.Now()
	}
	return time.Now()
}

// Order is what a run is asked to do.
type Order struct {
	Name    string // of the batch, for people
	Plan    string // hash of the plan file; "" without one
	Purpose Purpose
	Undoes  string // the run that is undone
	// Whole says that all of that run is undone: if it was cut off, it is over
	// then.
	Whole   bool
	Items   []*change.Item
	Options Options
}

// Begin writes an order to a new journal and starts to carry it out. The caller
// holds the store's lock until the run has ended. Nothing is sent if the
// journal, or the folder of backups, cannot be written.
func (e *Engine) Begin(ctx context.Context, o Order) (*Run, error) {
	if err := e.admits(o); err != nil {
		return nil, err
	}
	if err := e.free(o); err != nil {
		return nil, fmt.Errorf("begin run: %w; nothing was changed", err)
	}
	if err := e.room(o); err != nil {
		return nil, fmt.Errorf("begin run: %w; nothing was changed", err)
	}
	host, _ := os.Hostname()
	id := journal.NewID(e.now())
	j, err := e.Store.Begin(id, Head{
		Purpose: o.Purpose, Undoes: o.Undoes, Cluster: e.Identity, Host: host, User: userName(), Version: e.Version,
		Plan: o.Plan, Name: o.Name, Items: len(o.Items), Options: o.Options,
	})
	if err != nil {
		return nil, fmt.Errorf("begin run: %w; nothing was changed", err)
	}
	r := e.newRun(id, j, o.Options)
	records := make([]journal.Record, 0, len(o.Items)+1)
	for _, i := range o.Items {
		r.add(i)
		records = append(records, record(typeStaged, i.ID(), i))
	}
	if err := j.Append(append(records, record(typeReady, "", Note{}))...); err != nil {
		return nil, fmt.Errorf("begin run: %w; nothing was changed", err)
	}
	if o.Purpose == Undo && o.Whole {
		if err := e.close(o.Undoes, "undone by run "+id); err != nil {
			r.note("run " + o.Undoes + " stays open: " + model.Printable(err.Error()))
		}
	}
	go r.carryOut(ctx)
	return r, nil
}

// Abandon ends a run that was cut off before it changed anything: nothing is
// left of it to put back, and others may begin. The caller holds the store's lock.
func (e *Engine) Abandon(id string) error {
	h, err := Read(e.Store, id)
	if err != nil {
		return err
	}
	if c := h.Counts(); c[Done]+c[Doing]+c[Unsure] > 0 {
		return fmt.Errorf("run %s changed something that has no way back: finish it", id)
	}
	return e.close(id, "given up: nothing was changed")
}

// PutBack ends a run that was cut off, of which everything was found as it was
// before. The caller holds the store's lock.
func (e *Engine) PutBack(id string) error {
	return e.close(id, "put back: everything is as it was before")
}

// close ends a run that was cut off and is over now.
func (e *Engine) close(id, why string) error {
	h, err := Read(e.Store, id)
	if err != nil || h.Ended {
		return err
	}
	j, err := e.Store.Continue(id)
	if err != nil {
		return err
	}
	return j.End(End{why, h.Counts()})
}

// perItem is about what one item takes in a journal, in bytes: what was staged,
// an intent, an outcome, a second look.
const perItem = 4 << 10

// room looks ahead whether journal and backups have room on the disk.
func (e *Engine) room(o Order) error {
	need := int64(len(o.Items)) * perItem
	for _, i := range o.Items {
		if i.Kind == plan.Delete {
			need += backup.Typical
		}
	}
	return e.Store.CanWrite(need)
}

// admits refuses an order that breaks a rule.
func (e *Engine) admits(o Order) error {
	if e.Identity.UID == "" {
		return fmt.Errorf("the cluster cannot be told from others: the namespace kube-system is not readable; allow get on it")
	}
	if err := o.Options.Validate(); err != nil {
		return err
	}
	if len(o.Items) == 0 {
		return fmt.Errorf("there is nothing to do")
	}
	seen := map[string]bool{}
	for _, i := range o.Items {
		switch id := i.ID(); {
		case seen[id]:
			return fmt.Errorf("%s is there twice", model.Printable(id))
		case i.On.UID == "" && i.Inverse == nil:
			return fmt.Errorf("%s has no UID: another object of that name could be meant", model.Printable(id))
		case i.On.ResourceVersion == "" && (i.Kind == plan.Invalidate || i.Kind == plan.Delete):
			return fmt.Errorf("%s has no resourceVersion: what happened to it since could not be seen", model.Printable(id))
		default:
			seen[id] = true
		}
	}
	return nil
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}
