//go:build unix

package backup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestModesWhateverTheUmask(t *testing.T) {
	key := newKey(t)
	how := sealTo(t, []string{key.Recipient().String()}, Identities{key})
	for _, umask := range []int{0o000, 0o022, 0o277} {
		dir := filepath.Join(folder(t), "a", "b")
		if umask == 0o277 { // files only: such folders could not be used by anybody but root
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		old := syscall.Umask(umask)
		r, err := Write(dir, name, secretCopy(), secretData(), how)
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Dir(dir): 0o700, r.Path: 0o600, strings.TrimSuffix(r.Path, ".json") + ".age": 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("umask %03o: %s %v %v", umask, path, info.Mode(), err)
			}
		}
	}
}

// timely fails a test that waits for somebody to write into a FIFO.
func timely(t *testing.T, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("it hangs")
		return nil
	}
}

func TestWhatIsPlantedIsRefused(t *testing.T) {
	key := newKey(t)
	ids := Identities{key}
	how := sealTo(t, []string{key.Recipient().String()}, ids)
	plants := map[string]func(path string) error{
		"link":      func(path string) error { return errors.Join(os.Rename(path, path+".x"), os.Symlink(path+".x", path)) },
		"dangling":  func(path string) error { return errors.Join(os.RemoveAll(path), os.Symlink(path+".x", path)) },
		"fifo":      func(path string) error { return errors.Join(os.RemoveAll(path), syscall.Mkfifo(path, 0o600)) },
		"folder":    func(path string) error { return errors.Join(os.RemoveAll(path), os.Mkdir(path, 0o700)) },
		"readable":  func(path string) error { return os.Chmod(path, 0o740) },
		"writeable": func(path string) error { return os.Chmod(path, 0o702) },
	}
	for kind, plant := range plants {
		for _, where := range []string{"", ".json", ".age"} {
			dir := folder(t)
			r := write1(t, dir, how)
			path := strings.TrimSuffix(r.Path, ".json") + where
			if where == "" {
				if kind == "folder" {
					continue
				}
				path = dir
			}
			if err := plant(path); err != nil {
				t.Fatal(err)
			}
			for what, do := range map[string]func() error{
				"write":  func() error { _, err := Write(dir, name, secretCopy(), secretData(), how); return err },
				"open":   func() error { _, err := Open(r.Path, ids); return err },
				"verify": func() error { _, err := Verify(r.Path, ids); return err },
			} {
				if err := timely(t, do); err == nil || !strings.Contains(err.Error(), path) {
					t.Errorf("%s, %s at %q: %v", what, kind, where, err)
				}
			}
			if _, err := os.Lstat(path + ".x"); kind == "dangling" && err == nil {
				t.Errorf("written through the link at %q", where)
			}
		}
	}
}

func TestTheFolderKeyIsNoLink(t *testing.T) {
	dir := folder(t)
	say := func(string) (string, error) { return "open sesame", nil }
	if _, err := sealByPassphrase(dir, say, 8); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, KeyFile)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if err := errors.Join(os.Rename(path, path+".x"), os.Symlink(path+".x", path)); err != nil {
		t.Fatal(err)
	}
	if _, err := sealByPassphrase(dir, say, 8); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Error(err)
	}
}
