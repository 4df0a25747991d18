package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// printHelp writes a command's help: what it is for, how to call it, and the
// exit codes, which are the same for every command.
func printHelp(cmd *cobra.Command, _ []string) {
	out := cmd.OutOrStdout()
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(out, "%s\n\n", strings.TrimSpace(text))
	writeUsage(out, cmd)
	fmt.Fprintf(out, "\n%s", exitHelp())
}

func printUsage(cmd *cobra.Command) error {
	writeUsage(cmd.OutOrStderr(), cmd)
	return nil
}

func writeUsage(out io.Writer, cmd *cobra.Command) {
	fmt.Fprintln(out, "Usage:")
	if cmd.Runnable() {
		fmt.Fprintf(out, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(out, "  %s [command]\n", cmd.CommandPath())
	}
	if cmd.Example != "" {
		fmt.Fprintf(out, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintln(out, "\nCommands:")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(out, "  %-12s %s\n", c.Name(), c.Short)
			}
		}
	}
	ours, kube := pflag.NewFlagSet("", pflag.ContinueOnError), pflag.NewFlagSet("", pflag.ContinueOnError)
	cmd.InheritedFlags() // merges the parents' flags into cmd.Flags
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			f.Usage = "Show this help"
		}
		if f.Annotations[kubeFlag] != nil {
			kube.AddFlag(f)
		} else {
			ours.AddFlag(f)
		}
	})
	width := helpWidth(out)
	fmt.Fprintf(out, "\nFlags:\n%s", ours.FlagUsagesWrapped(width))
	fmt.Fprintf(out, "\nFlags for the cluster, as kubectl has them:\n%s", kube.FlagUsagesWrapped(width))
}

// examples fills the name that we are called by into examples.
func examples(text, name string) string { return strings.ReplaceAll(text, "%[1]s", name) }
