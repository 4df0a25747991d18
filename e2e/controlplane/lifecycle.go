package controlplane

import (
	"context"
	"errors"
	"fmt"
)

// Upgrade replaces kube-apiserver and kube-controller-manager by those of
// another version, on the same data, key, port and users. Any version that can
// read the data will do; Kubernetes promises it for one minor at a time, and a
// jump over several has worked for every pair of Versions. When it fails, the
// cluster is down; Change what kept it from starting and upgrade again.
func (c *Cluster) Upgrade(ctx context.Context, version string) error {
	next, err := parseRelease(version)
	if err != nil {
		return fmt.Errorf("upgrade: %w", err)
	}
	binaries, err := Build(ctx, version)
	if err != nil {
		return fmt.Errorf("upgrade to %s: %w", next, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopPair()
	c.release, c.binaries = next, binaries
	if err := c.startPair(ctx); err != nil {
		return fmt.Errorf("upgrade to %s: %w", next, err)
	}
	return nil
}

// KillAPIServer ends kube-apiserver with SIGKILL, as a crash or an
// out-of-memory kill would, and returns when it is gone. etcd and
// kube-controller-manager go on.
func (c *Cluster) KillAPIServer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.apiServer.stop(0)
}

// RestartAPIServer starts kube-apiserver again on the same port, killing it
// first if it runs, and returns when it is ready.
func (c *Cluster) RestartAPIServer(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.apiServer.stop(0)
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := c.startAPIServer(ctx); err != nil {
		return fmt.Errorf("restart kube-apiserver: %w", err)
	}
	if c.controllers == nil {
		return nil
	}
	if err := c.controllers.alive(); err != nil {
		return fmt.Errorf("restart kube-apiserver: %w", err)
	}
	return nil
}

// KillControllerManager ends kube-controller-manager with SIGKILL and returns
// when it is gone. etcd and kube-apiserver go on.
func (c *Cluster) KillControllerManager() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.controllers.stop(0)
	c.controllers = nil
}

// RestartControllerManager starts kube-controller-manager again, killing it
// first if it runs. The cleaner evaluates once at every start and then daily,
// so this, and AwaitCleaner after it, is how a test has it look again.
func (c *Cluster) RestartControllerManager(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opts.NoControllers {
		return errors.New("restart kube-controller-manager: the cluster was started with NoControllers and has none")
	}
	c.controllers.stop(0)
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := c.startControllers(ctx); err != nil {
		return fmt.Errorf("restart kube-controller-manager: %w", err)
	}
	return nil
}
