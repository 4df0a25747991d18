//go:build unix

package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// owners tells whose a file is, and who runs this program.
func owners(info fs.FileInfo) (owner, me int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(stat.Uid), os.Geteuid(), true
}

// shared is the whole mode if others than the owner may do anything, or 0.
func shared(info fs.FileInfo) fs.FileMode {
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return perm
	}
	return 0
}

func freeBytes(path string) (int64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, err
	}
	return times(stat.Bavail, stat.Bsize), nil
}

// times multiplies: the types of these fields differ from system to system.
func times[A, B int64 | uint64 | uint32 | int32](blocks A, size B) int64 {
	return int64(blocks) * int64(size)
}

// syncPath puts the names in a folder on the disk. A folder that may be written
// but not listed is left to the system.
func syncPath(path string) error {
	dir, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open folder %s: %w", path, plain(err))
	}
	return syncAndClose(dir, path)
}

func syncAndClose(dir *os.File, path string) error {
	err := dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // this file system has no such call for folders
	}
	if closing := dir.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("put folder %s on the disk: %w", path, plain(err))
	}
	return nil
}
