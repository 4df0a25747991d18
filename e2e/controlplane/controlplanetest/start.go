// Package controlplanetest starts control planes for tests and stops them when
// the test ends. The environment says which tests may run:
//
//   - TIMEBOUND_E2E=off skips all that need a control plane.
//   - TIMEBOUND_E2E_VERSIONS names the versions to test, "all" or a list such
//     as "1.28.15,1.30.14". Without it that is the newest only, because each
//     further version takes minutes to build.
//
// Nothing else skips a test, or a broken build would pass for a success.
package controlplanetest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"timebound/e2e/controlplane"
)

// Versions lists the versions to run a scenario on, oldest first.
func Versions() []string {
	switch list := os.Getenv("TIMEBOUND_E2E_VERSIONS"); list {
	case "":
		return []string{controlplane.Newest}
	case "all":
		return controlplane.Versions()
	default:
		return strings.Split(list, ",")
	}
}

// Require skips the test unless all the named versions are to be tested.
func Require(tb testing.TB, versions ...string) {
	tb.Helper()
	if os.Getenv("TIMEBOUND_E2E") == "off" {
		tb.Skip("needs a control plane, and TIMEBOUND_E2E=off")
	}
	for _, version := range versions {
		if !slices.Contains(Versions(), version) {
			tb.Skipf("needs %s; set TIMEBOUND_E2E_VERSIONS=all", version)
		}
	}
}

// Start starts a control plane for one test, building it first if need be, and
// stops it when the test ends. It does not ask whether the version is to be
// tested: see Require.
func Start(tb testing.TB, opts controlplane.Options) *controlplane.Cluster {
	tb.Helper()
	Require(tb)
	c, err := controlplane.Start(tb.Context(), opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Stop)
	return c
}
