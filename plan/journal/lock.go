package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"
)

// Holder says who holds the lock of a cluster. It is for messages only: the lock
// itself is the system's, and is gone as soon as its holder is.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	User  string    `json:"user"`
	Run   string    `json:"run,omitempty"` // the run that was begun or continued last
	Since time.Time `json:"since"`
}

// LockedError is the error of a cluster that another process works on.
type LockedError struct {
	Path   string
	Holder Holder // zero if it could not be read
}

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("another process works on this cluster (lock %s): wait for it to end", e.Path)
	}
	run := ""
	if e.Holder.Run != "" {
		run = ", run " + e.Holder.Run
	}
	return fmt.Sprintf("another process works on this cluster: pid %d of %s on %s since %s%s (lock %s): wait for it, or end it",
		e.Holder.PID, e.Holder.User, e.Holder.Host, e.Holder.Since.Format(time.RFC3339), run, e.Path)
}

// Lock is the right to write runs of a cluster. One process has it at a time, on
// one host; on others the preconditions of every change hold.
type Lock struct {
	store *Store
	file  *os.File
	who   Holder
}

const lockName = "lock"

// Lock takes the lock, and never waits: if another process has it, the error is
// a *LockedError. That the disk can be written is found out here, too.
func (s *Store) Lock() (*Lock, error) {
	path := s.cluster.Join(lockName)
	file, err := s.cluster.OpenOrCreate(lockName, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	err = tryLock(file)
	if errors.Is(err, errHeld) {
		err = &LockedError{Path: path, Holder: readHolder(file)}
	} else if err != nil {
		err = fmt.Errorf("lock %s: %w; choose a folder on a file system that can lock", path, err)
	}
	if err != nil {
		_ = file.Close() // the first error tells more
		return nil, err
	}
	l := &Lock{store: s, file: file, who: holderNow()}
	if err := errors.Join(l.tell(""), s.CanWrite(1<<20)); err != nil {
		_ = file.Close() // the first error tells more
		return nil, err
	}
	s.mu.Lock()
	s.held = l
	s.mu.Unlock()
	return l, nil
}

// Unlock gives the lock back. The file stays.
func (l *Lock) Unlock() error {
	l.store.mu.Lock()
	l.store.held = nil
	l.store.mu.Unlock()
	_ = l.file.Truncate(0) // what it tells is stale from now on; no harm if it stays
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("unlock %s: %w", l.store.cluster.Join(lockName), err)
	}
	return nil
}

// tell writes who holds the lock, and for which run.
func (l *Lock) tell(run string) error {
	l.who.Run = run
	text, err := json.Marshal(l.who)
	if err == nil {
		err = l.file.Truncate(0)
	}
	if err == nil {
		_, err = l.file.WriteAt(append(text, '\n'), 0)
	}
	if err != nil {
		return fmt.Errorf("write lock %s: %w; make room or make it writable", l.store.cluster.Join(lockName), err)
	}
	return nil
}

// locked says whether this Store may write, and notes the run in the lock.
func (s *Store) locked(run string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		return fmt.Errorf("run %s: take the lock of the cluster before writing to its journal", run)
	}
	return s.held.tell(run)
}

func holderNow() Holder {
	who := Holder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second)}
	who.Host, _ = os.Hostname() // only for the message
	if u, err := user.Current(); err == nil {
		who.User = u.Username
	}
	return who
}

func readHolder(file *os.File) Holder {
	var who Holder
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	if err == nil {
		err = json.Unmarshal(text, &who)
	}
	if err != nil {
		return Holder{} // it is being written, or was by somebody else
	}
	return who
}
