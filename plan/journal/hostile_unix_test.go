//go:build unix

package journal

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestModesWhateverTheUmask(t *testing.T) {
	for _, umask := range []int{0o000, 0o022, 0o077} {
		root := filepath.Join(t.TempDir(), "a", "b", "timebound")
		old := syscall.Umask(umask)
		t.Cleanup(func() { syscall.Umask(old) })
		s := storeAt(t, root)
		l, err := s.Lock()
		if err != nil {
			t.Fatal(err)
		}
		begin1(t, s, "r1").Close()
		overwrite(t, filepath.Join(s.RunPath("r1"), recordsName), func(b []byte) []byte { return append(b, "torn"...) })
		if j, err := s.Continue("r1"); err != nil {
			t.Error(err)
		} else {
			j.Close()
		}
		if err := s.Save("staged.json", nil); err != nil {
			t.Error(err)
		}
		l.Unlock()
		syscall.Umask(old)
		seen := 0
		filepath.Walk(filepath.Dir(filepath.Dir(root)), func(path string, info os.FileInfo, err error) error {
			if err != nil {
				t.Fatal(err)
			}
			want := os.FileMode(0o600)
			if info.IsDir() {
				want = 0o700
			}
			if info.Mode().Perm() != want {
				t.Errorf("umask %03o: %s has mode %o", umask, path, info.Mode().Perm())
			}
			seen++
			return nil
		})
		if seen != 12 {
			t.Errorf("%d files and folders", seen)
		}
	}
}

// plants puts something else in the place of a file or folder.
var plants = map[string]func(path string) error{
	"link": func(path string) error {
		if err := os.Rename(path, path+".real"); err != nil {
			return err
		}
		return os.Symlink(path+".real", path)
	},
	"dangling link": func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return os.Symlink(path+".real", path)
	},
	"fifo": func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return syscall.Mkfifo(path, 0o600)
	},
	"other kind": func(path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if info.IsDir() {
			return os.WriteFile(path, nil, 0o600)
		}
		return os.Mkdir(path, 0o700)
	},
	"readable by the group": func(path string) error { return chmod(path, 0o040) },
	"writable by everybody": func(path string) error { return chmod(path, 0o002) },
}

func chmod(path string, more os.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Chmod(path, info.Mode().Perm()|more)
}

func TestWhatIsPlantedIsRefused(t *testing.T) {
	top := t.TempDir()
	folders := []string{"", "clusters", "clusters/" + cluster, "clusters/" + cluster + "/runs"}
	run := "clusters/" + cluster + "/runs/r1"
	files := []string{run, run + "/" + recordsName, run + "/" + headName, run + "/" + tornName,
		"clusters/" + cluster + "/" + lockName, "clusters/" + cluster + "/staged.json"}
	for kind, plant := range plants {
		for _, where := range append(folders, files...) {
			root, err := os.MkdirTemp(top, "root")
			if err != nil {
				t.Fatal(err)
			}
			root = filepath.Join(root, "timebound")
			all := func() error { return useAll(root) }
			if err := all(); err != nil {
				t.Fatal(err)
			}
			// There is something torn, so that every file is opened.
			overwrite(t, filepath.Join(root, run, recordsName), func(b []byte) []byte { return append(b, "torn"...) })
			path := filepath.Join(root, where)
			if err := plant(path); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- all() }()
			select {
			case err := <-done:
				if err == nil {
					t.Errorf("%s at %q: accepted", kind, where)
				} else if !strings.Contains(err.Error(), path) {
					t.Errorf("%s at %q: the error does not tell the path: %v", kind, where, err)
				}
			case <-time.After(5 * time.Second):
				t.Fatalf("%s at %q: hangs", kind, where)
			}
			if _, err := os.Stat(path + ".real"); kind == "dangling link" && err == nil {
				t.Errorf("%s at %q: written through the link", kind, where)
			}
		}
	}
}

// useAll touches every file of a store.
func useAll(root string) error {
	s, err := Open(root, cluster)
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := s.Lock()
	if err != nil {
		return err
	}
	defer l.Unlock()
	if _, err := s.Load("staged.json"); err != nil {
		if err := s.Save("staged.json", []byte("x")); err != nil {
			return err
		}
	}
	if _, err := os.Lstat(s.RunPath("r1")); err != nil {
		j, err := s.Begin("r1", nil)
		if err != nil {
			return err
		}
		j.Close()
		torn := filepath.Join(s.RunPath("r1"), recordsName)
		b, err := os.ReadFile(torn)
		if err != nil {
			return err
		}
		if err := os.WriteFile(torn, append(b, "torn"...), 0o600); err != nil {
			return err
		}
	}
	j, err := s.Continue("r1")
	if err != nil {
		return err
	}
	return j.Close()
}

func TestAFolderOfSomebodyElseIsRefused(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	root := filepath.Join(t.TempDir(), "state")
	if err := useAll(root); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(root, 12345, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(root, cluster); err == nil || !strings.Contains(err.Error(), "12345") {
		t.Error(err)
	}
}

func TestAParentThatEverybodyMayMoveIsRefused(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(open, "timebound")
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(root, cluster); err == nil || !strings.Contains(err.Error(), "chmod o-w "+open) {
		t.Error(err)
	}
	if err := os.Chmod(open, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(root, cluster); err != nil {
		t.Error(err)
	}
}
