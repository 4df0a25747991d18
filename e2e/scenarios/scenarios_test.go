package scenarios

import (
	"testing"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

// TestScenarios tells every scenario on every version that is to be tested.
// One of them alone:
//
//	go test ./scenarios -run 'TestScenarios/1.37.1/.*/exit_codes'
func TestScenarios(t *testing.T) {
	controlplanetest.Require(t)
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			s := raise(t, version)
			t.Run("side by side", s.sideBySide)
			t.Run("one by one", s.oneByOne)
		})
	}
}

// sideBySide are scenarios that do not disturb each other: each has namespaces
// of its own.
func (s *stage) sideBySide(t *testing.T) {
	t.Run("everything is loaded", s.everythingIsLoaded)
	t.Run("origin follows the account", s.originFollowsTheAccount)
	t.Run("auto-generation", s.autoGeneration)
	t.Run("references of every kind", s.referencesOfEveryKind)
	t.Run("a use is seen", s.aUseIsSeen)
	t.Run("invalidated and knocked", s.invalidatedAndKnocked)
	t.Run("rights in some namespaces", s.rightsInSomeNamespaces)
	t.Run("no right to pods", s.noRightToPods)
	t.Run("no right to accounts", s.noRightToAccounts)
	t.Run("no rights", s.noRights)
	t.Run("rights of the printed manifest", s.rightsOfThePrintedManifest)
	t.Run("changes are followed", s.changesAreFollowed)
	t.Run("no secret on the wire", s.noSecretOnTheWire)
	t.Run("what is known of the control plane", s.controlPlaneFacts)
	if s.Version() == controlplane.Newest { // no matter of the server's version
		t.Run("exit codes", s.exitCodes)
		t.Run("what goes wrong is told", s.troubleIsTold)
	}
}

// oneByOne are scenarios that want the control plane, or the product, to
// themselves. The last looks back at what was done in all others.
func (s *stage) oneByOne(t *testing.T) {
	t.Run("the line is cut", s.theLineIsCut)
	t.Run("the server is killed", s.theServerIsKilled)
	t.Run("the server knows no roles yet", s.theServerKnowsNoRolesYet)
	t.Run("nothing but reading", s.nothingButReading)
}
