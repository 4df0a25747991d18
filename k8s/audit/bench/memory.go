package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"timebound/k8s/audit/auditlog"
)

// memoryOfUsual measures what the product holds while it reads each form of the
// usual log.
func (s *stage) memoryOfUsual(ctx context.Context, t *table) (bool, error) {
	met := true
	files := []string{s.usual.path, s.legacy.path}
	for _, suffix := range []string{".gz", ".zst"} {
		if file := s.packed[suffix]; file != "" {
			files = append(files, file)
		}
	}
	for _, file := range files {
		peak, err := s.peak(ctx, nil, io.Discard, s.arguments(file, 0)...)
		if err != nil {
			return false, err
		}
		met = t.peak("memory: "+filepath.Base(file), peak, 64<<20) && met
	}
	return met, nil
}

// memoryOfMany pipes a log of 10,000 tokens with millions of distinct callers
// through the product. Such a log takes several GB and is not worth a file.
func (s *stage) memoryOfMany(ctx context.Context, t *table) (bool, error) {
	const tokens = 10_000
	note("piping %d requests of as many callers", s.options.callers)
	from, to, err := os.Pipe()
	if err != nil {
		return false, err
	}
	written := make(chan error, 1)
	var truth auditlog.Truth
	go func() {
		var err error
		truth, err = auditlog.Write(to, auditlog.Options{
			Requests: s.options.callers, Tokens: tokens, Callers: s.options.callers, Shares: auditlog.OnlyLegacy(), MetadataOnly: true,
		})
		written <- errors.Join(err, to.Close())
	}()
	var out bytes.Buffer
	peak, err := s.peak(ctx, from, &out, s.arguments("-", 0)...)
	_ = from.Close() // lets the writer end, whatever happened
	if err := errors.Join(err, <-written); err != nil {
		return false, err
	}
	met := t.peak(fmt.Sprintf("memory: %d tokens, %d callers", tokens, s.options.callers), peak, 128<<20)
	if _, err := check(out.Bytes(), truth); err != nil {
		note("%v", err)
		return false, nil
	}
	return met, nil
}

// peak runs the product and gives the most memory that it held.
func (s *stage) peak(ctx context.Context, stdin *os.File, stdout io.Writer, args ...string) (int64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	from, to, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer func() { _ = from.Close() }() // read to its end
	cmd := exec.CommandContext(ctx, self, append([]string{launchWord, s.product}, args...)...)
	if stdin != nil {
		cmd.Stdin = stdin
	}
	var complaints strings.Builder
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = stdout, &complaints, []*os.File{to}
	err = cmd.Run()
	_ = to.Close() // so that reading ends
	if err != nil {
		return 0, fmt.Errorf("timebound %s: %w\n%.1000s", strings.Join(args, " "), err, complaints.String())
	}
	text, err := io.ReadAll(from)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(text), 10, 64)
}
