package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back a zstd file may refer, and so what is held of it.
// `zstd --ultra --long=27` needs as much; a file may claim more.
const maxWindow = 128 << 20

// maxLayers is how often something may be compressed: CloudWatch compresses what
// it hands to Firehose, and Firehose what it writes to S3.
const maxLayers = 2

// byteOrderMark stands at the start of what Azure's storage holds.
var byteOrderMark = []byte("\xef\xbb\xbf")

// unpacked is what some reader holds under its compressions, with its head read.
type unpacked struct {
	io.Reader
	least  int
	head   []byte
	ended  bool  // the head is all
	err    error // why the head ends early, if that is not its end
	layers int   // of compression
	marked bool  // there was a byte order mark
	closes []func()
}

// unpack tells compression by the first bytes, never by a name. It waits for a
// first line, and for least bytes: a pipe may have no more for a long time.
func unpack(r io.Reader, least int) *unpacked {
	u := &unpacked{Reader: r, least: least}
	u.look()
	for u.layers < maxLayers {
		opener := compressions(u.head)
		if opener == nil {
			break
		}
		inner, done, err := opener(u.Reader)
		if err != nil {
			u.head, u.ended, u.err = nil, false, broken(err)
			return u
		}
		u.layers++
		u.closes = append(u.closes, done)
		u.Reader = inner
		u.look()
	}
	if rest, found := bytes.CutPrefix(u.head, byteOrderMark); found {
		_, _ = io.CopyN(io.Discard, u.Reader, int64(len(byteOrderMark)))
		u.head, u.marked = rest, true
	}
	return u
}

// look reads the head, and puts it back before the rest.
func (u *unpacked) look() {
	head := make([]byte, headSize)
	n, err := 0, error(nil)
	for err == nil && n < headSize && (n < u.least || bytes.IndexByte(head[:n], '\n') < 0) {
		var more int
		more, err = u.Reader.Read(head[n:])
		n += more
	}
	u.head, u.ended = head[:n], errors.Is(err, io.EOF)
	rest := u.Reader
	if u.err = nil; err != nil {
		if !u.ended {
			u.err = broken(err)
		}
		rest = failing{err}
	}
	u.Reader = io.MultiReader(bytes.NewReader(u.head), rest)
}

// failing is what is left of a reader that failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func (u *unpacked) close() {
	for _, done := range u.closes {
		done()
	}
}

type opener func(io.Reader) (io.Reader, func(), error)

func compressions(head []byte) opener {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return openGzip
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return openZstd
	}
	return nil
}

func openGzip(r io.Reader) (io.Reader, func(), error) {
	z, err := gzip.NewReader(r)
	return z, func() {}, err
}

func openZstd(r io.Reader) (io.Reader, func(), error) {
	// One goroutine per file, as files are read side by side.
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, nil, err
	}
	return z, z.Close, nil
}

// broken says what to do about compressed data that cannot be read to its end.
func broken(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the compressed data breaks off; copy the file again, or wait until it is written: %w", err)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return fmt.Errorf("zstd would need more than %d MiB to unpack it; unpack it first: %w", maxWindow>>20, err)
	}
	return err
}

// reading is an opened stream.
type reading struct {
	name     string
	unpacked *unpacked
	under    io.Closer
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.unpacked.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read %s: %w", r.name, broken(err))
	}
	return n, err
}

func (r *reading) Close() error {
	r.unpacked.close()
	return r.under.Close()
}
