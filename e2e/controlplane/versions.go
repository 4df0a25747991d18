package controlplane

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// Newest is the Kubernetes version that tests use unless the version is
	// the point of the test. kubectl is built from it too.
	Newest = "1.37.1"

	// EtcdVersion is the one etcd release that serves every listed version.
	EtcdVersion = "3.6.15"
)

// Versions lists the Kubernetes versions this package is known to build and
// run, oldest first. Each stands for a stage in the life of legacy tokens:
//
//   - 1.24 stops making token secrets (and with AutoGeneration still makes
//     them, as 1.23 and before did),
//   - 1.26 can track their use, behind a gate,
//   - 1.28 tracks for good and has the cleaner behind a gate, deleting at once,
//   - 1.30 has the cleaner for good, invalidating before it deletes,
//   - 1.37 is the newest.
//
// 1.26.3 and not a later patch: the modules that 1.26.15 needs were never all
// published.
func Versions() []string {
	return []string{"1.24.17", "1.26.3", "1.28.15", "1.30.14", Newest}
}

// release is a Kubernetes version taken apart, such as 1.37.1.
type release struct {
	minor, patch int
}

// parseRelease reads "1.37.1", with or without a leading "v".
func parseRelease(version string) (release, error) {
	bad := fmt.Errorf("kubernetes version %q: want the form 1.MINOR.PATCH, for example %s", version, Newest)
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) != 3 || parts[0] != "1" {
		return release{}, bad
	}
	minor, err := strconv.ParseUint(parts[1], 10, 16)
	if err != nil {
		return release{}, bad
	}
	patch, err := strconv.ParseUint(parts[2], 10, 16)
	if err != nil {
		return release{}, bad
	}
	return release{minor: int(minor), patch: int(patch)}, nil
}

// String is the plain version, "1.37.1".
func (r release) String() string { return fmt.Sprintf("1.%d.%d", r.minor, r.patch) }

// module is the version of k8s.io/kubernetes, "v1.37.1".
func (r release) module() string { return "v" + r.String() }

// staging is the version under which the staging modules (k8s.io/api,
// k8s.io/client-go, …) of this release are published, "v0.37.1".
func (r release) staging() string { return fmt.Sprintf("v0.%d.%d", r.minor, r.patch) }
