package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"timebound/k8s"
	"timebound/model"
)

const rbacLong = `Print the permissions that Timebound needs as manifests for kubectl apply -f -,
each with the reason for it.

With --check, ask the cluster which of them are missing, for read or power.
Optional ones are left out there: without them some settings stay unknown.`

const rbacExample = `  # For an administrator to look at and apply
  %[1]s rbac --for read

  # What do I lack in the current context?
  %[1]s rbac --check

  # What it takes on top to see what service accounts may do
  %[1]s rbac --for power`

func newRBAC(set *settings, std streams, name string) *cobra.Command {
	purpose, check := "", false
	cmd := &cobra.Command{
		Use:     "rbac",
		Short:   "Print the permissions that are needed, or check which are missing",
		Long:    rbacLong,
		Example: examples(rbacExample, name),
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p := k8s.Purpose(purpose)
			switch {
			case !slices.Contains(k8s.Purposes(), p):
				return usagef("--for %q: there are %s", purpose, purposes())
			case check && p == k8s.PurposeWrite:
				return usagef("--check knows --for read and --for power only: a change asks for its own rights before it is made")
			case check:
				if err := set.prepare(cmd); err != nil {
					return err
				}
				return checkPermissions(cmd, set, std, p)
			}
			_, err := std.out.Write(k8s.Manifest(p))
			return err
		},
	}
	cmd.Flags().StringVar(&purpose, "for", "read", "What the permissions are for; there are "+purposes())
	cmd.Flags().BoolVar(&check, "check", false, "Ask the cluster which permissions are missing; exit with 4 if any is")
	completeFlag(cmd, "for", purposeNames()...)
	return cmd
}

func purposeNames() []string {
	var names []string
	for _, p := range k8s.Purposes() {
		names = append(names, string(p))
	}
	return names
}

// purposes lists them for people: "read, write and power".
func purposes() string {
	names := purposeNames()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// checkPermissions lists what is missing, one permission per line.
func checkPermissions(cmd *cobra.Command, set *settings, std streams, purpose k8s.Purpose) error {
	src, err := openSource(set, model.Knowledge{}, pluginsMayAsk)
	if err != nil {
		return err
	}
	defer src.close()
	missing, err := src.session.Probe(cmd.Context(), purpose)
	if err != nil {
		return err
	}
	for _, m := range missing {
		if _, err := fmt.Fprintf(std.out, "%s: %s\n", model.Printable(m.String()), m.Rule.Why); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return &outcome{exitIncomplete, fmt.Errorf("permissions are missing; an administrator finds them in %s --for %s", cmd.CommandPath(), purpose)}
	}
	_, err = fmt.Fprintln(std.err, "no permission is missing")
	return err
}
