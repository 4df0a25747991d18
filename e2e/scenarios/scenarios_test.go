package scenarios

import (
	"testing"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

// scenario is one story, told on a running control plane.
type scenario struct {
	name string
	tell func(*testing.T, *stage)
	only string // the one version it is about; "" for all
}

// sideBySide do not disturb each other: each has namespaces of its own.
var sideBySide = []scenario{
	{"everything is loaded", everythingIsLoaded, ""},
	{"origin follows the account", originFollowsTheAccount, ""},
	{"auto-generation", autoGeneration, ""},
	{"references of every kind", referencesOfEveryKind, ""},
	{"a use is seen", aUseIsSeen, ""},
	{"invalidated and knocked", invalidatedAndKnocked, ""},
	{"rights in some namespaces", rightsInSomeNamespaces, ""},
	{"no right to pods", noRightToPods, ""},
	{"no right to accounts", noRightToAccounts, ""},
	{"no rights", noRights, ""},
	{"rights of the printed manifest", rightsOfThePrintedManifest, ""},
	{"changes are followed", changesAreFollowed, ""},
	{"no secret on the wire", noSecretOnTheWire, ""},
	{"what is known of the control plane", controlPlaneFacts, ""},
	{"exit codes", exitCodes, controlplane.Newest},
	{"what goes wrong is told", troubleIsTold, controlplane.Newest},
}

// oneByOne want the control plane, or the product, to themselves.
var oneByOne = []scenario{
	{"the line is cut", theLineIsCut, ""},
	{"the server is killed", theServerIsKilled, ""},
	{"the server knows no roles yet", theServerKnowsNoRolesYet, ""},
	{"nothing but reading", nothingButReading, ""}, // last: over all that was done before
}

// TestScenarios tells every scenario on every version that is to be tested.
// One of them alone:
//
//	go test ./scenarios -run 'TestScenarios/1.37.1/.*/exit_codes'
func TestScenarios(t *testing.T) {
	controlplanetest.Require(t)
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			s := raise(t, version)
			t.Run("side by side", func(t *testing.T) {
				for _, sc := range sideBySide {
					sc.run(t, s, true)
				}
			})
			t.Run("one by one", func(t *testing.T) {
				for _, sc := range oneByOne {
					sc.run(t, s, false)
				}
			})
		})
	}
}

func (sc scenario) run(t *testing.T, s *stage, parallel bool) {
	t.Helper()
	if sc.only != "" && sc.only != s.Version() {
		return
	}
	t.Run(sc.name, func(t *testing.T) {
		if parallel {
			t.Parallel()
		}
		sc.tell(t, s)
	})
}
