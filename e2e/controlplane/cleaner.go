package controlplane

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// stacksPath is where kube-controller-manager shows the stacks of its
// goroutines.
const stacksPath = "/debug/pprof/goroutine"

// AwaitCleaner returns when the cleaner has made the pass that it makes after
// every start of kube-controller-manager, and sleeps until tomorrow's.
//
// The cleaner tells nobody when it is through, and nothing need have changed.
// Its goroutine's stack tells.
func (c *Cluster) AwaitCleaner(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.controllers == nil {
		return errors.New("wait for the cleaner's pass: kube-controller-manager does not run")
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	return waitUntil(ctx, "the cleaner's pass", []*process{c.etcd, c.apiServer, c.controllers}, func() error {
		stacks, err := c.askControllers(ctx, stacksPath+"?debug=2")
		if err != nil {
			return fmt.Errorf("read the stacks of kube-controller-manager: %w", err)
		}
		if !cleanerSleeps(string(stacks)) {
			return errors.New("it has not begun, or it is under way")
		}
		return nil
	})
}

// cleanerSleeps looks for the cleaner's goroutine in the sleep between two
// passes: blocked in the select of BackoffUntil, on top of the cleaner's Run.
// Before the first pass it waits elsewhere, for its caches, and during a pass
// it is further up.
func cleanerSleeps(stacks string) bool {
	for stack := range strings.SplitSeq(stacks, "\n\n") {
		if !strings.Contains(stack, ".(*LegacySATokenCleaner).Run") {
			continue
		}
		lines := strings.SplitN(stack, "\n", 3) // its state, the function it is in, the rest
		if len(lines) == 3 && strings.Contains(lines[0], "[select") && strings.HasPrefix(lines[1], "k8s.io/apimachinery/pkg/util/wait.BackoffUntil") {
			return true
		}
	}
	return false
}
