package scenarios

import (
	"slices"
	"testing"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/plan"
	"timebound/plan/planfile"
)

// TestPlan holds the plan of a cluster against the cluster. It has a control
// plane of its own, because its scenarios start that anew with other flags.
// One version and one scenario alone:
//
//	go test ./scenarios -run 'TestPlan/1.37.1/settings'
func TestPlan(t *testing.T) {
	controlplanetest.Require(t)
	binary := buildProduct(t)
	for _, version := range controlplanetest.Versions() {
		t.Run(version, func(t *testing.T) {
			opts := controlplane.Options{Version: version}
			first := setups(minorOf(t, version))[0]
			first.apply(&opts)
			s := raiseWith(t, opts, binary)
			// The others find it as the last setup left it: as the policy asks.
			t.Run("settings", s.settingsAreSeenAsTheyAre)
			t.Run("file", s.planFileHolds)
			t.Run("rights in one namespace", s.planWithFewRights)
			t.Run("no token in a plan", s.noTokenInAPlan)
		})
	}
}

// planned makes the plan as a user and reads what is printed.
func (s *stage) planned(t *testing.T, user string, args ...string) *plan.Plan {
	t.Helper()
	o := s.run(t, user, append([]string{"plan"}, args...)...)
	o.want(t, 0)
	return o.plan(t)
}

// plan reads a plan from stdout as its reader would, with its hash.
func (o outcome) plan(t *testing.T) *plan.Plan {
	t.Helper()
	p, err := planfile.Read([]byte(o.stdout))
	must(t, err)
	must(t, planfile.CheckHash(p))
	return p
}

// stepOf finds a step by its ID, "1.28/TB-401".
func stepOf(t *testing.T, p *plan.Plan, id string) *plan.Step {
	t.Helper()
	for i := range p.Hops {
		steps := p.Hops[i].Steps
		if at := slices.IndexFunc(steps, func(s plan.Step) bool { return s.ID == id }); at >= 0 {
			return &steps[at]
		}
	}
	t.Errorf("the plan from %s to %s has no step %s", p.From, p.Target, id)
	return &plan.Step{ID: id}
}

// wantState checks how a step stands.
func wantState(t *testing.T, p *plan.Plan, id string, want plan.State) *plan.Step {
	t.Helper()
	s := stepOf(t, p, id)
	if s.State != "" && s.State != want {
		t.Errorf("%s is %q, want %q: %s; its facts are %q", id, s.State, want, s.Title, s.Facts)
	}
	return s
}
