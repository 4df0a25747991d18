// Package document writes structured answers, as JSON or YAML, with fields in
// a fixed order and strings that are safe to look at on a terminal. It knows
// shapes only, not what they mean.
package document

import (
	"bufio"
	"io"
)

// Writer is a place that a structured answer is written to, piece by piece, so
// that the biggest cluster needs no more memory than its longest token. The
// shape of an answer is written once and comes out as JSON or YAML. A writer
// that fails says so in Close; writes after that are dropped.
type Writer interface {
	BeginObject()
	EndObject()
	BeginList()
	EndList()
	Key(name string)
	Text(s string)
	Int(n int64)
	Null()
	Bool(b bool)
	// Close ends the document and gives the first error.
	Close() error
}

// TextOrNull writes null for "".
func TextOrNull(d Writer, s string) {
	if s == "" {
		d.Null()
		return
	}
	d.Text(s)
}

// Field writes a member of an object that is a text.
func Field(d Writer, name, value string) {
	d.Key(name)
	d.Text(value)
}

// level is one object or list that is being written.
type level struct {
	list  bool
	count int // members or items so far
}

// levels is the way from the outermost object or list to the one at hand.
type levels []level

func (l levels) top() *level { return &l[len(l)-1] }

// BufferSize is how many bytes are gathered before they are written.
const BufferSize = 64 << 10

func newBuffer(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, BufferSize) }

const indentation = "                                "

// appendIndent appends two spaces per step.
func appendIndent(dst []byte, steps int) []byte {
	for n := 2 * steps; n > 0; n -= len(indentation) {
		dst = append(dst, indentation[:min(n, len(indentation))]...)
	}
	return dst
}
