// Command timebound shows the long-lived service account tokens of a
// Kubernetes or OpenShift cluster and moves it to time-bound ones.
//
// This package is flags, wiring, output formats and exit codes. It must not
// judge tokens (model), know versions (plan) or talk to a cluster (k8s).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"timebound/k8s"
	"timebound/model"
)

func main() {
	ctx, stop := withSignals(context.Background())
	code := runProgram(ctx, streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}, os.Args)
	stop()
	os.Exit(code)
}

// streams are where a run reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// runProgram runs one command line and gives its exit code. args[0] is the name that
// the program was called by.
func runProgram(ctx context.Context, std streams, args []string) int {
	if err := k8s.Quiet(io.Discard); err != nil {
		fmt.Fprintf(std.err, "timebound: %v\n", err)
		return exitFailed
	}
	set := newSettings()
	defer set.close()
	root := newRoot(set, std, calledAs(args[0]))
	root.SetArgs(args[1:])
	err := root.ExecuteContext(ctx)
	if s := bySignal(ctx); s != nil {
		text := s.name
		if o := (*outcome)(nil); errors.As(err, &o) && o.err != nil {
			text = o.Error() // what was left undone, and what to do about it
		}
		fmt.Fprintf(std.err, "timebound: %s\n", printableLines(text))
		return s.code
	}
	if err == nil {
		return exitDone
	}
	if text := err.Error(); text != "" {
		fmt.Fprintf(std.err, "timebound: %s\n", printableLines(text))
	}
	return codeOf(err)
}

// calledAs gives the words that people type to call us: kubectl finds a
// plugin by its file name and shows its help as a sub-command.
func calledAs(arg0 string) string {
	name := strings.TrimSuffix(filepath.Base(arg0), ".exe")
	if sub, plugin := strings.CutPrefix(name, "kubectl-"); plugin {
		return "kubectl " + strings.ReplaceAll(sub, "_", "-")
	}
	return "timebound"
}

// withSignals gives a context that SIGINT, SIGTERM and SIGHUP cancel, with the
// signal as its cause. A second signal ends the program at once.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		s, ok := <-caught
		if !ok {
			return
		}
		signal.Stop(caught)
		switch s {
		case syscall.SIGTERM:
			cancel(&signalled{exitTerminated, "terminated"})
		case syscall.SIGHUP:
			cancel(&signalled{exitHungUp, "the terminal was closed"})
		default:
			cancel(&signalled{exitInterrupted, "interrupted"})
		}
	}()
	return ctx, func() {
		signal.Stop(caught)
		cancel(context.Canceled)
	}
}

// printableLines makes an error safe to show and keeps its line breaks:
// errors carry words of servers and files.
func printableLines(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = model.Printable(line)
	}
	return strings.Join(lines, "\n")
}
