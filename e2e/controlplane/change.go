package controlplane

import (
	"fmt"
	"slices"
)

// Change adjusts how kube-apiserver and kube-controller-manager are started the
// next time: see RestartAPIServer, RestartControllerManager and Upgrade. Version,
// Users and StateDir are settled by the first start; changing them does nothing.
func (c *Cluster) Change(adjust func(*Options)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	adjust(&c.opts)
}

// CommandLine is what a component runs with: its name and all its arguments.
func (c *Cluster) CommandLine(component string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range []*process{c.etcd, c.apiServer, c.controllers} {
		if p != nil && p.name == component && p.alive() == nil {
			return slices.Concat([]string{p.name}, p.args), nil
		}
	}
	return nil, fmt.Errorf("command line of %s: it does not run", component)
}
