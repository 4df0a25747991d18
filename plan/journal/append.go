package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ErrClosed is the error of a journal that was closed or ended.
var ErrClosed = errors.New("the journal is closed")

// recordFile is what a journal needs of the file that its records go to.
type recordFile interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// headFile is what it needs of the file that tells where it ends.
type headFile interface {
	io.WriterAt
	io.Closer
}

// Journal is the open file of one run. It may be used by many goroutines: while
// one puts records on the disk, those that come meanwhile gather, and go
// together the next time.
type Journal struct {
	id, path string
	records  recordFile
	head     headFile

	mu      sync.Mutex
	turn    *sync.Cond // a write ended
	last    line       // the last record that was added, maybe not on the disk yet
	pending bytes.Buffer
	spare   bytes.Buffer // takes turns with pending
	writing bool
	durable int   // seq of the last record on the disk
	size    int64 // bytes of the file up to there
	dead    error // nothing more can be written
}

func newJournal(id, path string, records recordFile, head headFile) *Journal {
	j := &Journal{id: id, path: path, records: records, head: head}
	j.turn = sync.NewCond(&j.mu)
	return j
}

// ID is the run's name.
func (j *Journal) ID() string { return j.id }

// Append adds records, in this order and with no others between, and returns
// when they are on the disk. Seq, Prev and Hash are set by the journal, Time where
// it is zero. If a write fails, the journal is dead: this and every later call
// return the same error, and what the disk holds must be read anew. A record that
// cannot be encoded fails alone.
func (j *Journal) Append(records ...Record) error {
	for _, r := range records {
		if err := r.check(); err != nil {
			return fmt.Errorf("journal %s: %w", j.path, err)
		}
	}
	lines := make([]line, len(records))
	for i, r := range records {
		lines[i] = line{Record: r}
	}
	return j.add(lines...)
}

// End writes the last record of a run that is over, and closes the journal.
func (j *Journal) End(body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("journal %s: encode the end: %w", j.path, err)
	}
	if err := j.add(line{Record: Record{Type: TypeEnd, Body: text}}); err != nil {
		return err
	}
	return j.Close()
}

// Close closes the file and leaves the run open, to be continued.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.writing {
		j.turn.Wait()
	}
	if errors.Is(j.dead, ErrClosed) {
		return nil
	}
	err := j.records.Close()
	if closing := j.head.Close(); err == nil {
		err = closing
	}
	j.dead = fmt.Errorf("journal %s: %w", j.path, ErrClosed)
	j.turn.Broadcast()
	return err
}

func (j *Journal) add(lines ...line) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dead != nil {
		return j.dead
	}
	begin, last := j.pending.Len(), j.last
	for _, l := range lines {
		if l.Time.IsZero() {
			l.Time = time.Now()
		}
		l.Time = l.Time.UTC()
		l.Seq, l.Prev = last.Seq+1, last.Hash
		if err := l.encode(&j.pending); err != nil {
			j.pending.Truncate(begin)
			return fmt.Errorf("journal %s: %w", j.path, err)
		}
		last = l
	}
	j.last = last
	for j.durable < last.Seq && j.dead == nil {
		if j.writing {
			j.turn.Wait()
		} else {
			j.commit()
		}
	}
	if j.durable < last.Seq {
		return j.dead
	}
	return nil
}

// commit puts what is pending on the disk. j.mu is held before and after, not
// while the disk works.
func (j *Journal) commit() {
	batch, end := j.pending, j.last
	j.pending, j.spare = j.spare, bytes.Buffer{}
	j.writing = true
	j.mu.Unlock()
	err := j.write(batch.Bytes(), end)
	j.mu.Lock()
	j.writing = false
	if err == nil {
		j.size += int64(batch.Len())
		j.durable = end.Seq
	} else {
		j.dead = fmt.Errorf("journal %s: %w; nothing more is written to it: mend the disk, then go on with the run", j.path, err)
	}
	batch.Reset()
	j.spare = batch
	j.turn.Broadcast()
}

// write adds bytes to the file, syncs it, and moves the head. A failed sync is
// never tried again: the system may have dropped the bytes and would say yes.
func (j *Journal) write(b []byte, end line) error {
	n, err := j.records.Write(b)
	if err == nil && n < len(b) {
		err = errors.New("fewer bytes were written than given")
	}
	if err != nil {
		_ = j.records.Truncate(j.size) // where it fails, Read finds a torn line
		return err
	}
	if err := j.records.Sync(); err != nil {
		return err
	}
	_, err = j.head.WriteAt(encodeHead(end.Seq, end.Hash), 0)
	return err
}
