package controlplane

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// Cluster is a running control plane. Its methods may be called from several
// goroutines.
type Cluster struct {
	opts      Options
	state     state
	temporary bool // the state folder is ours to remove
	users     users

	etcdPort, peerPort, apiPort, controllerPort int

	mu          sync.Mutex // guards what follows: the running part
	release     release
	binaries    Binaries
	etcd        *process
	apiServer   *process
	controllers *process // nil while it is not to run
}

// startLimit bounds one start of the components. On a quiet machine it takes
// less than ten seconds; beside a running build it may take a minute.
const startLimit = 3 * time.Minute

// Start builds what is missing and starts a control plane on the loopback
// interface. It returns when kube-apiserver is ready and
// kube-controller-manager works. The context bounds the start only; the cluster
// runs until Stop. On failure nothing is left running and the error carries the
// last lines of the log of the component that failed.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("start control plane: %w", err)
	}
	for tries := 1; ; tries++ {
		c, err := startOnce(ctx, opts)
		if err == nil || tries == portTries || !portTaken(err) {
			return c, err
		}
	}
}

func startOnce(ctx context.Context, opts Options) (*Cluster, error) {
	c := &Cluster{opts: opts}
	if err := c.prepare(ctx); err != nil {
		c.Stop()
		return nil, fmt.Errorf("prepare control plane %s: %w", opts.Version, err)
	}
	if err := c.start(ctx); err != nil {
		c.Stop()
		return nil, fmt.Errorf("start control plane %s: %w", opts.Version, err)
	}
	return c, nil
}

// prepare does all that needs no running component.
func (c *Cluster) prepare(ctx context.Context) (err error) {
	if c.release, err = parseRelease(c.opts.Version); err != nil {
		return err
	}
	if c.binaries, err = Build(ctx, c.opts.Version); err != nil {
		return err
	}
	c.state = state(c.opts.StateDir)
	if c.opts.StateDir == "" {
		dir, err := os.MkdirTemp("", "timebound-e2e-")
		if err != nil {
			return err
		}
		c.state, c.temporary = state(dir), true
	}
	if err := c.state.prepare(c.opts); err != nil {
		return err
	}
	if c.users, err = prepareUsers(c.state.tokenFile(), c.opts.Users); err != nil {
		return err
	}
	taken := map[int]bool{0: true}
	for _, port := range []*int{&c.etcdPort, &c.peerPort, &c.apiPort, &c.controllerPort} {
		for taken[*port] {
			if *port, err = freePort(ctx); err != nil {
				return err
			}
		}
		taken[*port] = true
	}
	return nil
}

func (c *Cluster) start(ctx context.Context) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.etcd, err = startProcess(c.binaries.Etcd, c.state.log("etcd"), c.etcdArgs()...); err != nil {
		return err
	}
	return c.startPair(ctx)
}

// startPair starts what changes with the version: the server and its
// controllers, in this order because kube-controller-manager waits only ten
// seconds for a server to appear.
func (c *Cluster) startPair(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := c.startAPIServer(ctx); err != nil {
		return err
	}
	if err := c.writeKubeconfigs(); err != nil {
		return err
	}
	return c.startControllers(ctx)
}

func (c *Cluster) startAPIServer(ctx context.Context) (err error) {
	c.apiServer, err = startProcess(c.binaries.APIServer, c.state.log("kube-apiserver"), c.apiServerArgs()...)
	if err != nil {
		return err
	}
	return c.waitForAPIServer(ctx)
}

func (c *Cluster) startControllers(ctx context.Context) (err error) {
	if c.opts.NoControllers {
		return nil
	}
	c.controllers, err = startProcess(c.binaries.ControllerManager, c.state.log("kube-controller-manager"), c.controllerManagerArgs()...)
	if err != nil {
		return err
	}
	return c.waitForControllers(ctx)
}

// Version is the Kubernetes version that runs now.
func (c *Cluster) Version() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.release.String()
}

// SigningKey is the path of the private key, in PEM, that signs service account
// tokens.
func (c *Cluster) SigningKey() string { return c.state.signingKey() }

// AuditLog is the path of the audit log, one JSON event a line. Without
// Options.Audit there is no such file.
func (c *Cluster) AuditLog() string { return c.state.auditLog() }

// LogDir holds one log file per component. It goes with the state folder.
func (c *Cluster) LogDir() string { return c.state.path("logs") }

// Stop ends all components and removes the state folder unless the caller gave
// one or TIMEBOUND_E2E_KEEP is set. It may be called more than once, and fits
// t.Cleanup.
func (c *Cluster) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopPair()
	c.etcd.stop(5 * time.Second)
	if c.temporary && os.Getenv("TIMEBOUND_E2E_KEEP") == "" {
		_ = os.RemoveAll(string(c.state)) // a leftover in the temporary folder harms nobody
	}
}

// stopPair kills rather than asks: all state is in etcd, and a
// kube-apiserver that was asked keeps its port for up to a minute.
func (c *Cluster) stopPair() {
	c.controllers.stop(0)
	c.apiServer.stop(0)
}
