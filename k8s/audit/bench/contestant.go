package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// contestant reads a log in its way.
type contestant struct {
	name  string
	slow  bool     // runs twice at most
	needs []string // programs
	// read reads the log once. found is how many requests with legacy or stale
	// tokens it found; of one that does not look for them, unknown.
	read func(ctx context.Context) (took time.Duration, found int64, err error)
}

// unknown is the number of requests that cat found.
const unknown = -1

// selects is what jq is told: the lines that tell of legacy or stale tokens. It
// prints no more than is needed to count requests once.
const selects = `select(.annotations["authentication.k8s.io/legacy-token"] or .annotations["authentication.k8s.io/stale-token"]) | .auditID`

// filters are the words by which grep and ripgrep find candidates.
const filters = `-e legacy-token -e stale-token`

// shell runs a command line; file stands for the log. Its output is one audit id
// a line, or, if counts is false, thrown away.
func shell(name, line, file string, counts bool) contestant {
	c := contestant{name: name}
	for _, program := range []string{"jq", "grep", "rg", "zcat", "zstd", "cat"} {
		for part := range strings.SplitSeq(line, "|") {
			if words := strings.Fields(part); len(words) > 0 && words[0] == program {
				c.needs = append(c.needs, program)
			}
		}
	}
	c.slow = strings.HasPrefix(line, "jq")
	c.read = func(ctx context.Context) (time.Duration, int64, error) {
		cmd := exec.CommandContext(ctx, "sh", "-c", line)
		cmd.Env = append(os.Environ(), "FILE="+file, "SELECTS="+selects)
		if !counts {
			took, err := timed(cmd, nil)
			return took, unknown, err
		}
		ids := map[string]bool{}
		took, err := timed(cmd, func(r io.Reader) error {
			lines := bufio.NewScanner(r)
			for lines.Scan() {
				ids[lines.Text()] = true
			}
			return lines.Err()
		})
		return took, int64(len(ids)), err
	}
	return c
}

// reads is the program that is measured, with so many workers; 0 is its
// default.
func (s *stage) reads(name string, l log, file string, workers int) contestant {
	return contestant{name: name, read: func(ctx context.Context) (time.Duration, int64, error) {
		var out bytes.Buffer
		cmd := exec.CommandContext(ctx, s.product, s.arguments(file, workers)...)
		took, err := timed(cmd, func(r io.Reader) error { _, err := out.ReadFrom(r); return err })
		if err != nil {
			return 0, 0, err
		}
		found, err := check(out.Bytes(), l.truth)
		return took, found, err
	}}
}

func (s *stage) arguments(file string, workers int) []string {
	args := []string{"audit", "-o", "json", file}
	if workers > 0 {
		args = append(args, fmt.Sprintf("--workers=%d", workers))
	}
	return args
}

// timed runs a program and gives the time until it ended. take gets its output.
func timed(cmd *exec.Cmd, take func(io.Reader) error) (time.Duration, error) {
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	var output io.Reader
	if take != nil {
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			return 0, err
		}
		output = pipe
	}
	began := time.Now()
	err := cmd.Start()
	if err != nil {
		return 0, err
	}
	var taken error
	if take != nil {
		taken = take(output)
	}
	err = cmd.Wait()
	took := time.Since(began)
	if err := errors.Join(err, taken); err != nil {
		return 0, fmt.Errorf("%s: %w\n%.1000s", strings.Join(cmd.Args, " "), err, complaints.Bytes())
	}
	return took, nil
}

// missing names a program that the contestant needs and that is not installed.
func (c contestant) missing() string {
	for _, program := range c.needs {
		if !installed(program) {
			return program
		}
	}
	return ""
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
