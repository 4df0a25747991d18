package k8s

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"

	"timebound/k8s/stream"
)

const (
	// maxAnswer bounds an answer: etcd refuses objects over 1.5 MiB.
	maxAnswer = 8 << 20
	// maxStatus bounds a refusal.
	maxStatus = 64 << 10
)

// buffer holds an answer. It is overwritten before it is used again or let go
// of: an answer may carry the bytes of a secret.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return &buffer{bytes: make([]byte, 0, 8<<10)} }}

func takeBuffer() *buffer { return buffers.Get().(*buffer) }

// release overwrites the buffer and gives it back.
func (b *buffer) release() {
	clear(b.bytes[:cap(b.bytes)])
	if cap(b.bytes) > maxStatus {
		return // not worth keeping
	}
	b.bytes = b.bytes[:0]
	buffers.Put(b)
}

// fill reads an answer to its end, which lets the connection be used again.
func (b *buffer) fill(resp *http.Response, limit int) error {
	if resp.ContentLength > int64(limit) {
		return &stream.Error{Fault: stream.Unexpected, Detail: "it is too large"}
	}
	for {
		if len(b.bytes) == cap(b.bytes) {
			b.grow(max(2*cap(b.bytes), int(resp.ContentLength)+1))
		}
		n, err := resp.Body.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		switch {
		case len(b.bytes) > limit:
			return &stream.Error{Fault: stream.Unexpected, Detail: "it is too large"}
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return &stream.Error{Fault: stream.Truncated}
		case err != nil:
			return err
		}
	}
}

// grow takes a larger array and overwrites the smaller one.
func (b *buffer) grow(size int) {
	larger := append(make([]byte, 0, size), b.bytes...)
	clear(b.bytes)
	b.bytes = larger
}

// sealed is the body of a request that carries bytes of a secret. After wipe
// they are overwritten, also for a transport that is still about to send them.
type sealed struct {
	mu    sync.Mutex
	bytes []byte
	wiped bool
}

var errWiped = errors.New("the request is over")

func (s *sealed) wipe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.bytes)
	s.wiped = true
}

// read copies from an offset.
func (s *sealed) read(at int, p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.wiped:
		return 0, errWiped
	case at >= len(s.bytes):
		return 0, io.EOF
	}
	return copy(p, s.bytes[at:]), nil
}

// open gives a reader from the beginning.
func (s *sealed) open() io.ReadCloser { return &sealedReader{of: s} }

type sealedReader struct {
	of *sealed
	at int
}

func (r *sealedReader) Read(p []byte) (int, error) {
	n, err := r.of.read(r.at, p)
	r.at += n
	return n, err
}

func (r *sealedReader) Close() error { return nil }

// newRequest makes a request whose body can be read several times: the
// read-only transport looks at it before it is sent.
func newRequest(ctx context.Context, c *call, url string) (*http.Request, error) {
	if c.sealed == nil {
		if c.body == nil {
			return http.NewRequestWithContext(ctx, c.method, url, nil)
		}
		return http.NewRequestWithContext(ctx, c.method, url, bytes.NewReader(c.body))
	}
	req, err := http.NewRequestWithContext(ctx, c.method, url, c.sealed.open())
	if err != nil {
		return nil, err
	}
	req.ContentLength = int64(len(c.sealed.bytes))
	req.GetBody = func() (io.ReadCloser, error) { return c.sealed.open(), nil }
	return req, nil
}
