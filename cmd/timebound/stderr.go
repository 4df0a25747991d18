package main

import (
	"log/slog"
	"sync"
)

// keptStderr is how many of the last lines are kept for after a crash.
const keptStderr = 200

// stderrTail takes what is written to stderr while the dashboard owns the
// terminal: into the log, and the last lines into memory.
type stderrTail struct {
	lineWriter

	mu   sync.Mutex
	tail []string
}

func newStderrTail(log *slog.Logger) *stderrTail {
	t := &stderrTail{}
	t.line = func(text string) {
		log.Info("written to stderr", "text", text)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.tail = append(t.tail, text)
		if len(t.tail) > keptStderr {
			t.tail = t.tail[1:]
		}
	}
	return t
}

// last gives the last lines.
func (t *stderrTail) last() []string {
	t.flush()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tail
}
