// Command gen fills a cluster with tens of thousands of fake tokens, accounts,
// secrets and pods. See package gen for what they are like.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"timebound/e2e/gen"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	opts := gen.Options{Size: gen.Large(), Done: report}
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the cluster to fill; required, lest it be a real one")
	flag.IntVar(&opts.Size.Namespaces, "namespaces", opts.Size.Namespaces, "number of namespaces")
	flag.IntVar(&opts.Size.Accounts, "accounts", opts.Size.Accounts, "number of service accounts")
	flag.IntVar(&opts.Size.Tokens, "tokens", opts.Size.Tokens, "number of token secrets")
	flag.IntVar(&opts.Size.Secrets, "secrets", opts.Size.Secrets, "number of other secrets")
	flag.IntVar(&opts.Size.SecretBytes, "secret-bytes", opts.Size.SecretBytes, "size of one other secret")
	flag.IntVar(&opts.Size.Pods, "pods", opts.Size.Pods, "number of pods")
	flag.IntVar(&opts.Workers, "workers", 24, "concurrent writes")
	flag.Uint64Var(&opts.Seed, "seed", 1, "another seed gives another cluster")
	flag.Parse()
	if *kubeconfig == "" {
		return fmt.Errorf("name the cluster with -kubeconfig; \"controlplane run -no-controllers VERSION\" starts one and prints the path")
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return fmt.Errorf("read kubeconfig: %w", err)
	}
	return gen.Fill(ctx, config, opts)
}

func report(p gen.Phase) {
	rate := float64(p.Count) / max(p.Took.Seconds(), 0.001)
	fmt.Printf("%7d %-10s %6s  %5.0f/s\n", p.Count, p.Kind, p.Took.Round(100*time.Millisecond), rate)
}
