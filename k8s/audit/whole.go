package audit

import (
	"context"
	"errors"
	"fmt"
	"io"

	"timebound/k8s/audit/source"
	"timebound/k8s/audit/wrap"
)

// stream reads a source that is decompressed, or piped, in two goroutines: this
// one decodes what the other has read.
func (w *worker) stream(ctx context.Context, u unit) {
	r, err := u.src.Open()
	if err != nil {
		w.ledger.trouble(u.src, fmt.Errorf("open: %w", err))
		return
	}
	s := newSlicer(r, w.q.long, w.d.o.MaxLine)
	pieces := make(chan piece)
	ended := make(chan error, 1)
	// A read that blocks, on a terminal say, cannot be interrupted: the goroutine
	// then stays behind until the read returns.
	go func() {
		err := s.run(ctx, pieces)
		close(pieces)
		ended <- errors.Join(err, r.Close())
	}()
	w.digest(ctx, u.src, s, pieces)
	select {
	case err = <-ended:
	case <-ctx.Done():
		return
	}
	if err != nil && ctx.Err() == nil {
		w.ledger.trouble(u.src, err)
	}
	w.finish(u.src)
}

func (w *worker) digest(ctx context.Context, src *source.Stream, s *slicer, pieces <-chan piece) {
	for {
		select {
		case p, ok := <-pieces:
			if !ok {
				return
			}
			w.d.piece(p)
			w.d.tally.stored = w.guess(src, len(p.data))
			w.d.end()
			s.free(p)
		case <-ctx.Done():
			return
		}
	}
}

// usualRatio is how much smaller logs are when compressed.
const usualRatio = 10

// guess gives how far a source was read, as stored, when n bytes of its content
// were; what it guesses wrong is put right at the end.
func (w *worker) guess(src *source.Stream, n int) int64 {
	stored := max(min(int64(n/usualRatio), src.Size-w.guessed), 0)
	w.guessed += stored
	return stored
}

// finish accounts for what was not guessed.
func (w *worker) finish(src *source.Stream) {
	w.d.tally.stored = max(src.Size-w.guessed, 0)
	w.guessed = 0
	w.d.end()
}

// document reads a source that is one large value, not lines: slower, as every
// record of it is decoded.
func (w *worker) document(ctx context.Context, u unit) {
	r, err := u.src.Open()
	if err != nil {
		w.ledger.trouble(u.src, fmt.Errorf("open: %w", err))
		return
	}
	in, stop := interruptible(ctx, r)
	defer stop()
	n := 0
	counted := readerFunc(func(p []byte) (int, error) {
		read, err := in.Read(p)
		n += read
		return read, err
	})
	out, err := wrap.Split(counted, w.d.o.MaxLine, func(record []byte) error {
		w.d.record(record)
		if n >= blockSize {
			w.d.tally.bytes += uint64(n)
			w.d.tally.stored = w.guess(u.src, n)
			w.d.end()
			n = 0
		}
		return ctx.Err()
	})
	w.d.tally.bytes += uint64(n)
	w.d.tally.lose(out)
	if err != nil && ctx.Err() == nil {
		w.ledger.trouble(u.src, err)
	}
	w.finish(u.src)
}

// interruptible reads r in a goroutine of its own, so that a read that blocks does
// not hold up the end of ctx. It closes r.
func interruptible(ctx context.Context, r io.ReadCloser) (in io.Reader, stop func()) {
	ours, theirs := io.Pipe()
	go func() {
		_, err := io.Copy(theirs, r)
		_ = theirs.CloseWithError(errors.Join(err, r.Close())) // nil is the end
	}()
	unhook := context.AfterFunc(ctx, func() { _ = ours.CloseWithError(ctx.Err()) })
	return ours, func() {
		unhook()
		_ = ours.Close()
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
