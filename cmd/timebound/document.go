package main

import (
	"bufio"
	"io"
)

// document is a place that a structured answer is written to, piece by piece,
// so that the biggest cluster needs no more memory than its longest token.
// The shape of an answer is written once (scan_document.go) and comes out as
// JSON or YAML. A writer that fails says so in close; writes after that are
// dropped.
type document interface {
	beginObject()
	endObject()
	beginList()
	endList()
	key(name string)
	text(s string)
	null()
	bool(b bool)
	// close ends the document and gives the first error.
	close() error
}

// textOrNull writes null for "".
func textOrNull(d document, s string) {
	if s == "" {
		d.null()
		return
	}
	d.text(s)
}

func field(d document, name, value string) {
	d.key(name)
	d.text(value)
}

// level is one object or list that is being written.
type level struct {
	list  bool
	count int // members or items so far
}

// levels is the way from the outermost object or list to the one at hand.
type levels []level

func (l levels) top() *level { return &l[len(l)-1] }

const outputBuffer = 64 << 10

func newBuffer(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, outputBuffer) }

const indentation = "                                "

// appendIndent appends two spaces per step.
func appendIndent(dst []byte, steps int) []byte {
	for n := 2 * steps; n > 0; n -= len(indentation) {
		dst = append(dst, indentation[:min(n, len(indentation))]...)
	}
	return dst
}
