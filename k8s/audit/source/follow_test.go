//go:build unix

package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const poll = 2 * time.Millisecond

// watched is a log that is followed, and what was given of it.
type watched struct {
	t    *testing.T
	path string
	mu   sync.Mutex
	got  bytes.Buffer
	end  error
	done chan struct{}
	stop func()
}

func watch(t *testing.T) *watched {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &watched{t: t, path: filepath.Join(t.TempDir(), "audit.log"), done: make(chan struct{})}
	w.stop = func() { cancel(); <-w.done }
	r := Follow(ctx, w.path, poll)
	go func() {
		defer close(w.done)
		defer r.Close()
		p := make([]byte, 1000)
		for {
			n, err := r.Read(p)
			w.mu.Lock()
			w.got.Write(p[:n])
			w.end = err
			w.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(w.stop)
	return w
}

func (w *watched) given() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got.String()
}

// wants waits until the log was given as far as it is wanted, and no further.
func (w *watched) wants(want string) {
	w.t.Helper()
	for range 1500 {
		if w.given() == want {
			break
		}
		time.Sleep(poll)
	}
	time.Sleep(5 * poll)
	if got := w.given(); got != want {
		w.t.Fatalf("given %d bytes, %.200q, want %d, %.200q", len(got), got, len(want), want)
	}
}

func (w *watched) append(text string) {
	w.t.Helper()
	f, err := os.OpenFile(w.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		w.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		w.t.Fatal(err)
	}
}

func TestFollowGivesWholeLines(t *testing.T) {
	w := watch(t)
	w.wants("") // waits for the file
	w.append("one\ntw")
	w.wants("one\n")
	w.append("o\n")
	w.wants("one\ntwo\n")
	w.append("thr")
	w.append("e")
	w.wants("one\ntwo\n")
	w.append("e\nfour\n")
	w.wants("one\ntwo\nthree\nfour\n")
	w.stop()
	if !errors.Is(w.end, context.Canceled) {
		t.Errorf("ends with %v", w.end)
	}
}

func TestFollowOverRotation(t *testing.T) {
	w := watch(t)
	w.append("one\n")
	w.wants("one\n")
	old, err := os.OpenFile(w.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := os.Rename(w.path, w.path+".1"); err != nil {
		t.Fatal(err)
	}
	_, _ = old.WriteString("two\nhalf")
	w.wants("one\ntwo\n")
	w.append("three\n")
	w.wants("one\ntwo\nhalf\nthree\n")
}

// A writer may finish a line after its file was renamed and the next one made.
func TestFollowLooksTwiceBeforeItLeaves(t *testing.T) {
	path := filepath.Join(tree(t, map[string]string{"audit.log": "one\n"}), "audit.log")
	f := Follow(t.Context(), path, time.Nanosecond).(*follower)
	defer f.Close()
	step := func() {
		t.Helper()
		if err := f.fetch(); err != nil {
			t.Fatal(err)
		}
	}
	step() // opens
	step() // reads
	old, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	_ = os.Rename(path, path+".1")
	_ = os.WriteFile(path, []byte("three\n"), 0o600)
	step() // sees the new file
	_, _ = old.WriteString("two\n")
	step()
	if got := string(f.ready); got != "two\n" {
		t.Errorf("%q", got)
	}
}

func TestFollowOverTruncation(t *testing.T) {
	w := watch(t)
	w.append("one\ntwo\nhalf")
	w.wants("one\ntwo\n")
	if err := os.Truncate(w.path, 0); err != nil {
		t.Fatal(err)
	}
	w.append("three\n")
	w.wants("one\ntwo\nhalf\nthree\n")
	// It is truncated and grows past the place between two looks.
	if err := os.WriteFile(w.path, []byte("4444444\n5555555\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.wants("one\ntwo\nhalf\nthree\n4444444\n5555555\n")
}

// A writer writes in pieces and rotates at random; each line is given once, in
// order, and nothing else.
func TestFollowLosesNothing(t *testing.T) {
	w := watch(t)
	r := rand.New(rand.NewPCG(3, 4))
	var want strings.Builder
	for i := range 400 {
		text := fmt.Sprintf("{\"n\":%d,\"x\":%q}\n", i, strings.Repeat("y", r.IntN(3000)))
		want.WriteString(text)
		cut := r.IntN(len(text))
		w.append(text[:cut])
		w.append(text[cut:])
		if r.IntN(50) == 0 {
			w.wants(want.String()) // of two rotations between two looks, a file is missed, as Follow says
			if err := os.Rename(w.path, fmt.Sprintf("%s.%d", w.path, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.wants(want.String())
}

func TestFollowHoldsLongLinesBackNoLongerThanItMay(t *testing.T) {
	f := &follower{}
	piece := bytes.Repeat([]byte("x"), maxHeld/4+1)
	given := 0
	for range 12 {
		f.got(piece)
		given += len(f.ready)
		f.ready = nil
		if len(f.held) > maxHeld {
			t.Fatalf("%d bytes are held", len(f.held))
		}
	}
	f.rest()
	if given += len(f.ready); given != 12*len(piece)+1 {
		t.Errorf("given %d bytes of %d", given, 12*len(piece)+1)
	}
}

func TestFollowRefusesWhatIsNoFile(t *testing.T) {
	for _, path := range []string{os.DevNull, t.TempDir()} {
		r := Follow(t.Context(), path, poll)
		var trouble Trouble
		if _, err := io.ReadAll(r); !errors.As(err, &trouble) || trouble.Fault != Device {
			t.Errorf("%s: %v", path, err)
		}
		_ = r.Close()
	}
}
