package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"timebound/model"
)

// meter shows how the reading goes, on one line that rewrites itself. Where
// there is no terminal it shows nothing.
type meter struct {
	out io.Writer // nil: silent

	mu    sync.Mutex
	kinds []model.Progress
	last  time.Time
	shown bool
}

// meterEvery is how often the line is drawn.
const meterEvery = 100 * time.Millisecond

func newMeter(w io.Writer) *meter {
	m := &meter{}
	if isTerminal(w) && os.Getenv("TERM") != "dumb" {
		m.out = w
	}
	return m
}

// show takes a step of progress in. It may be called from several goroutines.
func (m *meter) show(p model.Progress) {
	if m.out == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.take(p)
	if now := time.Now(); now.Sub(m.last) >= meterEvery {
		m.last, m.shown = now, true
		fmt.Fprintf(m.out, "\r\x1b[K%s", m.line())
	}
}

func (m *meter) take(p model.Progress) {
	for i := range m.kinds {
		if m.kinds[i].Kind == p.Kind {
			m.kinds[i] = p
			return
		}
	}
	m.kinds = append(m.kinds, p)
}

// line names what is still being read, with counts, in less than 80 cells.
func (m *meter) line() string {
	done, total := 0, 0
	var busy []string
	for _, p := range m.kinds {
		total += p.Count
		switch {
		case p.Done:
			done++
		case p.Total > 0:
			busy = append(busy, fmt.Sprintf("%s %d/%d", p.Kind, p.Count, p.Total))
		case p.Count > 0:
			busy = append(busy, fmt.Sprintf("%s %d", p.Kind, p.Count))
		}
	}
	line := fmt.Sprintf("reading: %d objects, %d of %d kinds done", total, done, len(m.kinds))
	if rest := strings.Join(busy, ", "); rest != "" && len(line)+len(rest) < 76 {
		line += "; " + rest
	}
	return line
}

// clear takes the line away.
func (m *meter) clear() {
	if m.out == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shown {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}
