// Package controlplanetest starts control planes for tests and stops them when
// the test ends.
package controlplanetest

import (
	"os"
	"testing"

	"timebound/e2e/controlplane"
)

// Require skips the test with TIMEBOUND_E2E=off. There is no other reason to
// skip, or a broken build would pass for a success.
func Require(t testing.TB) {
	t.Helper()
	if os.Getenv("TIMEBOUND_E2E") == "off" {
		t.Skip("needs a control plane, and TIMEBOUND_E2E=off")
	}
}

// Start starts a control plane for one test, building it first if need be, and
// stops it when the test ends.
func Start(t testing.TB, opts controlplane.Options) *controlplane.Cluster {
	t.Helper()
	Require(t)
	c, err := controlplane.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}
