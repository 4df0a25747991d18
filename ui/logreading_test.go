package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
)

// fakeLogs reads what a test tells it to. Each reading waits until the test ends
// it, or the dashboard does.
type fakeLogs struct {
	waits  chan struct{}
	result chan tea.Msg // of the reading under way
	asked  []string
	tell   func(AuditProgress)
	ends   chan logsEnd
}

type logsEnd struct {
	summary AuditSummary
	err     error
}

func (f *fakeLogs) busy() chan struct{} {
	if f == nil {
		return nil
	}
	return f.waits
}

func (f *fakeLogs) Read(ctx context.Context, paths string, progress func(AuditProgress)) (AuditSummary, error) {
	f.asked, f.tell = append(f.asked, paths), progress
	f.waits <- struct{}{}
	select {
	case end := <-f.ends:
		return end.summary, end.err
	case <-ctx.Done():
		return AuditSummary{}, fmt.Errorf("read audit logs: %w", ctx.Err())
	}
}

// loadWithLogs drives with a reader of audit logs, on a page.
func loadWithLogs(t *testing.T, page string, change ...func(*Options)) *driver {
	t.Helper()
	logs := &fakeLogs{waits: make(chan struct{}), ends: make(chan logsEnd, 1)}
	d := drive(t, 120, 30, append(change, func(o *Options) { o.Audit = logs })...)
	d.logs = logs
	d.push(sample.Snapshot())
	d.press(page)
	return d
}

func (d *driver) end(e logsEnd) {
	d.t.Helper()
	d.logs.ends <- e
	d.over()
}

// over waits until the reading under way has ended.
func (d *driver) over() {
	d.t.Helper()
	select {
	case msg := <-d.logs.result:
		d.send(msg)
	case <-time.After(20 * time.Second):
		d.t.Fatal("the reading does not end")
	}
}

var readWell = logsEnd{summary: AuditSummary{
	Files: 3, Bytes: 1_204_000_000, Uses: 12_210, Tokens: 14, Callers: 40, Gaps: 2,
	From: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
}}

func TestAuditLogsAreReadOnRequest(t *testing.T) {
	d := loadWithLogs(t, "8")
	d.sees("a read audit logs")
	d.press("a")
	d.sees("Read which audit logs?")
	d.press("enter")
	d.sees("name a file, a folder or a pattern")
	d.write("~/logs/*.gz cp-2.log")
	d.press("enter")
	if got := d.logs.asked; len(got) != 1 || got[0] != "~/logs/*.gz cp-2.log" {
		t.Fatalf("asked for %q", got)
	}
	d.sees("reading audit logs", "esc cancels")
	d.now = d.now.Add(4 * time.Second)
	d.logs.tell(AuditProgress{Files: 1, FilesOf: 3, Bytes: 800_000_000, Size: 1_204_000_000, Lost: 3})
	d.press("2") // on every page, at the latest when it is looked at next
	d.pass()
	d.sees("logs 66 %")
	d.sees("reading audit logs (8 esc cancels)   1 of 3 files   800 MB of 1.2 GB   200 MB/s   2s left   3 lines lost")
	d.end(readWell)
	d.sees("read 3 files, 1.2 GB: 12,210 uses of 14 tokens by 40 callers, 2026-08-01 to 2026-11-22; 2 gaps")
	d.misses("logs 66 %")
	d.push(sample.UsedSnapshot())
	d.sees("curl 8.5.0 +3")
}

func TestOneReadingAtATime(t *testing.T) {
	d := loadWithLogs(t, "8")
	d.press("a")
	d.write("x")
	d.press("enter", "a")
	d.sees("audit logs are being read; esc cancels that")
	d.end(readWell)
	if len(d.logs.asked) != 1 {
		t.Errorf("asked for %q", d.logs.asked)
	}
}

func TestEscCancelsAReadingAndNothingElse(t *testing.T) {
	d := loadWithLogs(t, "2")
	d.press("8", "a")
	d.write("x")
	d.press("enter", "esc")
	if d.root.current != PageActivity {
		t.Error("esc left the page")
	}
	d.over()
	d.sees("the reading was cancelled: nothing of it is kept")
	if d.root.reading != nil || len(d.root.problems()) > 0 {
		t.Error("a cancelled reading leaves something")
	}
}

// What failed is told with what to do, stays among the problems, and can be
// tried again with what was typed.
func TestAReadingThatFailsSaysWhatToDo(t *testing.T) {
	d := loadWithLogs(t, "8")
	d.press("a")
	d.write("/var/log/none")
	d.press("enter")
	d.end(logsEnd{err: errors.New("open /var/log/none: no such file; name one that is there")})
	d.sees("audit logs were not read: open /var/log/none: no such file; name one that is there; 8 a asks again")
	d.press("!")
	d.sees("cannot read audit logs")
	d.sees("press a on page 8")
	d.press("esc", "a")
	d.sees("> /var/log/none")
	d.press("enter")
	d.end(logsEnd{summary: AuditSummary{Files: 1, Problems: []model.Problem{{What: "3 lines of cp-1.log could not be used", Why: "cut off after 256 kB", Remedy: "read the log at its source"}}}})
	d.sees("read 1 file, 0 bytes: no use of a long-lived token; ! tells what was lost")
	d.press("!")
	d.sees("3 lines of cp-1.log could not be used")
	d.misses("cannot read audit logs")
}

func TestLogsNamedAtTheStartAreReadByThemselves(t *testing.T) {
	logs := &fakeLogs{waits: make(chan struct{}), ends: make(chan logsEnd, 1)}
	m := New(Options{Feed: newFakeFeed(), Policy: func() model.Policy { return model.DefaultPolicy(sample.Now) }, Audit: logs, AuditPaths: "/var/log/audit"})
	defer m.Close()
	done := make(chan tea.Msg, 1)
	for _, cmd := range m.Init()().(tea.BatchMsg) {
		go func() {
			msg := cmd()
			if batch, ok := msg.(tea.BatchMsg); ok { // the reading, and when to look at it
				done <- batch[0]()
			}
		}()
	}
	<-logs.waits
	if logs.asked[0] != "/var/log/audit" {
		t.Errorf("asked for %q", logs.asked)
	}
	m.resize(120, 30)
	if !strings.Contains(m.View().Content, "reading audit logs") {
		t.Error("it is not shown")
	}
	m.quit()
	m.Update(<-done) // leaving ends it
	if m.reading != nil {
		t.Error("the reading goes on")
	}
}

func TestWithoutAReaderTheReasonIsTold(t *testing.T) {
	d := load(t, 120, 30, "8", func(o *Options) { o.AuditPaths = "x" })
	d.press("a")
	d.sees("no audit log can be read from here; timebound audit PATH reads them")
	if d.root.reading != nil {
		t.Error("something is read")
	}
}

func TestSizesAreToldInTheirLargestUnit(t *testing.T) {
	for n, want := range map[int64]string{-1: "0 bytes", 0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 9_949_999: "9.9 MB", 9_950_000: "10 MB", 999_600_000: "1.0 GB", 1 << 62: "4.6 EB"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestTheLineOfAReadingAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		d := loadWithLogs(t, "8", func(o *Options) { o.ASCII = size[0] == 80 })
		resize(d, size[0], size[1])
		d.press("a")
		golden.Require(t, fmt.Sprintf("logs-asked-%dx%d", size[0], size[1]), strings.Join(d.lines(), "\n"))
		d.write("audit.log")
		d.press("enter")
		d.now = d.now.Add(5 * time.Second)
		d.logs.tell(AuditProgress{Files: 11, FilesOf: 24, Bytes: 2_300_000_000, Size: 9_800_000_000, Lost: 1})
		d.pass()
		golden.Require(t, fmt.Sprintf("logs-reading-%dx%d", size[0], size[1]), strings.Join(d.lines(), "\n"))
		d.end(readWell)
	}
}
