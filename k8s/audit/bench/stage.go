package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"timebound/k8s/audit/auditlog"
)

// stage holds the logs and the program that is measured.
type stage struct {
	options options
	dir     string
	product string

	usual, legacy log
	packed        map[string]string // by suffix, the usual log packed
}

// log is a log and what is in it.
type log struct {
	path  string
	truth auditlog.Truth
}

func openStage(ctx context.Context, o options) (_ *stage, err error) {
	s := &stage{options: o, packed: map[string]string{}}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.dir, err = os.MkdirTemp(o.dir, "timebound-audit-bench-"); err != nil {
		return nil, err
	}
	if s.product, err = s.build(ctx); err != nil {
		return nil, err
	}
	note("making a log of %d MB, one as large in which every line is legacy, and packing the first", o.size>>20)
	if s.usual, err = s.make("usual.log", auditlog.Options{Size: o.size}); err != nil {
		return nil, err
	}
	if s.legacy, err = s.make("legacy.log", auditlog.Options{Size: o.size, Shares: auditlog.OnlyLegacy()}); err != nil {
		return nil, err
	}
	for suffix, command := range map[string]string{".gz": "gzip -6", ".zst": "zstd -q -3"} {
		if err := s.pack(ctx, suffix, command); err != nil {
			return nil, err
		}
	}
	fmt.Printf("%d MB, %d lines of %d bytes on average, %d requests with legacy tokens; %d processors, %s\n\n",
		s.usual.truth.Bytes>>20, s.usual.truth.Lines, s.usual.truth.Bytes/int64(s.usual.truth.Lines), total(s.usual.truth), runtime.NumCPU(), runtime.Version())
	return s, nil
}

func (s *stage) close() { _ = os.RemoveAll(s.dir) } // a leftover in the temporary folder harms nobody

// build makes the program as a release is made.
func (s *stage) build(ctx context.Context) (string, error) {
	if s.options.timebound != "" {
		return filepath.Abs(s.options.timebound)
	}
	note("building timebound")
	path := filepath.Join(s.dir, "timebound")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "timebound/cmd/timebound")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build timebound: %w\n%s", err, out)
	}
	return path, nil
}

// make writes a log to the disk, so that nothing is left to write while others
// read.
func (s *stage) make(name string, o auditlog.Options) (log, error) {
	path := filepath.Join(s.dir, name)
	file, err := os.Create(path)
	if err != nil {
		return log{}, err
	}
	defer func() { _ = file.Close() }() // what matters is closed below
	buffered := bufio.NewWriterSize(file, 1<<20)
	truth, err := auditlog.Write(buffered, o)
	if err != nil {
		return log{}, err
	}
	if err := buffered.Flush(); err != nil {
		return log{}, err
	}
	if err := file.Sync(); err != nil {
		return log{}, err
	}
	return log{path, truth}, file.Close()
}

func (s *stage) pack(ctx context.Context, suffix, command string) error {
	words := strings.Fields(command)
	if !installed(words[0]) {
		note("%s is not installed: what needs it is left out", words[0])
		return nil
	}
	to, err := os.Create(s.usual.path + suffix)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], "-c", s.usual.path)...)
	cmd.Stdout, cmd.Stderr = to, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	if err := to.Sync(); err != nil {
		return err
	}
	s.packed[suffix] = to.Name()
	return to.Close()
}

// total counts the requests that everybody must find: those with a legacy or a
// stale token.
func total(truth auditlog.Truth) uint64 {
	var n uint64
	for _, use := range truth.Legacy {
		n += use.Requests
	}
	for _, use := range truth.Stale {
		n += use.Requests
	}
	return n
}
