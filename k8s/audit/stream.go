package audit

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// slicer cuts a stream into the pieces that plain cuts a file into.
type slicer struct {
	r       io.Reader
	long    longLine
	maxLine int
	buffers chan []byte // that are free

	off   int64  // of the first byte that was not given
	carry []byte // bytes that were read and not given
	err   error  // that ended the stream
}

// buffers in turn: one is filled, one waits, one is digested.
const buffersPerStream = 3

// readSize is how much is read at once: what is read beyond a block has to fit
// into the next buffer.
const readSize = bufferSize - blockSize

func newSlicer(r io.Reader, long longLine, maxLine int) *slicer {
	s := &slicer{r: r, long: long, maxLine: maxLine, buffers: make(chan []byte, buffersPerStream)}
	for range buffersPerStream {
		s.buffers <- make([]byte, bufferSize)
	}
	return s
}

// run gives the pieces one after the other. Who takes one gives it back by free.
// The error is the stream's own, or that of ctx.
func (s *slicer) run(ctx context.Context, give chan<- piece) error {
	for {
		var buf []byte
		select {
		case buf = <-s.buffers:
		case <-ctx.Done():
			return ctx.Err()
		}
		p, err := s.next(ctx, buf)
		if len(p.data) > 0 || p.oversize {
			select {
			case give <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
		} else {
			s.buffers <- buf
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// free gives the buffer of a piece back.
func (s *slicer) free(p piece) {
	buf := p.data[:cap(p.data)]
	if len(buf) != bufferSize { // it was made for a long line
		buf = make([]byte, bufferSize)
	}
	s.buffers <- buf
}

// next reads the rest of the block in which the next byte stands. Its data begins
// where buf does.
func (s *slicer) next(ctx context.Context, buf []byte) (piece, error) {
	n := copy(buf, s.carry)
	p := piece{off: s.off}
	lastByte := int(blockSize - 1 - s.off%blockSize)
	searched := min(lastByte, n)
	isLong := false
	defer func() {
		if isLong {
			s.long.unlock()
		}
	}()
	for {
		if n > lastByte {
			searched = max(searched, lastByte)
			if i := bytes.IndexByte(buf[searched:n], '\n'); i >= 0 {
				s.keep(&p, buf, searched+i+1, n)
				return p, nil
			}
			searched = n
		}
		if n == len(buf) {
			line := bytes.LastIndexByte(buf[:n], '\n') + 1
			if n-line > s.maxLine {
				p.data, p.oversize = buf[:line], true
				s.off += int64(n)
				return p, s.passOver(ctx)
			}
			if !isLong {
				if err := s.long.lock(ctx); err != nil {
					return p, err
				}
				isLong = true
			}
			larger := make([]byte, n+min(n, s.maxLine-(n-line)+1))
			copy(larger, buf)
			buf = larger
		}
		more, err := s.read(ctx, buf[n:min(n+readSize, len(buf))])
		n += more
		if err != nil {
			p.data = buf[:n]
			s.off, s.carry = s.off+int64(n), nil
			return p, err
		}
	}
}

// keep gives the first end of n bytes, and holds back the rest.
func (s *slicer) keep(p *piece, buf []byte, end, n int) {
	p.data = buf[:end]
	s.off += int64(end)
	s.carry = append(s.carry[:0], buf[end:n]...)
}

// passOver skips the rest of a line.
func (s *slicer) passOver(ctx context.Context) error {
	s.carry = s.carry[:0]
	buf := make([]byte, slack)
	for {
		n, err := s.read(ctx, buf)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			s.off += int64(i + 1)
			s.carry = append(s.carry, buf[i+1:n]...)
			return err
		}
		s.off += int64(n)
		if err != nil {
			return err
		}
	}
}

// emptyReads is how many reads in a row may bring nothing.
const emptyReads = 100

func (s *slicer) read(ctx context.Context, buf []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	for range emptyReads {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := s.r.Read(buf)
		if s.err = err; n > 0 {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}
