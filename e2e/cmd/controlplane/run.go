package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"timebound/e2e/controlplane"
)

// runCommand starts one control plane and keeps it until ctx ends.
func runCommand(ctx context.Context, args []string) error {
	var opts controlplane.Options
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	flags.BoolVar(&opts.AutoGeneration, "auto-generation", false, "make a token secret for every account, as 1.23 did (1.24 only)")
	flags.DurationVar(&opts.CleanerPeriod, "cleaner-period", 0, "how long a token must be unused before the cleaner acts (default: upstream's)")
	flags.BoolVar(&opts.NoControllers, "no-controllers", false, "leave kube-controller-manager out")
	flags.BoolVar(&opts.Audit, "audit", false, "write an audit log")
	flags.StringVar(&opts.StateDir, "state", "", "folder to keep the cluster in, or to continue one from (default: temporary)")
	flags.Func("user", "a further user without rights (repeatable)", func(name string) error {
		opts.Users = append(opts.Users, name)
		return nil
	})
	_ = flags.Parse(args) // ExitOnError: it does not return an error
	if flags.NArg() != 1 {
		return fmt.Errorf("run: name one version, for example %s", controlplane.Newest)
	}
	opts.Version = flags.Arg(0)

	fmt.Fprintf(os.Stderr, "starting %s (a first build takes minutes) …\n", opts.Version)
	cluster, err := controlplane.Start(ctx, opts)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	return announce(ctx, cluster, opts)
}

// announce prints what somebody needs to use the cluster and waits for the end.
func announce(ctx context.Context, cluster *controlplane.Cluster, opts controlplane.Options) error {
	for _, user := range append([]string{controlplane.Admin}, opts.Users...) {
		path, err := cluster.Kubeconfig(user)
		if err != nil {
			return err
		}
		fmt.Printf("kubeconfig of %s:\t%s\n", user, path)
	}
	if opts.Audit {
		fmt.Printf("audit log:\t%s\n", cluster.AuditLog())
	}
	fmt.Printf("logs:\t%s\n", cluster.LogDir())
	fmt.Fprintln(os.Stderr, "running; ctrl-C stops it")
	<-ctx.Done()
	return nil
}
