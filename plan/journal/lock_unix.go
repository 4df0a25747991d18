//go:build unix

package journal

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// errHeld is what tryLock says if somebody else has the lock.
var errHeld = unix.EWOULDBLOCK

// tryLock locks an open file until it is closed, or the process ends.
func tryLock(file *os.File) error {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
