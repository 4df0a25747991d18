package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// The exit codes, the same for every command. Scripts rely on them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3
	exitIncomplete  = 4
	exitDrift       = 5
	exitPartly      = 6
	exitRefused     = 7
	exitHungUp      = 129
	exitInterrupted = 130
	exitTerminated  = 143
)

// exitCodes is what help and docs/usage.md say about them.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitDone, "done"},
	{exitFailed, "failed"},
	{exitUsage, "wrong usage: a flag, an argument, a query, the configuration file or the kubeconfig"},
	{exitFindings, "findings: a shown token has a verdict that --fail-on names"},
	{exitIncomplete, "incomplete data, with --strict; outweighs findings"},
	{exitDrift, "the cluster drifted, or the plan is stale"},
	{exitPartly, "partly done"},
	{exitRefused, "refused: Timebound or the server does not allow it"},
	{exitHungUp, "the terminal was closed (SIGHUP)"},
	{exitInterrupted, "interrupted (SIGINT)"},
	{exitTerminated, "terminated (SIGTERM)"},
}

// exitHelp is the table of exit codes for the help text.
func exitHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, c := range exitCodes {
		fmt.Fprintf(&b, "  %3d  %s\n", c.code, c.meaning)
	}
	return b.String()
}

// outcome is an error that knows the exit code it stands for. Without err
// there is nothing to say: the output said it.
type outcome struct {
	code int
	err  error
}

func (o *outcome) Error() string {
	if o.err == nil {
		return ""
	}
	return o.err.Error()
}

func (o *outcome) Unwrap() error { return o.err }

// usage marks an error as the caller's.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &outcome{exitUsage, err}
}

// usagef makes an error of the caller.
func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// codeOf gives the exit code for what a command returned.
func codeOf(err error) int {
	var o *outcome
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &o):
		return o.code
	}
	return exitFailed
}

// signalled is the cause of a context that a signal cancelled.
type signalled struct {
	code int
	name string
}

func (s *signalled) Error() string { return s.name }

// bySignal gives the signal that ended ctx; nil if none did.
func bySignal(ctx context.Context) *signalled {
	var s *signalled
	if errors.As(context.Cause(ctx), &s) {
		return s
	}
	return nil
}
