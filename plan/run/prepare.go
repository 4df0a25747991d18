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
	// data are the bytes of a secret that is created again; nil if the
	// controller makes them.
	data map[string][]byte
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
func (r *Run) prepare(ctx context.Context, i *change.Item) (*draft, error) {
	switch i.Kind {
	case plan.Delete:
		return r.secure(ctx, i)
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
		d, err := change.Prepare(ctx, r.engine.Cluster, i, r.making())
		if err != nil {
			return nil, err
		}
		class, why, err := r.classOf(ctx, i, nil)
		return &draft{Draft: d, class: class, why: why}, err
	case plan.Restore:
		return r.recreate(ctx, i)
	}
	d, err := change.Prepare(ctx, r.engine.Cluster, i, r.making())
	return &draft{Draft: d}, err
}

// classOf gives the undo class of a deletion; token is nil before it was read.
func (r *Run) classOf(ctx context.Context, i *change.Item, token []byte) (change.Class, string, error) {
	stands, err := change.AccountStands(ctx, r.engine.Cluster, i)
	if err != nil {
		return "", "", err
	}
	list, known := r.signingKeys(ctx)
	class, why := change.ClassOf(change.ClassFacts{
		AccountThere: stands, Keys: list, KeysKnown: known, Sealed: r.options.Sealing.Form() != backup.MetadataOnly, Pair: r.pairOf(i), Token: token,
	})
	return class, why, nil
}

// pairOf names the dockercfg secret that OpenShift made from a token.
func (r *Run) pairOf(i *change.Item) string {
	a := r.engine.Facts.Latest()
	if a == nil {
		return ""
	}
	if f := a.Token(i.Key()); f != nil {
		for _, ref := range f.References {
			if ref.How == model.RefDockercfg {
				return ref.By.Name
			}
		}
	}
	return ""
}

// secure reads a secret, writes its backup, and drafts the deletion of just what
// was read. Its bytes live only in here.
func (r *Run) secure(ctx context.Context, i *change.Item) (*draft, error) {
	var d *draft
	err := r.engine.Cluster.Token(ctx, i.Target(), func(s wire.Secret) error {
		if skip := change.Held(i, s.Object); skip != nil {
			return skip
		}
		class, why, err := r.classOf(ctx, i, s.Data["token"])
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
