// Command bench compares timebound with kubectl and with raw lists, on a real
// control plane that holds tens of thousands of objects, and says whether the
// project's bars are met. What counts are the ratios of one run: seconds differ
// from machine to machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"timebound/e2e/gen"
)

// options are the flags.
type options struct {
	state  string
	rounds int
	quick  int
}

func main() {
	var o options
	flag.StringVar(&o.state, "state", "", "folder to keep the filled cluster in for another run (default: temporary)")
	flag.IntVar(&o.rounds, "rounds", 3, "number of rounds; kubectl runs once in each")
	flag.IntVar(&o.quick, "quick", 5, "how often the raw lists and timebound run in each round")
	flag.Parse()
	if o.rounds < 1 || o.quick < 1 || flag.NArg() > 0 {
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
		fmt.Fprintln(os.Stderr, "bench: a bar was missed")
		os.Exit(1)
	}
}

// run measures and prints, and says whether every bar was met.
func run(ctx context.Context, o options) (bool, error) {
	c, err := openContest(ctx, o)
	if err != nil {
		return false, err
	}
	defer c.close()
	if err := c.check(ctx, gen.Large().Tokens); err != nil {
		return false, err
	}
	r, err := c.measure(ctx, o.rounds, o.quick)
	if err != nil {
		return false, err
	}
	size := gen.Large()
	fmt.Printf("%d tokens, %d other secrets of %d KB, %d accounts, %d pods on Kubernetes %s; medians of %d and %d runs\n\n",
		size.Tokens, size.Secrets, size.SecretBytes>>10, size.Accounts, size.Pods, c.cluster.Version(), o.rounds, o.rounds*o.quick)
	printFigures(os.Stdout, r)
	return printRatios(os.Stdout, ratiosOf(r)), nil
}
