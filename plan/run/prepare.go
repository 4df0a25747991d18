package run

import (
	"context"
	"fmt"
	"path/filepath"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/backup"
	"timebound/plan/change"
)

// draft is a change that is ready to be sent, with what a run adds to it.
type draft struct {
	*change.Draft
	class  change.Class
	why    string
	backup *backup.Receipt
	// sealed says that the secret gets the bytes of its backup; else the
	// controller makes them.
	sealed bool
}

func (r *Run) making() change.Making {
	m := change.Making{Run: r.ID, Today: model.DayOf(r.engine.now())}
	if a := r.engine.Facts.Latest(); a != nil {
		m.Today = a.Policy.Today
	}
	return m
}

// prepare drafts a change that is due. Before a deletion the backup is made and
// proven; after it the deletion can be sent.
func (r *Run) prepare(ctx context.Context, t *tracked) (*draft, error) {
	i := t.item
	switch i.Kind {
	case plan.Delete:
		return r.secureOnce(ctx, t)
	case plan.Restore:
		return r.recreate(ctx, i)
	}
	d, err := change.Prepare(ctx, r.engine.Cluster, i, r.making())
	return &draft{Draft: d}, err
}

// sketch drafts a change for a review: without a backup.
func (r *Run) sketch(ctx context.Context, i *change.Item) (*draft, error) {
	switch i.Kind {
	case plan.Delete:
		return r.appraise(ctx, i)
	case plan.Restore:
		return r.recreate(ctx, i)
	}
	d, err := change.Prepare(ctx, r.engine.Cluster, i, r.making())
	return &draft{Draft: d}, err
}

// appraise drafts a deletion and says what would come back. For that the secret
// is read, and forgotten again.
func (r *Run) appraise(ctx context.Context, i *change.Item) (*draft, error) {
	d, err := change.Prepare(ctx, r.engine.Cluster, i, r.making())
	if err != nil {
		return nil, err
	}
	out := &draft{Draft: d}
	err = r.engine.Cluster.Token(ctx, i.Target(), func(s wire.Secret) error {
		if skip := change.Held(i, s.Object); skip != nil {
			return skip
		}
		var err error
		out.class, out.why, err = r.classOf(ctx, i, s.Data)
		return err
	})
	return out, err
}

// classOf gives the undo class of a deletion of a secret that is at hand.
func (r *Run) classOf(ctx context.Context, i *change.Item, data map[string][]byte) (change.Class, string, error) {
	uid, err := change.LiveAccount(ctx, r.engine.Cluster, i)
	if err != nil {
		return "", "", err
	}
	facts := change.ClassFacts{AccountThere: uid != "", AccountUID: uid, Sealed: r.options.Sealing.Form() != backup.MetadataOnly}
	if facts.Keys, err = r.signingKeys(ctx); err == nil {
		facts.KeysKnown = true
	} else if f := wire.FailureOf(err); f != nil && retried(f) {
		return "", "", err // not for long: another attempt may read them
	}
	facts.Pair, facts.PairUnread = r.pairOf(i)
	class, why := change.ClassOf(facts, i, data)
	return class, why, nil
}

// pairOf names the dockercfg secret that OpenShift made from a token. unread says
// that nobody could look.
func (r *Run) pairOf(i *change.Item) (name string, unread bool) {
	a := r.engine.Facts.Latest()
	if a == nil || !plan.PullSecretsRead(a.Inventory.Coverage, i.On.Namespace) {
		return "", true
	}
	if f := a.Token(i.Key()); f != nil {
		for _, ref := range f.References {
			if ref.How == model.RefDockercfg {
				return ref.By.Name, false
			}
		}
	}
	return "", false
}

// secureOnce backs a secret up before the first attempt to delete it. Later ones
// only see whether it is still the one that was backed up.
func (r *Run) secureOnce(ctx context.Context, t *tracked) (*draft, error) {
	if t.secured == nil {
		d, err := r.secure(ctx, t.item)
		t.secured = d
		return d, err
	}
	d, err := change.Prepare(ctx, r.engine.Cluster, t.item, r.making())
	switch {
	case err != nil:
		return nil, err
	case d.Request.UID != t.secured.Request.UID || d.Request.ResourceVersion != t.secured.Request.ResourceVersion:
		return nil, &change.Skip{Code: change.SkipChanged, Why: "it was changed after its backup was made"}
	}
	return t.secured, nil
}

// secure reads a secret, writes its backup, and drafts the deletion of just what
// was read. Its bytes live only in here.
func (r *Run) secure(ctx context.Context, i *change.Item) (*draft, error) {
	var d *draft
	err := r.engine.Cluster.Token(ctx, i.Target(), func(s wire.Secret) error {
		if skip := change.Held(i, s.Object); skip != nil {
			return skip
		}
		class, why, err := r.classOf(ctx, i, s.Data)
		if err != nil {
			return err
		}
		if !class.Allowed(r.options.Classes) {
			return &change.Skip{Code: change.SkipRefused, Why: fmt.Sprintf("undo class %s: %s", class, why)}
		}
		receipt, err := r.backUp(i, s, class)
		if err != nil {
			err = fmt.Errorf("back up %s: %w; nothing was deleted", i.Key(), err)
			r.stop(err)
			return err
		}
		d = &draft{
			Draft: &change.Draft{Request: change.Removal(i, s.Object), Inverse: &change.Inverse{Run: r.ID, Backup: filepath.Base(receipt.Path)}},
			class: class, why: why, backup: &receipt,
		}
		return nil
	})
	if wire.CodeOf(err) == 404 {
		return nil, &change.Skip{Code: change.SkipGone, Why: "it is gone"}
	}
	return d, err
}
