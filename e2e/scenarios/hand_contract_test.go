package scenarios

import (
	"testing"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/k8s/demo/contract"
)

// What changes and their undoing rely on holds on every version: the answers to
// changes, and a controller that gives a secret that is made again the very
// same token.
func TestHand(t *testing.T) {
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			cluster := controlplanetest.Start(t, controlplane.Options{Version: version})
			config, err := cluster.RESTConfig(controlplane.Admin)
			must(t, err)
			t.Run("changes", func(t *testing.T) { contract.RunHand(t, config) })
			t.Run("controller", func(t *testing.T) { contract.RunController(t, config) })
		})
	}
}
