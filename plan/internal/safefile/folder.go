// Package safefile keeps files that nobody else may read: folders of mode 0700,
// files of mode 0600, both owned by the user who runs the program, none of them
// behind a symbolic link. What is not so is refused with the path and the remedy,
// never repaired in silence: somebody else may have put it there. It knows
// nothing of what the files hold.
package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Folder is an open folder. All names are looked up below the folder that was
// checked, also if its path is moved or replaced afterwards.
type Folder struct {
	root *os.Root
	path string
}

// Make opens the folder with this path and makes it first, with its parents,
// where it is missing. Parents that exist may have any mode and may be symbolic
// links; they must not be writable by everybody.
func Make(path string) (*Folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", path, plain(err))
	}
	var missing []string
	for p := path; ; p = filepath.Dir(p) {
		_, err := os.Lstat(p)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("folder %s: %w", path, plain(err))
		}
		missing = append(missing, p)
	}
	for _, p := range slices.Backward(missing) {
		if err := os.Mkdir(p, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("make folder %s: %w; make it yourself with mode 0700, or choose another folder", p, plain(err))
		}
		if err := syncPath(filepath.Dir(p)); err != nil {
			return nil, err
		}
	}
	return Open(path)
}

// Open opens a folder that must exist.
func Open(path string) (*Folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", path, plain(err))
	}
	before, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", path, plain(err))
	}
	if err := checkFolder(path, before); err != nil {
		return nil, err
	}
	if err := checkAbove(path); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", path, plain(err))
	}
	return opened(root, path, before)
}

// Sub opens a folder inside of this one, and makes it first where it is missing.
func (f *Folder) Sub(name string) (*Folder, error) {
	err := f.root.Mkdir(name, 0o700)
	if err == nil {
		err = f.Sync()
	} else if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("make folder %s: %w", f.Join(name), plain(err))
	}
	return f.Inside(name)
}

// New makes a folder inside of this one that must not exist. The error is
// fs.ErrExist if something is in its place.
func (f *Folder) New(name string) (*Folder, error) {
	if err := f.root.Mkdir(name, 0o700); err != nil {
		return nil, fmt.Errorf("make folder %s: %w", f.Join(name), plain(err))
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	return f.Inside(name)
}

// Inside opens a folder inside of this one that must exist.
func (f *Folder) Inside(name string) (*Folder, error) {
	before, err := f.root.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", f.Join(name), plain(err))
	}
	if err := checkFolder(f.Join(name), before); err != nil {
		return nil, err
	}
	root, err := f.root.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", f.Join(name), plain(err))
	}
	return opened(root, f.Join(name), before)
}

// opened makes sure that what was opened is what was checked.
func opened(root *os.Root, path string, before fs.FileInfo) (*Folder, error) {
	after, err := root.Stat(".")
	if err == nil && !os.SameFile(before, after) {
		err = errors.New("it was replaced while it was being opened")
	}
	if err != nil {
		_ = root.Close() // nothing was done in it
		return nil, fmt.Errorf("folder %s: %w", path, plain(err))
	}
	return &Folder{root: root, path: path}, nil
}

// Path is the absolute path of the folder.
func (f *Folder) Path() string { return f.path }

// Join is the path of a file in the folder, for messages.
func (f *Folder) Join(name string) string { return filepath.Join(f.path, name) }

// Names lists what is in the folder, in order.
func (f *Folder) Names() ([]string, error) {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list folder %s: %w", f.path, plain(err))
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// Sync puts the names in the folder on the disk.
func (f *Folder) Sync() error {
	dir, err := f.root.Open(".")
	if err != nil {
		return fmt.Errorf("open folder %s: %w", f.path, plain(err))
	}
	return syncAndClose(dir, f.path)
}

// Remove removes a file, or a folder that is empty.
func (f *Folder) Remove(name string) error { return f.root.Remove(name) }

// Close closes the folder; files opened through it stay open.
func (f *Folder) Close() error { return f.root.Close() }

// Has says whether there is a file of this name, and what is wrong with what is
// in its place if that is no file of ours.
func (f *Folder) Has(name string) (bool, error) {
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("file %s: %w", f.Join(name), plain(err))
	}
	return true, checkFile(f.Join(name), info)
}
