//go:build unix

package safefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func made(t *testing.T) *Folder {
	t.Helper()
	f, err := Make(filepath.Join(t.TempDir(), "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestFoldersAreMadePrivate(t *testing.T) {
	dir := t.TempDir()
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	f, err := Make(filepath.Join(dir, "a", "b", "c"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if again, err := Make(f.Path()); err != nil {
		t.Error(err)
	} else {
		again.Close()
	}
	if _, err := f.Sub("d"); err != nil {
		t.Error(err)
	}
	if _, err := f.New("d"); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	for _, p := range []string{"a", "a/b", "a/b/c", "a/b/c/d"} {
		if info, err := os.Stat(filepath.Join(dir, p)); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
}

func TestOnlyTheLastFolderMustBePrivate(t *testing.T) {
	top := t.TempDir()
	home := filepath.Join(top, "home")
	if err := os.Mkdir(home, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(home, filepath.Join(top, "link")); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(filepath.Join(top, "link", "mine")); err != nil {
		t.Error("below a link to an open folder:", err)
	}
	if _, err := Make(filepath.Join(top, "link")); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Error("a link:", err)
	}
	if _, err := Make(home); err == nil || !strings.Contains(err.Error(), "chmod 700 "+home) {
		t.Error("an open folder:", err)
	}
	if err := os.Chmod(home, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(filepath.Join(top, "link", "mine")); err == nil || !strings.Contains(err.Error(), "chmod o-w "+home) {
		t.Error("below a folder that everybody may write:", err)
	}
	file := filepath.Join(top, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{file, file + "/below"} {
		if _, err := Make(p); err == nil {
			t.Errorf("%s: a file is no folder", p)
		}
	}
	if _, err := Open(top + "/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestAFolderStaysTheOneThatWasChecked(t *testing.T) {
	f := made(t)
	path, moved := f.Path(), f.Path()+".moved"
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	if err := f.Write("x", []byte("y")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(moved, "x")); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(elsewhere); len(entries) > 0 {
		t.Error("written to where the path leads now")
	}
}

func TestReplaceIsWholeOrNothing(t *testing.T) {
	f := made(t)
	for _, text := range []string{"one", "two"} {
		if err := f.Replace("x", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Read("x", 3); err != nil || string(got) != text {
			t.Errorf("%q %v", got, err)
		}
	}
	if _, err := f.Read("x", 2); err == nil {
		t.Error("larger than allowed")
	}
	if err := f.Write("x", nil); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := os.Mkdir(f.Join("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.Replace("folder", nil); err == nil {
		t.Error("a folder was replaced")
	}
	if err := os.Symlink("x", f.Join("link")); err != nil {
		t.Fatal(err)
	}
	if err := f.Replace("link", nil); err == nil {
		t.Error("a link was replaced")
	}
	names, err := f.Names()
	if err != nil || strings.Join(names, " ") != "folder link x" {
		t.Error(names, err)
	}
}

func TestNamesStayInTheFolder(t *testing.T) {
	f := made(t)
	for _, name := range []string{"../x", "/etc/x", "a/../../x"} {
		if err := f.Write(name, nil); err == nil {
			t.Errorf("%q was written", name)
		}
		if _, err := f.Read(name, 10); err == nil {
			t.Errorf("%q was read", name)
		}
	}
}

func TestFreeSpace(t *testing.T) {
	f := made(t)
	if err := f.CanWrite(1); err != nil {
		t.Error(err)
	}
	if err := f.CanWrite(1 << 60); err == nil || !strings.Contains(err.Error(), "make room") {
		t.Error(err)
	}
	if names, _ := f.Names(); len(names) > 0 {
		t.Error("left over", names)
	}
}
