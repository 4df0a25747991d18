package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestManyGoroutinesAppend(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	const workers, each = 16, 60
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				item := fmt.Sprintf("%d/%d", w, i)
				if err := j.Append(rec("intent", item), rec("sent", item)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	// Somebody reads all the while.
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
			if runs, err := s.Runs(); err != nil || runs[0].Problem != "" {
				t.Fatal(runs, err)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	log, err := s.Read("r1")
	if err != nil {
		t.Fatal(err)
	}
	next := map[int]int{}
	for i := 1; i < len(log.Records); i += 2 {
		a, b := log.Records[i], log.Records[i+1]
		var w, n int
		if _, err := fmt.Sscanf(a.Item, "%d/%d", &w, &n); err != nil || a.Item != b.Item || a.Type != "intent" || b.Type != "sent" || n != next[w] {
			t.Fatalf("records %d: %+v %+v", i, a, b)
		}
		next[w]++
	}
	if len(log.Records) != 1+2*workers*each {
		t.Errorf("%d records", len(log.Records))
	}
}

// faulty is a file of which some calls fail.
type faulty struct {
	recordFile
	short      int   // bytes that the next write takes; -1 for all
	writing    error // of the next write
	syncing    error // of every sync
	truncating error
	syncs      atomic.Int64
	cut        bool
}

func (f *faulty) Write(b []byte) (int, error) {
	if f.short >= 0 {
		n, err := f.recordFile.Write(b[:min(f.short, len(b))])
		f.short = -1
		return n, errors.Join(err, f.writing)
	}
	return f.recordFile.Write(b)
}

func (f *faulty) Sync() error {
	f.syncs.Add(1)
	if f.syncing != nil {
		return f.syncing
	}
	return f.recordFile.Sync()
}

func (f *faulty) Truncate(size int64) error {
	f.cut = true
	if f.truncating != nil {
		return f.truncating
	}
	return f.recordFile.Truncate(size)
}

func TestAfterAFailedSyncTheJournalIsDead(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	bad := &faulty{recordFile: j.records, short: -1, syncing: syscall.EIO}
	j.records = bad
	first := j.Append(rec("x", "1"))
	if !errors.Is(first, syscall.EIO) {
		t.Fatal(first)
	}
	bad.syncing = nil // the system says yes the next time: it must not be asked
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := j.Append(rec("x", "2")); err == nil || err.Error() != first.Error() {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := j.End(nil); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	if n := bad.syncs.Load(); n != 1 {
		t.Errorf("%d syncs", n)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	// What was refused may be there or not; the run goes on after it.
	if j, err := s.Continue("r1"); err != nil {
		t.Error(err)
	} else {
		j.Close()
	}
}

func TestAfterAShortWriteTheTailIsCut(t *testing.T) {
	for _, truncating := range []error{nil, syscall.EIO} {
		for _, short := range []int{0, 1, 50, 250} {
			s := openStore(t)
			j := begin1(t, s, "r1")
			appendAll(t, j, rec("x", "1"))
			bad := &faulty{recordFile: j.records, short: short, writing: syscall.ENOSPC, truncating: truncating}
			j.records = bad
			if err := j.Append(rec("x", "2"), rec("x", "3")); !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			if !bad.cut {
				t.Error("not cut")
			}
			if err := j.Append(rec("x", "4")); !errors.Is(err, syscall.ENOSPC) {
				t.Error(err)
			}
			j.Close()
			log, err := s.Read("r1")
			// Only whole lines of what was refused may stand where cutting failed.
			if err != nil || len(log.Records) != 2 && (truncating == nil || short < 200) {
				t.Errorf("%+v %v", log, err)
			}
			if truncating == nil && log.Torn != nil {
				t.Errorf("torn %q", log.Torn)
			}
		}
	}
}

func TestAWriteThatLiesIsNoticed(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	j.records = &faulty{recordFile: j.records, short: 10}
	if err := j.Append(rec("x", "1")); err == nil {
		t.Error("fewer bytes, no error")
	}
}

func TestClosingWhileOthersAppend(t *testing.T) {
	s := openStore(t)
	j := begin1(t, s, "r1")
	var wg sync.WaitGroup
	var good atomic.Int64
	for range 8 {
		wg.Go(func() {
			for j.Append(rec("x", "1")) == nil {
				good.Add(1)
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	log, err := s.Read("r1")
	if err != nil || int64(len(log.Records)) < 1+good.Load() {
		t.Errorf("%d records, %d said to be there: %v", len(log.Records), good.Load(), err)
	}
}

func TestTheLockIsNeeded(t *testing.T) {
	s := storeAt(t, filepath.Join(t.TempDir(), "state"))
	if _, err := s.Begin("r1", nil); err == nil {
		t.Error("begin")
	}
	l, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	begin1(t, s, "r1").Close()
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Continue("r1"); err == nil {
		t.Error("continue")
	}
}

func TestTheLockTellsWhoHoldsIt(t *testing.T) {
	root := filepath.Join(t.TempDir(), "state")
	a, b := storeAt(t, root), storeAt(t, root)
	l, err := a.Lock()
	if err != nil {
		t.Fatal(err)
	}
	begin1(t, a, "r1")
	var locked *LockedError
	if _, err := b.Lock(); !errors.As(err, &locked) {
		t.Fatal(err)
	}
	if h := locked.Holder; h.PID != syscall.Getpid() || h.Run != "r1" || h.User == "" || h.Since.IsZero() {
		t.Errorf("%+v", h)
	}
	if _, err := a.Lock(); !errors.As(err, &locked) {
		t.Errorf("twice: %v", err)
	}
	l.Unlock()
	l2, err := b.Lock()
	if err != nil {
		t.Fatal(err)
	}
	l2.Unlock()
}
