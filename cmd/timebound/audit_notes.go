package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"timebound/model"
)

// writeAuditNotes tells on stderr what does not belong into the data: what was
// covered, what was lost. It says whether something is missing.
func writeAuditNotes(w io.Writer, got *auditRead, d auditDocument, o *auditOptions) (missing bool) {
	note := func(word, text string) { fmt.Fprintf(w, "timebound: %s: %s\n", word, model.Printable(text)) }
	for _, t := range got.troubles {
		if t.Hides() {
			note("warning", t.Error())
		} else {
			note("note", t.Error())
		}
	}
	for _, t := range got.report.Troubles {
		note("warning", fmt.Sprintf("%s: %v", t.Source, t.Err))
	}
	missing = got.hides()
	for _, r := range d.Doubts {
		if r.Code == string(model.CodeAuditServers) {
			note("note", r.Text) // no log could say otherwise
			continue
		}
		note("warning", r.Text)
		missing = true
	}
	if n := got.report.Unchecked; n > 0 {
		note("warning", fmt.Sprintf("%d requests were not looked at for repeats, to bound the memory; if logs overlap, they may count twice", n))
	}
	if !o.choice.all() && len(o.choice.tokens) > 0 && len(got.sum.Usage().Accounts) > 0 {
		note("note", "some API servers before 1.29 name the account alone: ask for it with --account as well")
	}
	if o.output == "table" || o.output == "wide" {
		for _, server := range d.Covered {
			for _, s := range server.Spans {
				note("covered", spanText(s)+" of "+orElse(server.Server, "a server that the log does not name"))
			}
		}
		fmt.Fprintln(w, auditTotals(got, d))
	}
	return missing
}

// auditTotals sums up in one line.
func auditTotals(got *auditRead, d auditDocument) string {
	requests, callers := uint64(0), 0
	for _, list := range [][]auditUse{d.Tokens, d.Accounts} {
		for _, u := range list {
			requests, callers = requests+u.Requests, callers+len(u.Callers)
		}
	}
	lines := uint64(0)
	for _, src := range got.sum.Sources {
		lines += src.Lines
	}
	read := counted(lines, "line", "lines") + " of " + counted(got.files, "file", "files")
	if len(d.Tokens)+len(d.Accounts) == 0 {
		return read + ": no long-lived token was presented"
	}
	return fmt.Sprintf("%s: %s with long-lived tokens, by %s", read, counted(requests, "request", "requests"), counted(callers, "caller", "callers"))
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func counted[N int | uint64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// auditMeter shows how the reading of logs goes, on one line that rewrites itself.
// Where there is no terminal it shows nothing.
type auditMeter struct {
	out   io.Writer // nil: silent
	began time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

func newAuditMeter(w io.Writer) *auditMeter {
	m := &auditMeter{began: time.Now()}
	if isTerminal(w) && os.Getenv("TERM") != "dumb" {
		m.out = w
	}
	return m
}

// show tells of bytes read, of a total that is 0 if it is not known.
func (m *auditMeter) show(read, total int64) {
	if m.out == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if now.Sub(m.last) < meterEvery {
		return
	}
	m.last, m.shown = now, true
	took := now.Sub(m.began).Seconds()
	line := fmt.Sprintf("reading: %s, %s/s", bytesText(read), bytesText(int64(float64(read)/max(took, 0.001))))
	if total > read && read > 0 {
		left := time.Duration(took / float64(read) * float64(total-read) * float64(time.Second))
		line = fmt.Sprintf("reading: %d %% of %s, %s/s, %s left", read*100/total, bytesText(total), bytesText(int64(float64(read)/max(took, 0.001))), left.Round(time.Second))
	}
	fmt.Fprintf(m.out, "\r\x1b[K%s", line)
}

func (m *auditMeter) clear() {
	if m.shown {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}

// bytesText gives a size in the unit that people read best.
func bytesText(n int64) string {
	const unit = 1000
	size, units := float64(n), []string{"B", "kB", "MB", "GB", "TB"}
	for size >= unit && len(units) > 1 {
		size, units = size/unit, units[1:]
	}
	if units[0] == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[0])
}
