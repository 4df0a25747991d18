package safefile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// checkFolder says why a folder must not be used.
func checkFolder(path string, info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("folder %s is a symbolic link: name the folder that it points to, or remove the link", path)
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder: move it away, or choose another folder", path)
	}
	return checkPrivate("folder "+path, path, info, "700")
}

// checkFile says why a file must not be used.
func checkFile(path string, info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("file %s is a symbolic link: find out who put it there, and remove it", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file (%s): find out who put it there, and remove it", path, info.Mode().Type())
	}
	return checkPrivate("file "+path, path, info, "600")
}

func checkPrivate(what, path string, info fs.FileInfo, mode string) error {
	if owner, me, known := owners(info); known && owner != me {
		return fmt.Errorf("%s belongs to user id %d, and this program runs as user id %d: run it as the owner, or choose another folder", what, owner, me)
	}
	if perm := shared(info); perm != 0 {
		return fmt.Errorf("%s is open to other users (mode %04o): make sure that nobody changed it, then run: chmod %s %s", what, perm, mode, path)
	}
	return nil
}

// checkAbove refuses a folder of which somebody else could move a parent away.
// Folders such as /tmp, where only owners may move things, are fine.
func checkAbove(path string) error {
	real, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("folder %s: %w", path, err)
	}
	for {
		info, err := os.Lstat(real)
		if err != nil {
			return fmt.Errorf("folder %s: %w", path, err)
		}
		if perm := shared(info); perm&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
			return fmt.Errorf("folder %s lies below %s, where everybody may move it away (mode %04o): run: chmod o-w %s, or choose another folder", path, real, perm, real)
		}
		above := filepath.Dir(real)
		if above == real {
			return nil
		}
		real = above
	}
}
