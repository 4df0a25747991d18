package main

import (
	"errors"

	"github.com/spf13/cobra"
)

const rootLong = `Timebound moves a Kubernetes or OpenShift cluster from long-lived service account
tokens to time-bound ones.

Without a command it opens the dashboard. It reads only, until you confirm a change by
typing the name of the context.`

const rootExample = `  # Look around without a cluster
  %[1]s --demo

  # The current context, all namespaces
  %[1]s

  # Tokens that nobody seems to need, as JSON
  %[1]s scan --verdict idle -o json`

func newRoot(set *settings, std streams, name string) *cobra.Command {
	flags := &dashboardFlags{}
	root := &cobra.Command{
		Use:           "timebound",
		Short:         "Move a cluster from long-lived to time-bound service account tokens",
		Long:          rootLong,
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		Args:          noArguments,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDashboard(cmd, set, std, flags)
		},
	}
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see %s --help", err, cmd.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetUsageFunc(printUsage)
	root.SetHelpFunc(printHelp)
	set.addFlags(root.PersistentFlags())
	flags.add(root)
	root.Example = examples(rootExample, name)
	root.AddCommand(newScan(set, std, name), newPlan(set, std, name), newApply(set, std, name), newUndo(set, std, name), newRuns(set, std, name), newSoak(set, std, name), newAudit(set, std, name), newPower(set, std, name), newBackup(set, std, name), newCredential(set, std, name), newRBAC(set, std, name), newVersion(std))
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Short = "Print a completion script for bash, zsh, fish or powershell"
		}
	}
	completeGlobals(root, set)
	return root
}

// noArguments refuses words after a command that takes none. For the root
// such a word is a command that does not exist.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasParent() {
		return usagef("%s takes no arguments, %q was given; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usage(errors.New("unknown command \"" + args[0] + "\"; " + meant(args[0], names)))
}
