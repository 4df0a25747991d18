package ui

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/lines"
)

// logReading is a reading of audit logs under way.
type logReading struct {
	cancel    context.CancelFunc
	began     time.Time
	cancelled bool
	// told is how far the reader says that it is. It is asked now and then, as runs
	// are: a reader may tell it for every block.
	told  atomic.Pointer[AuditProgress]
	shown string // the line that is on the screen
}

func (r *logReading) progress() AuditProgress {
	if p := r.told.Load(); p != nil {
		return *p
	}
	return AuditProgress{}
}

// logsReadMsg says that a reading ended.
type logsReadMsg struct {
	of      *logReading
	summary AuditSummary
	err     error
}

// readingDueMsg says that it is time to look how far a reading is.
type readingDueMsg struct{ of *logReading }

// cannotReadLogs says why no audit log can be read now; "" if one can.
func (m *Root) cannotReadLogs() string {
	switch {
	case m.options.Audit == nil:
		return "no audit log can be read from here; timebound audit PATH reads them"
	case m.reading != nil:
		return "audit logs are being read; esc cancels that"
	}
	return ""
}

// readLogs begins to read audit logs. Whoever ends the dashboard ends it.
func (m *Root) readLogs(paths string) tea.Cmd {
	m.dirty = true
	if why := m.cannotReadLogs(); why != "" {
		m.notice = why
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	m.reading, m.logPaths = &logReading{cancel: cancel, began: m.clock()}, paths
	m.reading.shown = m.readingLine()
	return tea.Batch(readLogsCmd(ctx, m.options.Audit, paths, m.reading), m.after(pollEvery, readingDueMsg{m.reading}))
}

func readLogsCmd(ctx context.Context, reader AuditReader, paths string, r *logReading) tea.Cmd {
	return func() tea.Msg {
		defer r.cancel()
		summary, err := reader.Read(ctx, paths, func(p AuditProgress) { r.told.Store(&p) })
		return logsReadMsg{r, summary, err}
	}
}

// onReadingDue shows how far the reading is, if that is another line by now.
func (m *Root) onReadingDue(msg readingDueMsg) tea.Cmd {
	if m.reading == nil || m.reading != msg.of {
		return nil
	}
	if line := m.readingLine(); line != m.reading.shown {
		m.reading.shown, m.dirty = line, true
	}
	return m.after(pollEvery, msg)
}

// cancelReading ends the reading. It is over when the reader says so.
func (m *Root) cancelReading() tea.Cmd {
	m.reading.cancelled = true
	m.reading.cancel()
	return nil
}

// onLogsRead tells what came of a reading. What it read comes by the feed.
func (m *Root) onLogsRead(msg logsReadMsg) {
	if m.reading != msg.of {
		return
	}
	m.reading, m.dirty = nil, true
	switch {
	case msg.err != nil && msg.of.cancelled && errors.Is(msg.err, context.Canceled):
		m.notice = "the reading was cancelled: nothing of it is kept"
		return // what an earlier one lost is still lost
	case msg.err != nil:
		m.notice = "audit logs were not read: " + msg.err.Error() + "; 8 a asks again"
		m.logsWrong = []model.Problem{{What: "read audit logs", Why: msg.err.Error(), Remedy: "press a on page 8 to name others, or to try again"}}
	default:
		m.notice = readText(msg.summary)
		m.logsWrong = msg.summary.Problems
		if n := len(m.logsWrong); n > 0 {
			m.notice += "; ! tells what was lost"
		}
	}
	m.env.problems = len(m.problems()) > 0
}

// readText says what a reading brought.
func readText(s AuditSummary) string {
	text := "read " + lines.Count(s.Files, "file", "files") + ", " + sizeText(s.Bytes) + ": "
	if s.Uses == 0 {
		text += "no use of a long-lived token"
	} else {
		text += lines.Count(int(min(s.Uses, 1<<62)), "use", "uses") + " of " + lines.Count(s.Tokens, "token", "tokens") + " by " + lines.Count(s.Callers, "caller", "callers")
	}
	if !s.From.IsZero() && !s.Until.IsZero() {
		text += ", " + model.DayOf(s.From).String() + " to " + model.DayOf(s.Until).String()
	}
	if s.Gaps > 0 {
		text += "; " + lines.Count(s.Gaps, "gap", "gaps")
	}
	return text
}

// readingBadge tells in the header that audit logs are being read.
func (m *Root) readingBadge() string {
	if m.reading == nil {
		return ""
	}
	if p := m.reading.progress(); p.Size > 0 {
		return "logs " + strconv.FormatInt(percentRead(p), 10) + " %"
	}
	return "reading logs"
}

// percentRead is how much of the files was read. Less than all is never 100.
func percentRead(p AuditProgress) int64 {
	if p.Bytes >= p.Size {
		return 100
	}
	return min(int64(float64(max(p.Bytes, 0))/float64(p.Size)*100), 99)
}

// readingLine tells how far the reading is: files, bytes, speed, time left, what
// is lost, and how to end it; "" if nothing is being read.
func (m *Root) readingLine() string {
	r := m.reading
	if r == nil {
		return ""
	}
	if r.cancelled {
		return "cancelling the reading of audit logs"
	}
	p, parts := r.progress(), []string{"reading audit logs (8 esc cancels)"}
	if m.current == PageActivity {
		parts[0] = "reading audit logs (esc cancels)" // first: the end is cut where there is little room
	}
	if p.FilesOf > 0 {
		parts = append(parts, lines.Number(p.Files)+" of "+lines.Count(p.FilesOf, "file", "files"))
	}
	switch {
	case p.Size > 0:
		parts = append(parts, sizeText(p.Bytes)+" of "+sizeText(p.Size))
	case p.Bytes > 0:
		parts = append(parts, sizeText(p.Bytes))
	}
	if spent := m.clock().Sub(r.began).Seconds(); spent >= 1 && p.Bytes > 0 {
		rate := float64(p.Bytes) / spent
		parts = append(parts, sizeText(int64(rate))+"/s")
		if left := float64(p.Size-p.Bytes) / rate; p.Size > p.Bytes {
			text, _ := ageText(time.Duration(min(left, maxLeft.Seconds()) * float64(time.Second)))
			parts = append(parts, text+" left")
		}
	}
	if p.Lost > 0 {
		parts = append(parts, lines.Count(int(min(p.Lost, 1<<62)), "line", "lines")+" lost")
	}
	return strings.Join(parts, "   ")
}

// maxLeft is the longest time left that is told.
const maxLeft = 30 * 24 * time.Hour

// sizeText tells a number of bytes in its largest unit: "1.2 GB".
func sizeText(n int64) string {
	units := [...]string{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"}
	f, u := float64(max(n, 0)), 0
	for f >= 999.5 && u < len(units)-1 {
		f, u = f/1000, u+1
	}
	if u > 0 && f < 9.95 {
		return strconv.FormatFloat(f, 'f', 1, 64) + " " + units[u]
	}
	return strconv.FormatFloat(f, 'f', 0, 64) + " " + units[u]
}
