//go:build unix

package source

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// What breaks off is read up to there, and the error says what to do.
func TestCompressedDataThatBreaksOff(t *testing.T) {
	text := strings.Repeat(line, 20_000)
	for name, packed := range map[string]string{"gzip": gz(text), "zstd": zst(t, text)} {
		cut := packed[:len(packed)-len(packed)/4]
		dir := tree(t, map[string]string{"audit.log": cut, "whole.log": line})
		streams, _, err := Find([]string{dir}, nil)
		if err != nil || len(streams) != 2 {
			t.Fatalf("%s: %v, %v", name, streams, err)
		}
		r, err := streams[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "audit.log") || !strings.Contains(err.Error(), "copy the file again") {
			t.Errorf("%s: %v", name, err)
		}
		if len(b) == 0 || !strings.HasPrefix(text, string(b)) {
			t.Errorf("%s: %d bytes before the break", name, len(b))
		}
		_ = r.Close()
	}
}

func TestGarbageAfterGzip(t *testing.T) {
	path := filepath.Join(tree(t, map[string]string{"x": gz(strings.Repeat(line, 2000)) + "garbage"}), "x")
	streams, _, err := Find([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := streams[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := io.Copy(io.Discard, r); err == nil || n != int64(2000*len(line)) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// A file may claim that it needs gigabytes.
func TestZstdWindowIsBounded(t *testing.T) {
	// Magic number, a frame without content size, its window, and a block
	// (facebook/zstd doc/zstd_compression_format.md).
	for name, window := range map[string]string{"256 MiB": "\x90", "2 GiB": "\xa8"} {
		frame := "\x28\xb5\x2f\xfd\x00" + window + "\x01\x00\x00"
		path := filepath.Join(tree(t, map[string]string{"x": frame}), "x")
		_, troubles, err := Find([]string{path}, nil)
		if err == nil || len(troubles) != 1 || troubles[0].Fault != Unreadable || !strings.Contains(troubles[0].Error(), "128 MiB") {
			t.Errorf("%s: %v, %v", name, troubles, err)
		}
	}
	allowed := zst(t, strings.Repeat(line, 10), zstd.WithWindowSize(maxWindow))
	if _, troubles, err := Find([]string{filepath.Join(tree(t, map[string]string{"x": allowed}), "x")}, nil); err != nil {
		t.Errorf("a window of 128 MiB: %v, %v", troubles, err)
	}
}

// zeros is as many of them.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	clear(p[:n])
	z.left -= n
	return n, nil
}

// A bomb is a long file and nothing else: its size does not matter.
func TestBombsTakeLittleMemory(t *testing.T) {
	const size = 64 << 20
	dir := t.TempDir()
	for name, open := range map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzipWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	} {
		path := filepath.Join(dir, name)
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := open(file)
		_, _ = io.Copy(w, &zeros{size})
		_ = w.Close()
		_ = file.Close()
		debug.FreeOSMemory()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		streams, _, err := Find([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := streams[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		_ = r.Close()
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; n != size || err != nil || got > 48<<20 {
			t.Errorf("%s: %d bytes, %v, allocated %d MiB", name, n, err, got>>20)
		}
	}
}

func TestFilesThatChangeBetweenLookAndOpen(t *testing.T) {
	dir := tree(t, map[string]string{"audit.log": "[\n" + line + "]"})
	path := filepath.Join(dir, "audit.log")
	streams, _, err := Find([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Rename(path, path+".1")
	if _, err := streams[0].Open(); err == nil || !strings.Contains(err.Error(), "is not there") {
		t.Errorf("gone: %v", err)
	}
	_ = os.WriteFile(path, []byte(gz(line)), 0o600)
	if got := content(t, streams[0]); got != line {
		t.Errorf("compressed since: %q", got)
	}
}

// Somebody types, or a program writes now and then: what has come is looked at.
func TestPipesAreNotWaitedFor(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, _ = w.WriteString(line)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if streams, _, err := Find([]string{"-", "-"}, r); err != nil || len(streams) != 1 {
			t.Errorf("%v, %v", streams, err)
		}
	}()
	<-ctx.Done() // the test's own time limit tells
	_ = w.Close()
}
