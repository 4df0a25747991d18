package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// figure is one run of one contender.
type figure struct {
	wall time.Duration
	peak int64 // bytes of memory; 0 if not measured
	size int64 // bytes read; 0 if not measured
}

// results are the medians.
type results struct {
	kubectl, timebound figure
	raw, rawFull       figure
}

// measure lets the contenders run in turn, so that whatever else the machine
// does meets all of them.
func (c *contest) measure(ctx context.Context, rounds, quick int) (results, error) {
	var kubectl, timebound, raw, rawFull []figure
	take := func(into *[]figure, run func() (figure, error)) error {
		r, err := run()
		*into = append(*into, r)
		return err
	}
	for round := range rounds {
		note("round %d of %d", round+1, rounds)
		if err := take(&kubectl, func() (figure, error) { return program(c.get(ctx)) }); err != nil {
			return results{}, err
		}
		for range quick {
			for _, step := range []struct {
				into *[]figure
				run  func() (figure, error)
			}{
				{&raw, func() (figure, error) { return c.raw.read(ctx, false) }},
				{&timebound, func() (figure, error) { return program(c.scan(ctx, "-o", "json")) }},
				{&rawFull, func() (figure, error) { return c.raw.read(ctx, true) }},
			} {
				if err := take(step.into, step.run); err != nil {
					return results{}, err
				}
			}
		}
	}
	return results{median(kubectl), median(timebound), median(raw), median(rawFull)}, nil
}

// program runs a command with its output thrown away.
func program(cmd *exec.Cmd) (figure, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if err != nil {
		return figure{}, fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return figure{}, fmt.Errorf("%s: this system does not tell its peak memory", cmd)
	}
	peak := usage.Maxrss
	if runtime.GOOS == "linux" {
		peak <<= 10 // kilobytes there, bytes on macOS
	}
	return figure{wall: wall, peak: peak}, nil
}

// median gives the middle of each figure by itself.
func median(runs []figure) figure {
	middle := func(of func(figure) int64) int64 {
		values := make([]int64, len(runs))
		for i, r := range runs {
			values[i] = of(r)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return figure{
		wall: time.Duration(middle(func(r figure) int64 { return int64(r.wall) })),
		peak: middle(func(r figure) int64 { return r.peak }),
		size: middle(func(r figure) int64 { return r.size }),
	}
}
