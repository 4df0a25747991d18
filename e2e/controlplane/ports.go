package controlplane

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
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

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
