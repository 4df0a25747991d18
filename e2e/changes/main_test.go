package changes

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"timebound/e2e/controlplane"
)

// TestMain ends the control planes that tests share. Most tests wait, for a
// cache to expire or a second look: many may do so at once.
func TestMain(m *testing.M) {
	flag.Parse()
	parallel := 12
	if err := flag.Set("test.parallel", strconv.Itoa(parallel)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	shared.stop()
	os.Exit(code)
}

// shared are the control planes that run, by version.
var shared = planes{running: map[string]*stage{}}

type planes struct {
	mu      sync.Mutex
	running map[string]*stage
	binary  string // the timebound command; "" before it was built
	dir     string
}

func (p *planes) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.running {
		s.Stop()
	}
	if p.dir != "" {
		_ = os.RemoveAll(p.dir) // a leftover in the temporary folder harms nobody
	}
}

// on gives the control plane of a version that all tests share.
func on(t *testing.T, version string) *stage {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if s := shared.running[version]; s != nil {
		return s
	}
	opts := controlplane.Options{Version: version}
	if minorOf(t, version) <= 24 {
		opts.AutoGeneration = true
	}
	s := raise(t, opts)
	shared.running[version] = s
	return s
}

// raise starts a control plane whose audit log has all writes with their bodies.
func raise(t *testing.T, opts controlplane.Options) *stage {
	t.Helper()
	opts.Audit, opts.AuditBodies = true, true
	for i := range operators {
		opts.Users = append(opts.Users, operatorName(i))
	}
	opts.Users = append(opts.Users, limited)
	// Filling in tokens is no part of what is tested here, and slow by default.
	opts.ControllerManagerArgs = append(opts.ControllerManagerArgs, "--kube-api-qps=500", "--kube-api-burst=1000")
	cluster, err := controlplane.Start(context.Background(), opts)
	must(t, err)
	s := &stage{Cluster: cluster, minor: minorOf(t, cluster.Version())}
	if err := s.prepare(); err != nil {
		cluster.Stop()
		t.Fatal(err)
	}
	return s
}

// rounds says how often a test repeats: a few times by default, and as often as
// TIMEBOUND_E2E_ROUNDS says where somebody has the time.
func rounds(few int) int {
	if n, err := strconv.Atoi(os.Getenv("TIMEBOUND_E2E_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return few
}
