package controlplane

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
)

// freePort finds a port on the loopback interface that nobody listens on.
//
// It stays below the range from which systems take ports for outgoing
// connections: kube-apiserver must find its port free again after a restart.
func freePort(ctx context.Context) (int, error) {
	const low, high, tries = 18000, 30000, 100
	var errs []error
	for range tries {
		port := low + rand.IntN(high-low)
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address(port))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		return port, l.Close()
	}
	return 0, fmt.Errorf("find a free port: %w", errors.Join(errs...))
}

// portTries is how often a control plane is started whose ports somebody else
// took: between finding a port free and listening on it another test's control
// plane may come.
const portTries = 4

// portTaken says that a component ended because its port was taken.
func portTaken(err error) bool { return strings.Contains(err.Error(), "address already in use") }

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
