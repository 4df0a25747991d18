package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"timebound/k8s"
	"timebound/model"
)

const rbacLong = `Print the permissions that Timebound needs as manifests for kubectl apply -f -,
each with the reason for it.

With --check, ask the cluster which of the permissions to read are missing.
Optional ones are left out there: without them some settings stay unknown.`

const rbacExample = `  # For an administrator to look at and apply
  %[1]s rbac --for read

  # What do I lack in the current context?
  %[1]s rbac --check`

func newRBAC(set *settings, std streams, name string) *cobra.Command {
	purpose, check := "", false
	cmd := &cobra.Command{
		Use:     "rbac",
		Short:   "Print the permissions that are needed, or check which are missing",
		Long:    rbacLong,
		Example: examples(rbacExample, name),
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if check && purpose != "read" {
				return usagef("--check knows --for read only: nothing is changed yet")
			}
			switch p := k8s.Purpose(purpose); {
			case check:
				if err := set.prepare(cmd); err != nil {
					return err
				}
				return checkPermissions(cmd, set, std)
			case p == k8s.PurposeRead, p == k8s.PurposeWrite:
				_, err := std.out.Write(k8s.Manifest(p))
				return err
			}
			return usagef("--for %q: there are read and write", purpose)
		},
	}
	cmd.Flags().StringVar(&purpose, "for", "read", "What the permissions are for: read or write")
	cmd.Flags().BoolVar(&check, "check", false, "Ask the cluster which permissions are missing; exit with 4 if any is")
	completeFlag(cmd, "for", string(k8s.PurposeRead), string(k8s.PurposeWrite))
	return cmd
}

// checkPermissions lists what is missing, one permission per line.
func checkPermissions(cmd *cobra.Command, set *settings, std streams) error {
	src, err := openSource(set, model.Knowledge{}, pluginsMayAsk)
	if err != nil {
		return err
	}
	defer src.close()
	missing, err := src.session.Probe(cmd.Context())
	if err != nil {
		return err
	}
	for _, m := range missing {
		if _, err := fmt.Fprintf(std.out, "%s: %s\n", model.Printable(m.String()), m.Rule.Why); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return &outcome{exitIncomplete, fmt.Errorf("permissions are missing; an administrator finds them in %s --for read", cmd.CommandPath())}
	}
	_, err = fmt.Fprintln(std.err, "no permission is missing")
	return err
}
