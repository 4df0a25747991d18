package wrap

import "io"

// windowSize is how much of a document is read at once.
const windowSize = 256 << 10

// window is the part of a reader that is looked at.
type window struct {
	r    io.Reader
	buf  []byte
	rest []byte // of buf, not yet taken
	err  error  // io.EOF at the end
}

// more sees to it that there is something in rest; false at the end, or if
// reading failed.
func (w *window) more() bool {
	for idle := 0; len(w.rest) == 0 && w.err == nil; {
		n, err := w.r.Read(w.buf)
		w.rest, w.err = w.buf[:n], err
		if n > 0 {
			break
		}
		if idle++; idle == 100 && err == nil {
			w.err = io.ErrNoProgress
		}
	}
	return len(w.rest) > 0
}

// capture collects the bytes of a record, up to a limit.
type capture struct {
	buf   []byte
	head  int // of buf: what was put before the record, and does not count
	limit int
	on    bool
	over  bool
}

// begin starts a record that has something put before it.
func (c *capture) begin(head []byte) {
	if cap(c.buf) > maxKept && cap(c.buf) > 4*len(c.buf) {
		c.buf = nil
	}
	c.buf = append(c.buf[:0], head...)
	c.head, c.on, c.over = len(head), true, false
}

func (c *capture) add(b []byte) {
	switch {
	case !c.on || c.over:
	case len(c.buf)-c.head+len(b) > c.limit:
		c.over = true
	default:
		c.buf = append(c.buf, b...)
	}
}
