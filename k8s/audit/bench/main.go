// Command bench compares the reader of audit logs with what people use in its
// place (jq, grep, ripgrep, encoding/json), and with what no reader can beat
// (cat, zstd), on a log that package auditlog makes. It prints the ratios of one
// run and says whether the project's bars are met, and whether all came to the
// same result. What counts are the ratios: seconds differ from machine to machine.
//
// It runs the product as a program, as its users do, and must not know how it
// reads.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

// options are the flags.
type options struct {
	size      int64
	turns     int
	dir       string
	timebound string
	callers   int
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == launchWord {
		os.Exit(launch(os.Args[2:]))
	}
	o := options{size: 1 << 30}
	flag.Func("size", "size of the log, such as 1GB or 200MB (default 1GB)", func(text string) (err error) {
		o.size, err = parseSize(text)
		return err
	})
	flag.IntVar(&o.turns, "turns", 5, "how often each program runs; slow ones run twice")
	flag.StringVar(&o.dir, "dir", "", "folder in which to make the logs (default: a temporary one)")
	flag.StringVar(&o.timebound, "timebound", "", "the program to measure (default: it is built)")
	flag.IntVar(&o.callers, "callers", 5_000_000, "how many callers 10,000 tokens have where memory is measured")
	flag.Parse()
	if o.turns < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	met, err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if !met {
		fmt.Fprintln(os.Stderr, "bench: a bar was missed, or results differ")
		os.Exit(1)
	}
}

func parseSize(text string) (int64, error) {
	for unit, bytes := range map[string]int64{"GB": 1 << 30, "MB": 1 << 20} {
		if digits, found := strings.CutSuffix(strings.ToUpper(text), unit); found {
			n, err := strconv.ParseInt(digits, 10, 32)
			if err == nil && n > 0 {
				return n * bytes, nil
			}
		}
	}
	return 0, fmt.Errorf("size %q: want a number with GB or MB, such as 1GB", text)
}

// run measures and prints, and says whether every bar was met.
func run(ctx context.Context, o options) (bool, error) {
	s, err := openStage(ctx, o)
	if err != nil {
		return false, err
	}
	defer s.close()
	t := newTable(os.Stdout)
	met := true
	for _, r := range s.races() {
		ok, err := s.race(ctx, t, r)
		if err != nil {
			return false, err
		}
		met = met && ok
	}
	for _, measure := range []func(context.Context, *table) (bool, error){s.memoryOfUsual, s.memoryOfMany} {
		ok, err := measure(ctx, t)
		if err != nil {
			return false, err
		}
		met = met && ok
	}
	return met, nil
}

func note(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
