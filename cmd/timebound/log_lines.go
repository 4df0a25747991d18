package main

import (
	"bytes"
	"sync"
)

// lineWriter calls a function for every line that is written to it. A last
// line without an end counts when flush is called.
type lineWriter struct {
	line func(string)

	mu   sync.Mutex
	rest []byte
}

// longestLine is where a line without end is cut: what arrives here is
// whatever a foreign program says.
const longestLine = 64 << 10

// Write takes text in, in pieces of any size.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		switch {
		case end >= 0:
			w.line(string(bytes.TrimSuffix(w.rest[:end], []byte("\r"))))
			w.rest = w.rest[end+1:]
		case len(w.rest) >= longestLine:
			w.line(string(w.rest[:longestLine]))
			w.rest = w.rest[longestLine:]
		default:
			return len(p), nil
		}
	}
}

func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}
