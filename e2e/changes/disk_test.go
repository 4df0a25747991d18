package changes

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"timebound/plan"
	"timebound/plan/journal"
	"timebound/plan/run"
)

// smallDisk gives an operator a state folder on a disk of its own. It takes
// root.
func (o *operator) smallDisk(t *testing.T, size string) {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("needs root on Linux to mount a small disk")
	}
	if err := syscall.Mount("none", o.home, "tmpfs", 0, "mode=0700,size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(o.home, syscall.MNT_DETACH) })
	_ = o.store.Close()
	o.open(t)
}

// fill leaves so many bytes of the disk.
func (o *operator) fill(t *testing.T, leave uint64) (remove func()) {
	t.Helper()
	var fs syscall.Statfs_t
	must(t, syscall.Statfs(o.home, &fs))
	free := fs.Bavail * uint64(fs.Bsize)
	path := filepath.Join(o.home, "ballast")
	// A run that writes meanwhile may have taken the last of it: then it is full.
	if err := os.WriteFile(path, make([]byte, free-min(free, leave)), 0o600); !errors.Is(err, syscall.ENOSPC) {
		must(t, err)
	}
	return func() { _ = os.Remove(path) }
}

// Fault 13: the disk is full before a run, and fills up in the middle of one.
// Nothing is sent that is not written down; what is left is finished later.
func TestDiskFull(t *testing.T) {
	s := newest(t)
	c := s.scene(t)
	o := c.operator(t)
	names := c.many(t, 400)
	o.smallDisk(t, "4m")
	items := o.stageTokens(t, plan.Invalidate, names...)

	empty := o.fill(t, 64<<10)
	if lock, err := o.store.Lock(); err == nil {
		_, err = o.engine.Begin(t.Context(), run.Order{Purpose: run.Apply, Name: "full", Items: items, Options: quick()})
		if err == nil || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("on a full disk a run begins: %v", err)
		}
		_ = lock.Unlock()
	} else if !strings.Contains(err.Error(), o.home) {
		t.Errorf("the message does not name the folder: %v", err)
	}
	empty()

	options := quick()
	options.Rate = 200
	u := o.begin(t, items, options)
	for u.Progress().Counts[run.Done] < 20 {
		runtime.Gosched()
	}
	empty = o.fill(t, 8<<10)
	e := u.wait(t)
	if e.Err() == nil || !strings.Contains(e.Err().Error(), "journal") {
		t.Errorf("the disk is full, and the run says %v with %v", e.Err(), e.counts())
	}
	t.Logf("full in the middle: %v", e.counts())
	empty()
	_ = o.store.Close()
	o.open(t)
	o.finish(t, e.ID, quick()).wantAll(t, run.Done)
}

// Fault 14: a state folder that cannot be written, is open to others or is a
// link. Nothing is sent.
func TestStateFolderRefused(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	c.many(t, 3)
	file := o.planFile(t)
	root := filepath.Join(o.home, "timebound")
	kept := filepath.Join(o.dir, "kept")
	for what, spoil := range map[string]func() (mend func()){
		"open to others": func() func() {
			must(t, os.Chmod(root, 0o777))
			return func() { must(t, os.Chmod(root, 0o700)) }
		},
		"a link": func() func() {
			must(t, os.Rename(root, kept))
			must(t, os.Symlink(kept, root))
			return func() { must(t, os.Remove(root)); must(t, os.Rename(kept, root)) }
		},
		"a file": func() func() {
			must(t, os.Rename(root, kept))
			must(t, os.WriteFile(root, nil, 0o600))
			return func() { must(t, os.Remove(root)); must(t, os.Rename(kept, root)) }
		},
	} {
		mend := spoil()
		call := o.timebound(t, applyArgs(file)...)
		mend()
		if call.code == 0 || call.runOf() != "" || !strings.Contains(call.stderr, o.home) {
			t.Errorf("%s: exit code %d, %s", what, call.code, call.stderr)
		}
	}
	o.timebound(t, applyArgs(file)...).want(t, 0)
}

// Fault 14 once more: a state folder on a disk that is mounted read-only.
func TestStateFolderReadOnly(t *testing.T) {
	s := newest(t)
	c := s.scene(t)
	o := c.operator(t)
	c.many(t, 3)
	file := o.planFile(t)
	o.smallDisk(t, "4m")
	must(t, syscall.Mount("none", o.home, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	call := o.timebound(t, applyArgs(file)...)
	if call.code == 0 || call.runOf() != "" || !strings.Contains(call.stderr, o.home) {
		t.Errorf("exit code %d, %s", call.code, call.stderr)
	}
	must(t, syscall.Mount("none", o.home, "tmpfs", syscall.MS_REMOUNT, "mode=0700,size=4m"))
}

// Fault 30: the folder of backups becomes a link in the middle of a run. Nothing
// is written through it, and nothing is deleted from then on.
func TestBackupFolderBecomesLink(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	var names []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		names = append(names, name)
		c.token(t, name, "robot")
	}
	o.switchedOff(t, names...)
	options := quick()
	options.Rate, options.Parallel, options.StopAfter = 4, 1, 1
	u := o.begin(t, o.stageTokens(t, plan.Delete, names...), options)
	for u.Progress().Counts[run.Done] < 2 {
		runtime.Gosched()
	}
	folder := filepath.Join(o.store.RunPath(u.ID), run.BackupFolder)
	elsewhere, aside := t.TempDir(), folder+"-aside"
	must(t, os.Rename(folder, aside))
	must(t, os.Symlink(elsewhere, folder))
	e := u.wait(t)
	counts := e.counts()
	left, err := os.ReadDir(elsewhere)
	must(t, err)
	if e.Err() == nil || counts[run.Done] >= len(names) || len(left) > 0 {
		t.Errorf("the run says %v, %v, and wrote %d files through the link", e.Err(), counts, len(left))
	}
	t.Logf("%v; %v", counts, e.Err())
	must(t, os.Remove(folder))
	must(t, os.Rename(aside, folder))
	o.finish(t, e.ID, quick())
}

// What a crash leaves of a last record is put aside; anything else that is wrong
// with a journal is refused, and nothing is sent on its word.
func TestJournalDamaged(t *testing.T) {
	s := newest(t)
	t.Parallel()
	for _, whole := range []bool{false, true} {
		c := s.scene(t)
		o := c.operator(t)
		names := c.many(t, 10)
		o.look(t)
		options := quick()
		options.Rate, options.Parallel = 20, 1
		u := o.begin(t, o.stageTokens(t, plan.Invalidate, names...), options)
		for u.Progress().Counts[run.Done] < 4 {
			runtime.Gosched()
		}
		u.Abort()
		e := u.wait(t)
		path := filepath.Join(o.store.RunPath(e.ID), "journal.jsonl")
		text, err := os.ReadFile(path)
		must(t, err)
		if whole { // a letter in the middle is another one
			i := len(text) / 2
			text[i] ^= 1
			must(t, os.WriteFile(path, text, 0o600))
			_, err = o.engine.Continue(t.Context(), e.ID, quick())
			var corrupt *journal.CorruptError
			if !errors.As(err, &corrupt) {
				t.Errorf("a changed journal: %v", err)
			}
			call := o.timebound(t, "runs")
			if !strings.Contains(call.stdout, e.ID) {
				t.Errorf("runs says %s", call.stdout)
			}
			o.timebound(t, "undo", e.ID, "--yes").want(t, 1)
			text[i] ^= 1
			must(t, os.WriteFile(path, text, 0o600))
			continue
		}
		must(t, os.WriteFile(path, append(text, `{"seq":99,"type":"outco`...), 0o600))
		o.finish(t, e.ID, quick()).wantAll(t, run.Done)
	}
}
