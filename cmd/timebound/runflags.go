package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"timebound/model"
	"timebound/plan/run"
)

// runFlags are the flags of all commands that change the cluster.
type runFlags struct {
	output  string
	dryRun  bool
	yes     bool
	kubectl bool
	options run.Options
	sealing sealingFlags
}

func (o *runFlags) addFlags(cmd *cobra.Command, defaults run.Options) {
	o.options = defaults
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "text", "Format of the result: text or json")
	flags.BoolVar(&o.dryRun, "dry-run", false, "Review only: let the server try everything out, and change nothing")
	flags.BoolVar(&o.yes, "yes", false, "Do not ask; the context must be named with --context")
	flags.BoolVar(&o.kubectl, "kubectl", false, "Show the kubectl commands that would do about the same")
	flags.IntVar(&o.options.Parallel, "parallel", o.options.Parallel, "Changes under way at once, 1 to 64")
	flags.Float64Var(&o.options.Rate, "rate", o.options.Rate, "Changes a second at most; 0 is as fast as it goes")
	flags.IntVar(&o.options.Canary, "canary", o.options.Canary, "Changes that are made first, before the rest waits; 0 is none")
	flags.DurationVar(&o.options.CanaryWait, "canary-wait", o.options.CanaryWait, "How long the rest waits after the canary")
	flags.IntVar(&o.options.StopAfter, "stop-after", o.options.StopAfter, "Failures after which the run stops; 0 is never")
	flags.DurationVar(&o.options.Settle, "settle", o.options.Settle, "How long after a change it is looked at again")
	flags.DurationVar(&o.options.Patience, "patience", o.options.Patience, "How long an API server that does not answer is waited for")
	flags.StringVar(&o.options.Classes, "undo-classes", o.options.Classes, "Undo classes that may be deleted: A and B bring the same token back, C and D do not")
	o.sealing.addFlags(flags)
}

// begin understands the flags and reads the configuration.
func (o *runFlags) begin(cmd *cobra.Command, set *settings, std streams) error {
	if err := o.check(cmd, std); err != nil {
		return err
	}
	return set.prepare(cmd)
}

// check understands the flags before anything is asked of a cluster.
func (o *runFlags) check(cmd *cobra.Command, std streams) error {
	if o.output != "text" && o.output != "json" {
		return usagef("--output %q: %s", o.output, meant(o.output, []string{"json", "text"}))
	}
	if err := o.options.Validate(); err != nil {
		return usage(err)
	}
	if cmd.Flags().Changed("as-of") {
		return usagef("--as-of is for looking ahead; changes go by what is known today")
	}
	if o.yes && !named(cmd) && !o.dryRun {
		return usagef("--yes alone is not enough to change a cluster: name it with --context too")
	}
	if !o.yes && !o.dryRun && !isTerminal(std.in) {
		return usagef("there is no terminal to ask on; give --yes --context NAME, or --dry-run")
	}
	return o.sealing.check()
}

// named says that the command line says which cluster is meant.
func named(cmd *cobra.Command) bool {
	for _, flag := range []string{"context", "server", "demo"} {
		if cmd.Flags().Changed(flag) {
			return true
		}
	}
	return false
}

// errNotConfirmed says that somebody did not want it.
var errNotConfirmed = &outcome{exitRefused, errors.New("not confirmed; nothing was changed")}

// confirm asks for the name of the cluster, unless it was given. A signal is a
// no.
func (o *runFlags) confirm(ctx context.Context, std streams, name string) error {
	if o.yes {
		return ctx.Err()
	}
	fmt.Fprintf(std.err, "\nType %s to run, anything else to leave it: ", model.Printable(name))
	typed := make(chan string, 1)
	go func() {
		line, err := readLine(std.in)
		if err != nil {
			line = ""
		}
		typed <- line
	}()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case line := <-typed:
		if strings.TrimSpace(line) != name {
			return errNotConfirmed
		}
		return ctx.Err()
	}
}

// confirmed gives the options that a run was confirmed with, where the command
// line does not say otherwise.
func (o *runFlags) confirmed(cmd *cobra.Command, was run.Options) run.Options {
	given, now := cmd.Flags().Changed, o.options
	for name, take := range map[string]func(){
		"parallel":     func() { was.Parallel = now.Parallel },
		"rate":         func() { was.Rate = now.Rate },
		"canary":       func() { was.Canary = now.Canary },
		"canary-wait":  func() { was.CanaryWait = now.CanaryWait },
		"stop-after":   func() { was.StopAfter = now.StopAfter },
		"settle":       func() { was.Settle = now.Settle },
		"patience":     func() { was.Patience = now.Patience },
		"undo-classes": func() { was.Classes = now.Classes },
	} {
		if given(name) {
			take()
		}
	}
	was.Sealing, was.Identities = now.Sealing, now.Identities
	return was
}

// readLine reads one line, byte by byte: what follows belongs to somebody else.
func readLine(in interface{ Read([]byte) (int, error) }) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < 4096 {
		n, err := in.Read(one)
		if n == 1 && one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[:n]...)
		if err != nil {
			return string(line), err
		}
	}
	return "", os.ErrInvalid
}
