package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"
)

const (
	// maxHeld is how much of a line is held back until its end is written. Of a
	// longer one the rest is given as it comes.
	maxHeld = 64 << 20
	// patience is how many looks in a row may fail to open the file before that is
	// an error: a rotation makes a file first and gives it its owner later.
	patience = 20
	// traceSize is how many bytes before the place that was reached are compared
	// with what was read there, to tell a file that was written anew.
	traceSize = 64
)

// Follow gives what is in a plain log and what is added to it, until ctx is
// done: then, and only then, reading ends, with ctx's error. poll is the time
// between two looks.
//
// It goes on in the new file when the log is renamed and made anew, and at the
// start when it is truncated. A line is given when it is whole. What is left of a
// line when its file is rotated is given with a line break: it can be told from a
// whole one, as an event that was not written to its end does not parse. A file
// that does not exist yet is waited for. Of two rotations between two looks the
// file in the middle is missed.
func Follow(ctx context.Context, path string, poll time.Duration) io.ReadCloser {
	return &follower{ctx: ctx, path: path, poll: poll, block: make([]byte, 256<<10)}
}

type follower struct {
	ctx  context.Context // a reader has no other way to be stopped
	path string
	poll time.Duration

	file     *os.File
	at       int64  // what was read of file
	trace    []byte // the last of it
	leaving  bool   // it has lost its name; its writer may still finish a line
	failures int

	block  []byte
	held   []byte // a line of which the end is not written yet
	within bool   // a line that is too long to hold was given in part
	ready  []byte // whole lines
}

func (f *follower) Read(p []byte) (int, error) {
	for len(f.ready) == 0 {
		if err := f.ctx.Err(); err != nil {
			return 0, err
		}
		if err := f.fetch(); err != nil {
			return 0, err
		}
	}
	n := copy(p, f.ready)
	f.ready = f.ready[n:]
	return n, nil
}

// Close closes the file.
func (f *follower) Close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

// fetch reads on, or waits.
func (f *follower) fetch() error {
	if f.file == nil {
		return f.open()
	}
	if f.rewritten() {
		f.at, f.trace = 0, f.trace[:0]
		f.rest()
		return nil
	}
	// Asked before reading: what is written between the two is read then.
	moved := f.moved()
	n, err := f.file.ReadAt(f.block, f.at)
	if n > 0 {
		f.got(f.block[:n])
		f.leaving, f.failures = false, 0
		return nil
	}
	switch {
	case !errors.Is(err, io.EOF):
		if f.failures++; f.failures > patience {
			return failure(f.path, err)
		}
	case moved && f.leaving:
		f.rest()
		return f.Close()
	default:
		f.leaving, f.failures = moved, 0
	}
	return f.wait()
}

func (f *follower) open() error {
	file, err := os.OpenFile(f.path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		if f.failures++; f.failures > patience && !errors.Is(err, fs.ErrNotExist) {
			return failure(f.path, err)
		}
		return f.wait()
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		_ = file.Close()
		return Trouble{Name: f.path, Fault: Device}
	}
	f.file, f.at, f.trace, f.failures, f.leaving = file, 0, f.trace[:0], 0, false
	return nil
}

func (f *follower) wait() error {
	timer := time.NewTimer(f.poll)
	defer timer.Stop()
	select {
	case <-f.ctx.Done():
		return f.ctx.Err()
	case <-timer.C:
		return nil
	}
}

// moved says whether another file has the name by now. While none has it, the
// old one may still be written to.
func (f *follower) moved() bool {
	now, err := os.Stat(f.path)
	if err != nil {
		return false
	}
	mine, err := f.file.Stat()
	return err == nil && !os.SameFile(now, mine)
}

// rewritten says whether the file was truncated, also if it has grown past the
// place again: then other bytes stand before it than were read there, or none.
func (f *follower) rewritten() bool {
	was := make([]byte, len(f.trace))
	n, err := f.file.ReadAt(was, f.at-int64(len(f.trace)))
	return (err == nil || errors.Is(err, io.EOF)) && !bytes.Equal(was[:n], f.trace)
}

// got takes what was read: whole lines are ready, the rest is held back.
func (f *follower) got(b []byte) {
	f.at += int64(len(b))
	if f.trace = append(f.trace, b[max(0, len(b)-traceSize):]...); len(f.trace) > traceSize {
		f.trace = append(f.trace[:0], f.trace[len(f.trace)-traceSize:]...)
	}
	lines := bytes.LastIndexByte(b, '\n') + 1
	switch {
	case lines > 0:
		f.ready = append(f.held, b[:lines]...)
		f.held, f.within = append([]byte(nil), b[lines:]...), false
	case f.within || len(f.held)+len(b) > maxHeld:
		f.ready = append(f.held, b...)
		f.held, f.within = nil, true
	default:
		f.held = append(f.held, b...)
	}
}

// rest gives what is left of a line that will not be written to its end.
func (f *follower) rest() {
	if len(f.held) > 0 || f.within {
		f.ready = append(f.held, '\n')
	}
	f.held, f.within = nil, false
}
