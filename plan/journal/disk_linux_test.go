package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mounted makes a small file system in memory, where the tests may do so.
func mounted(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,"+options); err != nil {
		t.Skipf("no file system of our own to fill or to lock: mount: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestAFullDisk(t *testing.T) {
	dir := mounted(t, "size=2m")
	root := filepath.Join(dir, "state")
	s := storeAt(t, root)
	l, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	j := begin1(t, s, "r1")
	good, long := 0, strings.Repeat("x", 50_000)
	for ; err == nil; good++ {
		err = j.Append(rec("intent", fmt.Sprint(good, long)))
	}
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), s.RunPath("r1")) {
		t.Fatalf("%.300v", err)
	}
	good--
	j.Close()
	log, err := s.Read("r1")
	if err != nil || len(log.Records) != 1+good || len(log.Torn) != 0 {
		t.Errorf("%d good: %d records, %d torn, %v", good, len(log.Records), len(log.Torn), err)
	}
	// Nothing new begins, and nothing half made is left.
	if err := s.CanWrite(1 << 20); err == nil || !strings.Contains(err.Error(), "free and 1024 KiB are needed") || !strings.Contains(err.Error(), "make room") {
		t.Errorf("room: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "fill"), make([]byte, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if _, err := s.Begin("r2", nil); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("begin: %v", err)
	}
	if _, err := os.Lstat(s.RunPath("r2")); err == nil {
		t.Error("half a run is left")
	}
	if err := s.Save("staged.json", []byte("x")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("save: %v", err)
	}
	l.Unlock()
	if _, err := s.Lock(); err == nil {
		t.Error("lock")
	}
	names, err := os.ReadDir(s.Path())
	if err != nil || len(names) != 2 { // lock, runs
		t.Errorf("left over: %v", names)
	}
	// With room again, the run goes on.
	os.Remove(filepath.Join(dir, "fill"))
	overwrite(t, filepath.Join(s.Path(), lockName), func([]byte) []byte { return nil })
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	l, err = s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Unlock()
	j, err = s.Continue("r1")
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, j, rec("more", "x"))
	j.Close()
}

func TestAReadOnlyDisk(t *testing.T) {
	dir := mounted(t, "size=2m")
	root := filepath.Join(dir, "state")
	if err := useAll(root); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot make it read-only: %v", err)
	}
	s := storeAt(t, root) // what is there can be read
	if _, err := s.Read("r1"); err != nil {
		t.Error(err)
	}
	if runs, err := s.Runs(); err != nil || len(runs) != 1 {
		t.Error(runs, err)
	}
	for what, err := range map[string]error{"write": s.CanWrite(0), "save": s.Save("staged.json", nil), "lock": func() error { _, err := s.Lock(); return err }()} {
		if !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "other"), cluster); !errors.Is(err, syscall.EROFS) {
		t.Errorf("open: %v", err)
	}
}
