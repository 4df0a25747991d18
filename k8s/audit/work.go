package audit

import (
	"context"
	"fmt"
	"os"
	"sync"

	"timebound/k8s/audit/source"
)

// unit is what a worker does at a time: a block of a plain file, or all of any
// other source, which cannot be read but from begin to end.
type unit struct {
	src   *source.Stream
	file  *openFile // nil: the source is no plain file
	block int64
}

// openFile is a plain file that several workers read. The last one closes it.
type openFile struct {
	plain
	file *os.File
	left int64 // blocks that are not done
	once sync.Once
}

// queue gives units to workers. Plain files are opened when their turn comes, so
// that few are open at a time however many there are.
type queue struct {
	mu      sync.Mutex
	sources []source.Stream // those that are read from begin to end first: they take longest
	next    int
	file    *openFile // of sources[next], if that was begun
	block   int64
	long    longLine
	trouble func(*source.Stream, error)
}

// take gives the next unit; false if there is none.
func (q *queue) take() (unit, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.next < len(q.sources) {
		s := &q.sources[q.next]
		if !isPlain(s) {
			q.next++
			return unit{src: s}, true
		}
		if q.file == nil {
			file, err := q.open(s)
			if err != nil || file == nil {
				if err != nil {
					q.trouble(s, err)
				}
				q.next++
				continue
			}
			q.file, q.block = file, 0
		}
		u := unit{src: s, file: q.file, block: q.block}
		if q.block++; q.block == blocks(s) {
			q.next, q.file = q.next+1, nil
		}
		return u, true
	}
	return unit{}, false
}

// isPlain says whether a source may be read in blocks.
func isPlain(s *source.Stream) bool { return s.Path != "" && s.Shape == source.Lines }

// open opens a plain file; nil if it is empty.
func (q *queue) open(s *source.Stream) (*openFile, error) {
	if blocks(s) == 0 {
		return nil, nil
	}
	f, err := os.Open(s.Path)
	if err != nil {
		return nil, fmt.Errorf("open the log again: %w", err)
	}
	return &openFile{plain: plain{at: f, size: s.Size, long: q.long}, file: f, left: blocks(s)}, nil
}

// done closes a unit's file after its last block.
func (q *queue) done(u unit) {
	if u.file == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if u.file.left--; u.file.left == 0 {
		_ = u.file.file.Close() // it was only read
	}
}

// worker does units until there are none.
type worker struct {
	q      *queue
	d      *digester
	ledger *ledger
	buf    []byte
	// guessed is how far the source at hand was read, as stored, as far as told.
	guessed int64
}

func (w *worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		u, ok := w.q.take()
		if !ok {
			return
		}
		w.d.begin(u.src, u.block == 0)
		switch {
		case u.file != nil:
			w.plain(ctx, u)
		case u.src.Shape == source.Document:
			w.document(ctx, u)
		default:
			w.stream(ctx, u)
		}
		w.q.done(u)
	}
}

func (w *worker) plain(ctx context.Context, u unit) {
	if w.buf == nil {
		w.buf = make([]byte, bufferSize)
	}
	p, err := u.file.block(ctx, u.block, w.buf, w.d.o.MaxLine)
	w.d.piece(p)
	if err != nil && ctx.Err() == nil {
		// One word is enough, however many blocks are gone.
		u.file.once.Do(func() { w.ledger.trouble(u.src, err) })
	}
	w.d.tally.stored = min(blockSize, u.src.Size-u.block*blockSize)
	w.d.end()
}
