//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// captureStderr makes everything that reaches the process's stderr, also from
// credential plugins and C libraries, go to w until restore is called. The
// trace of a crash still goes to the real stderr: what kills the program must
// not be lost.
func captureStderr(w io.Writer) (restore func(), err error) {
	fd, err := unix.Dup(unix.Stderr)
	if err != nil {
		return nil, fmt.Errorf("keep stderr: %w", err)
	}
	unix.CloseOnExec(fd)
	saved := os.NewFile(uintptr(fd), "/dev/stderr")
	read, write, err := os.Pipe()
	if err == nil {
		err = unix.Dup2(int(write.Fd()), unix.Stderr)
		_ = write.Close()
	}
	if err != nil {
		_ = saved.Close()
		return nil, fmt.Errorf("capture stderr: %w", err)
	}
	// Should this fail, a crash is told less well and nothing else is lost.
	_ = debug.SetCrashOutput(saved, debug.CrashOptions{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(w, read)
	}()
	return sync.OnceFunc(func() {
		_ = unix.Dup2(int(saved.Fd()), unix.Stderr)
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		// A child that outlives the dashboard may hold the pipe open: do not
		// wait for it.
		_ = read.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		<-done
		_ = read.Close()
		_ = saved.Close()
	}), nil
}
