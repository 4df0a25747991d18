package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan/backup"
	"timebound/plan/change"
)

// backUp writes the backup of a secret that is at hand and has it proven.
func (r *Run) backUp(i *change.Item, s wire.Secret, class change.Class) (backup.Receipt, error) {
	c := backup.Copy{
		Cluster: r.engine.Identity.UID, Run: r.ID, Item: i.ID(), Made: r.engine.now().UTC(),
		Namespace: s.Object.Namespace, Name: s.Object.Name, UID: s.Object.UID, ResourceVersion: s.Object.ResourceVersion,
		Type: s.Type, Immutable: s.Immutable, Labels: s.Object.Labels, Annotations: s.Object.Annotations,
		Finalizers: s.Object.Finalizers, Owners: s.Object.Owners, Created: s.Object.Created,
		Account: i.Account, AccountUID: i.AccountUID, Listed: i.Listed, UndoClass: string(class),
	}
	return backup.Write(r.backups(r.ID), i.On.Namespace+"/"+i.On.Name, c, s.Data, r.options.Sealing)
}

// BackupFolder is the name of the folder of backups in that of a run.
const BackupFolder = "backup"

// backups is the folder of a run's backups.
func (r *Run) backups(run string) string {
	return filepath.Join(r.engine.Store.RunPath(run), BackupFolder)
}

// backupOf is the file that an undoing item is restored from.
func (r *Run) backupOf(i *change.Item) string {
	return filepath.Join(r.backups(i.Inverse.Run), filepath.Base(i.Inverse.Backup))
}

// recreate drafts a deleted secret as it was: name, type, annotations, labels
// but the one that switched it off, and its bytes if they were kept. Where they
// were not, the controller fills them in.
func (r *Run) recreate(ctx context.Context, i *change.Item) (*draft, error) {
	path := r.backupOf(i)
	c, err := backup.Read(path)
	if err != nil {
		return nil, fmt.Errorf("restore %s: %w", i.Key(), err)
	}
	if c.Cluster != r.engine.Identity.UID || c.Namespace != i.On.Namespace || c.Name != i.On.Name || c.UID != i.On.UID {
		return nil, &change.Skip{Code: change.SkipRefused, Why: "the backup is of another secret, or of another cluster"}
	}
	if s, err := r.mayRestore(ctx, i, c); s != nil || err != nil {
		if err == nil {
			err = s
		}
		return nil, err
	}
	if c.Sealed {
		if err := r.proven(path); err != nil {
			return nil, fmt.Errorf("restore %s: %w", i.Key(), err)
		}
	}
	return &draft{Draft: recreation(i, c, r.ID), sealed: c.Sealed}, nil
}

// proven says why a backup with bytes could not be opened.
func (r *Run) proven(path string) error {
	report, err := backup.Verify(path, r.options.Identities)
	if err == nil && !report.Opened {
		err = errors.New("its backup is sealed; give the key with --identity, or --backup-passphrase")
	}
	return err
}

// unseal opens the bytes that a restored secret gets.
func (r *Run) unseal(i *change.Item) (map[string][]byte, error) {
	data, err := backup.Open(r.backupOf(i), r.options.Identities)
	if err != nil {
		return nil, fmt.Errorf("restore %s: %w", i.Key(), err)
	}
	return data, nil
}

// mayRestore looks whether the restored secret would live, and takes nobody's
// place.
func (r *Run) mayRestore(ctx context.Context, i *change.Item, c backup.Copy) (*change.Skip, error) {
	uid, err := change.LiveAccount(ctx, r.engine.Cluster, &change.Item{Action: i.Action, Account: c.Account, AccountUID: c.AccountUID})
	if err != nil {
		return nil, err
	}
	if uid == "" {
		return &change.Skip{Code: change.SkipRefused, Why: "account " + c.Account + " is gone or was made anew: the controller would delete the secret at once, and the old token stays dead"}, nil
	}
	now, err := r.engine.Cluster.Metadata(ctx, i.Target())
	switch {
	case wire.CodeOf(err) == 404:
		return nil, nil
	case err != nil:
		return nil, err
	}
	if _, s := judgeRestore(i, now, r.ID); s != nil {
		if s.Code == change.SkipAnew && r.isBack(ctx, i, c) {
			s = &change.Skip{Code: change.SkipAlready, Why: "it is back already, with the same token" + change.By(now)}
		}
		return s, nil
	}
	return &change.Skip{Code: change.SkipAlready, Why: "it is there"}, nil
}

// isBack says that the secret of the name holds the very token of the backup.
func (r *Run) isBack(ctx context.Context, i *change.Item, c backup.Copy) bool {
	same := false
	err := r.engine.Cluster.Token(ctx, i.Target(), func(s wire.Secret) error {
		same = c.Same(s.Data["token"])
		return nil
	})
	return err == nil && same
}

// recreation is the request that makes a secret anew.
func recreation(i *change.Item, c backup.Copy, run string) *change.Draft {
	labels := maps.Clone(c.Labels)
	delete(labels, model.LabelInvalidSince)
	annotations := map[string]string{change.RunAnnotation: run}
	var withheld []string
	for _, key := range slices.Sorted(maps.Keys(c.Annotations)) {
		switch value := c.Annotations[key]; {
		case value == wire.Withheld:
			withheld = append(withheld, key)
		case key != change.RunAnnotation:
			annotations[key] = value
		}
	}
	d := &change.Draft{Request: change.Creation(i, c.Type, labels, annotations, c.Immutable && c.Sealed)}
	how := "its token is made again by the controller, the same as before"
	if c.Sealed {
		how = "with the bytes of its backup"
	}
	d.Preview = []string{"+ secret " + c.Namespace + "/" + c.Name + ", " + how}
	if c.Listed {
		d.Preview = append(d.Preview, "+ .secrets of account "+c.Account+": "+c.Name)
	}
	if _, off := c.Labels[model.LabelInvalidSince]; off {
		d.Warn = append(d.Warn, "it was switched off when it was deleted; it comes back switched on")
	}
	if len(withheld) > 0 {
		d.Warn = append(d.Warn, "annotations whose values could hold a token were never read, and are left out: "+strings.Join(withheld, ", "))
	}
	if len(c.Owners) > 0 {
		d.Warn = append(d.Warn, "its ownerReferences are left out: their owner may be gone, and would take it along")
	}
	if len(c.Finalizers) > 0 {
		d.Warn = append(d.Warn, "its finalizers are left out")
	}
	if c.Immutable && !c.Sealed {
		d.Warn = append(d.Warn, "it was immutable; it comes back so that the controller can fill it in")
	}
	return d
}

// errNotFilled says that the controller has not come by yet.
var errNotFilled = errors.New("the controller has not filled in its token")

// patiently reads a secret with its bytes, again where that did not work.
func (r *Run) patiently(ctx context.Context, i *change.Item, use func(wire.Secret) error) error {
	for again := 0; ; again++ {
		err := r.engine.Cluster.Token(ctx, i.Target(), use)
		f := wire.FailureOf(err)
		passing := errors.Is(err, errNotFilled) || f != nil && retried(f)
		if !passing || again >= 4 || sleep(ctx, r.engine.backoff(again)) != nil {
			return err
		}
	}
}

// recognise looks at a restored secret again: the controller may have deleted
// it, and the token may be another one.
func (r *Run) recognise(ctx context.Context, t *tracked) {
	if r.hasCheck(t) {
		return
	}
	c, err := backup.Read(r.backupOf(t.item))
	if err != nil {
		r.checked(t, Outcome{State: Unsure, Code: "unproven", Why: model.Printable(err.Error())})
		return
	}
	err = r.patiently(ctx, t.item, func(s wire.Secret) error {
		switch {
		case s.Object.UID != t.outcome.UID:
			return fmt.Errorf("another secret has its name")
		case !s.Object.Deleting.IsZero():
			return fmt.Errorf("it is being deleted")
		case len(s.Data["token"]) == 0:
			return errNotFilled
		case !c.Same(s.Data["token"]):
			return fmt.Errorf("its token is another one than before: whoever holds the old one stays locked out")
		}
		return nil
	})
	switch {
	case wire.CodeOf(err) == 404:
		r.checked(t, Outcome{State: Failed, Code: "reverted", Why: "it was deleted again: see whether its account was made anew"})
	case wire.FailureOf(err) != nil:
		r.checked(t, Outcome{State: Unsure, Code: "unproven", Why: model.Printable(err.Error())})
	case err != nil:
		r.checked(t, Outcome{State: Failed, Code: "reverted", Why: err.Error()})
	default:
		r.checked(t, Outcome{State: Done, Why: "the same token as before"})
	}
}
