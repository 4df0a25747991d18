package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"timebound/e2e/controlplane"
	"timebound/e2e/product"
)

// contest is a filled cluster with the programs that are to read it.
type contest struct {
	cluster    *controlplane.Cluster
	kubeconfig string
	kubectl    string
	timebound  string
	raw        rawLists
	dir        string // for what is made on the way
}

func openContest(ctx context.Context, o options) (_ *contest, err error) {
	c := &contest{}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if c.dir, err = os.MkdirTemp("", "timebound-bench-"); err != nil {
		return nil, err
	}
	note("building timebound and kubectl")
	if c.timebound, err = product.Build(ctx, c.dir); err != nil {
		return nil, err
	}
	if c.kubectl, err = controlplane.BuildKubectl(ctx, controlplane.Newest); err != nil {
		return nil, err
	}
	note("starting Kubernetes %s", controlplane.Newest)
	// Fake tokens want no controller: it would delete or complete them.
	c.cluster, err = controlplane.Start(ctx, controlplane.Options{NoControllers: true, StateDir: o.state})
	if err != nil {
		return nil, err
	}
	if c.kubeconfig, err = c.cluster.Kubeconfig(controlplane.Admin); err != nil {
		return nil, err
	}
	config, err := c.cluster.RESTConfig(controlplane.Admin)
	if err != nil {
		return nil, err
	}
	c.raw = rawLists{server: config.Host, token: config.BearerToken, ca: config.CAFile}
	return c, c.fill(ctx, o)
}

func (c *contest) close() {
	if c.cluster != nil {
		c.cluster.Stop()
	}
	_ = os.RemoveAll(c.dir) // a leftover in the temporary folder harms nobody
}

// fill writes the objects, unless a kept cluster has them already. A program
// of its own does it: the peak memory of a child counts from what its parent
// held at the fork, so this one has to stay small.
func (c *contest) fill(ctx context.Context, o options) error {
	mark := filepath.Join(o.state, "filled")
	if _, err := os.Stat(mark); o.state != "" && err == nil {
		return nil
	}
	note("filling it")
	cmd := exec.CommandContext(ctx, "go", "run", "timebound/e2e/cmd/gen", "-kubeconfig", c.kubeconfig)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("fill the cluster: %w", err)
	}
	if o.state == "" {
		return nil
	}
	return os.WriteFile(mark, nil, 0o644)
}

func (c *contest) scan(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.timebound, append([]string{"scan", "--kubeconfig", c.kubeconfig}, args...)...)
	cmd.Env = c.environment()
	return cmd
}

func (c *contest) get(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.kubectl, "--kubeconfig", c.kubeconfig, "get", "secrets,sa,pods", "-A", "-o", "json")
	cmd.Env = c.environment()
	return cmd
}

// environment gives both programs a home of their own: kubectl keeps a cache
// there, and nobody's settings shall count.
func (c *contest) environment() []string {
	home := filepath.Join(c.dir, "home")
	return append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "KUBECONFIG=")
}

// check makes sure that what is measured is the whole work: every token, and
// nothing left unread.
func (c *contest) check(ctx context.Context, tokens int) error {
	cmd := c.scan(ctx, "-o", "name", "--strict")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := 0
	for s := bufio.NewScanner(out); s.Scan(); {
		lines++
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("timebound scan --strict: %w", err)
	}
	if lines != tokens {
		return fmt.Errorf("timebound scan names %d tokens, the cluster has %d", lines, tokens)
	}
	return nil
}

func note(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
