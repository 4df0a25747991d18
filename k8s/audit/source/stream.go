package source

import "io"

// Stream is one log that can be read.
type Stream struct {
	Name string // for people: the path as given, "standard input"
	// Server is which API server the log is of, as far as names tell; "" if they
	// do not. What the records say goes before.
	Server string
	// Path is set if the log is a plain file of lines without a byte order mark,
	// which may be read at any place. Otherwise Open is the way.
	Path string
	// Size in bytes, as stored; 0 if it is not known.
	Size  int64
	Shape Shape
	// Open gives the decompressed bytes, for any stream. Those of a pipe can be
	// had once. A read may fail in the middle, with an error that says what to do.
	Open func() (io.ReadCloser, error)
}

// Shape is how a log is divided.
type Shape uint8

// The shapes.
const (
	Lines    Shape = iota // one record per line
	Document              // anything else: see wrap.Split
)
