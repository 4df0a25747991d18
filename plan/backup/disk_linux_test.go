package backup

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
	key := newKey(t)
	how := sealTo(t, []string{key.Recipient().String()}, Identities{key})
	for _, limit := range []string{"size=128k", "nr_inodes=24"} {
		dir := filepath.Join(mounted(t, limit), "backup")
		var good []string
		var err error
		for range 100 {
			var r Receipt
			if r, err = Write(dir, fmt.Sprint("ns/", len(good)), secretCopy(), secretData(), how); err != nil {
				break
			}
			good = append(good, r.Path)
		}
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), dir) {
			t.Fatalf("%s: %v", limit, err)
		}
		if len(good) < 5 {
			t.Errorf("%s: %d backups only", limit, len(good))
		}
		for _, path := range good {
			if _, err := Verify(path, Identities{key}); err != nil {
				t.Error(err)
			}
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 2*len(good) {
			t.Errorf("%s: half a backup is left: %d files of %d backups", limit, len(entries), len(good))
		}
	}
}

func TestAReadOnlyDisk(t *testing.T) {
	top := mounted(t, "size=1m")
	dir := filepath.Join(top, "backup")
	r := write1(t, dir, Sealing{})
	if err := syscall.Mount("tmpfs", top, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot make it read-only: %v", err)
	}
	for _, dir := range []string{dir, dir + "2"} {
		if _, err := Write(dir, name, secretCopy(), secretData(), Sealing{}); !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), dir) {
			t.Error(err)
		}
	}
	if _, err := Read(r.Path); err != nil {
		t.Error(err)
	}
}
