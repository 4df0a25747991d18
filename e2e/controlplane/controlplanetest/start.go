// Package controlplanetest starts control planes for tests and stops them when
// the test ends.
package controlplanetest

import (
	"os"
	"testing"

	"timebound/e2e/controlplane"
)

// Start starts a control plane for one test, building it first if need be, and
// stops it when the test ends. With TIMEBOUND_E2E=off it skips the test; there
// is no other reason to skip, or a broken build would pass for a success.
func Start(t testing.TB, opts controlplane.Options) *controlplane.Cluster {
	t.Helper()
	if os.Getenv("TIMEBOUND_E2E") == "off" {
		t.Skip("needs a control plane, and TIMEBOUND_E2E=off")
	}
	c, err := controlplane.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}
