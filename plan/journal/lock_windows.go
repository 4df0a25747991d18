package journal

import (
	"os"

	"golang.org/x/sys/windows"
)

// errHeld is what tryLock says if somebody else has the lock.
var errHeld = windows.ERROR_LOCK_VIOLATION

// tryLock locks an open file until it is closed, or the process ends. What is
// locked is a byte far behind the end, so that others can read who has it.
func tryLock(file *os.File) error {
	at := windows.Overlapped{OffsetHigh: 1 << 30}
	return windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
}
