package scenarios

import (
	"testing"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/k8s/demo/contract"
)

// The demo cluster is held against the same contract in its own room. What
// holds here and there is what the product may rely on in both.
func TestContract(t *testing.T) {
	controlplanetest.Require(t, controlplane.Newest)
	cluster := controlplanetest.Start(t, controlplane.Options{NoControllers: true})
	config, err := cluster.RESTConfig(controlplane.Admin)
	must(t, err)
	contract.Run(t, config)
}
