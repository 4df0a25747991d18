package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"timebound/k8s/audit/source"
)

const (
	// slack is how much is read beyond a block for the end of its last line.
	slack = 16 << 10
	// bufferSize takes a block, the byte before it, and most last lines.
	bufferSize = blockSize + 256<<10
)

// longLine lets one line at a time be larger than a buffer, so that logs of such
// lines take the memory of one, not one per worker.
type longLine chan struct{}

func newLongLine() longLine { return make(longLine, 1) }

func (l longLine) lock(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l longLine) unlock() { <-l }

// plain is an open file that is read in blocks by any number of workers. It is
// never mapped: a file that is cut while it is read must not end the program.
type plain struct {
	at   io.ReaderAt
	size int64
	long longLine
}

// errShrank says that a file has less than it had.
var errShrank = errors.New("the file became shorter while it was read, probably by rotation (copytruncate); what was cut off is lost")

// piece is a run of whole lines.
type piece struct {
	data []byte
	off  int64
	// oversize says that a line of more than the limit followed, and is left out.
	oversize bool
}

// block reads the lines that begin in block k into buf, or into memory of its
// own where the last is long.
func (p *plain) block(ctx context.Context, k int64, buf []byte, maxLine int) (piece, error) {
	begin := k * blockSize
	from := max(begin-1, 0) // the byte before tells whether a line begins here
	n, err := p.fill(buf[:blockSize+slack], from)
	if err != nil {
		return piece{}, err
	}
	head := 0
	if begin > 0 {
		i := bytes.IndexByte(buf[:min(n, blockSize)], '\n')
		if i < 0 {
			return piece{}, p.whole(from, n)
		}
		head = i + 1
	}
	// The last line is the one that holds the block's last byte.
	lastByte := int(begin + blockSize - 1 - from)
	if n <= lastByte {
		return piece{data: buf[head:n], off: from + int64(head)}, p.whole(from, n)
	}
	searched := lastByte
	for {
		if i := bytes.IndexByte(buf[searched:n], '\n'); i >= 0 {
			return piece{data: buf[head : searched+i+1], off: from + int64(head)}, nil
		}
		searched = n
		if n == len(buf) {
			break
		}
		more, err := p.fill(buf[n:min(n+2*slack, len(buf))], from+int64(n))
		if err != nil {
			return piece{}, err
		}
		if more == 0 {
			return piece{data: buf[head:n], off: from + int64(head)}, nil
		}
		n += more
	}
	return p.longEnd(ctx, buf, head, from, maxLine)
}

// longEnd reads on where a block's last line does not fit into the buffer.
func (p *plain) longEnd(ctx context.Context, buf []byte, head int, from int64, maxLine int) (piece, error) {
	line := head + bytes.LastIndexByte(buf[head:], '\n') + 1
	got := piece{data: buf[head:line], off: from + int64(head)}
	if err := p.long.lock(ctx); err != nil {
		return piece{}, err
	}
	defer p.long.unlock()
	var tail [slack]byte
	for end := from + int64(len(buf)); end-from-int64(line) <= int64(maxLine); {
		n, err := p.fill(tail[:], end)
		if err != nil {
			return piece{}, err
		}
		i := bytes.IndexByte(tail[:n], '\n')
		if i < 0 && n == len(tail) {
			end += int64(n)
			continue
		}
		length := end + int64(i) - from - int64(line)
		if i < 0 { // the end of the file
			i, length = n-1, end+int64(n)-from-int64(line)
		}
		if end += int64(i + 1); length > int64(maxLine) {
			break
		}
		whole := make([]byte, end-got.off)
		n, err = p.fill(whole, got.off)
		got.data = whole[:n]
		return got, err
	}
	got.oversize = true
	return got, nil
}

// fill reads what there is for buf at an offset; 0 bytes at the end.
func (p *plain) fill(buf []byte, off int64) (int, error) {
	n, err := p.at.ReadAt(buf, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("read at byte %d: %w", off, err)
	}
	return n, nil
}

// whole says whether the n bytes at from reach as far as the file did when it was
// opened.
func (p *plain) whole(from int64, n int) error {
	if from+int64(n) < min(p.size, from+blockSize) {
		return errShrank
	}
	return nil
}

// blocks is the number of blocks of a source of a size.
func blocks(s *source.Stream) int64 { return (s.Size + blockSize - 1) / blockSize }
