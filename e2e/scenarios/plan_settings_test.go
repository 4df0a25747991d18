package scenarios

import (
	"context"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/e2e/controlplane"
	"timebound/model"
	"timebound/plan"
)

// Settings stand in the plan as they are: wrong ones are asked for, right ones
// are done, and what nobody can see is neither. What the control plane really
// does is looked at beside it.
func (s *stage) settingsAreSeenAsTheyAre(t *testing.T) {
	all := setups(s.minor)
	ns := s.namespace(t, "settings")
	s.account(t, ns, "robot")
	s.token(t, ns, "token", "robot") // for the forecast to speak of

	s.bind(t, reader, "", s.role(t, "objects-only", append(allBut(""), rule("", "get", "namespaces"))...))
	t.Run("objects only", func(t *testing.T) {
		s.wantStandings(t, s.planned(t, reader), func(w standing) plan.State { return w.objects })
	})
	t.Run("from outside", func(t *testing.T) {
		s.wantStandings(t, s.planned(t, looker), func(w standing) plan.State { return w.outside })
	})
	for i, u := range all {
		if i > 0 {
			s.start(t, u)
		}
		s.showStaticPods(t)
		t.Run(u.name, func(t *testing.T) {
			p := s.planned(t, looker)
			s.wantStandings(t, p, func(w standing) plan.State { return w.seen[i] })
			s.wantForecast(t, p, u)
			if i == 0 {
				s.theRuleIsTold(t)
			}
			if i == 1 && s.Version() == controlplane.Newest {
				s.gatesAreReadFromFlags(t)
			}
			s.wantGeneration(t, ns, u)
			s.wantCleaner(t, u)
			s.wantRecording(t, ns, u, i > 0)
			s.wantLives(t, ns, u)
		})
	}
}

// start starts the pair anew.
func (s *stage) start(t *testing.T, u setup) {
	t.Helper()
	s.Change(u.apply)
	must(t, s.RestartAPIServer(t.Context()))
	must(t, s.RestartControllerManager(t.Context()))
}

// wantStandings checks every step of the version's table.
func (s *stage) wantStandings(t *testing.T, p *plan.Plan, of func(standing) plan.State) {
	t.Helper()
	for _, w := range standings[s.minor] {
		if want := of(w); want != "" {
			wantState(t, p, w.id, want)
		}
	}
}

// gatesAreReadFromFlags: where /flagz is served, it tells which gates were given,
// and only given ones keep the next version from starting.
func (s *stage) gatesAreReadFromFlags(t *testing.T) {
	t.Helper()
	observed := s.look(t, looker, 0).Inventory.Cluster.Observed
	if !slices.ContainsFunc(observed, func(o model.Observation) bool {
		return o.Component == model.APIServer && o.Name == tokenIDs && o.Value == "true" && o.Where == "GET /flagz"
	}) {
		t.Errorf("--feature-gates=%s=true is not read from /flagz", tokenIDs)
	}
}

// wantGeneration checks that a new account gets a token, or none.
func (s *stage) wantGeneration(t *testing.T, ns string, u setup) {
	t.Helper()
	account := "probe-" + u.slug()
	s.account(t, ns, account)
	if u.generates {
		s.generated(t, ns, account, "")
		return
	}
	s.token(t, ns, account, account) // which the controller has filled in by now
	o, err := s.admin.CoreV1().ServiceAccounts(ns).Get(t.Context(), account, metav1.GetOptions{})
	must(t, err)
	if len(o.Secrets) > 0 {
		t.Errorf("a new account got %v", o.Secrets)
	}
}

// wantCleaner checks that the cleaner runs, or does not.
func (s *stage) wantCleaner(t *testing.T, u setup) {
	t.Helper()
	limit := time.Minute
	if !u.cleans {
		limit = time.Second
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if err := s.AwaitCleaner(ctx); (err == nil) != u.cleans {
		t.Errorf("the cleaner runs: %t, want %t (%v)", err == nil, u.cleans, err)
	}
}

// wantForecast checks that days are foretold where the cleaner runs, and only
// there. Before 1.30 that is a matter of upgrades to come.
func (s *stage) wantForecast(t *testing.T, p *plan.Plan, u setup) {
	t.Helper()
	if s.minor < 30 {
		return
	}
	spared := slices.ContainsFunc(p.Forecast.Spared, func(w plan.Spared) bool { return w.Why == "no cleaner runs" })
	if spared == u.cleans {
		t.Errorf("the cleaner runs: %t, and the forecast spares %v", u.cleans, p.Forecast.Spared)
	}
}

// wantRecording checks that a use is written down, or, without lookup, is not.
func (s *stage) wantRecording(t *testing.T, ns string, u setup, recorded bool) {
	t.Helper()
	if !s.tracks() {
		return
	}
	token := s.token(t, ns, "used-"+u.slug(), "robot")
	s.use(t, token)
	if recorded {
		s.awaitUse(t, token)
		return
	}
	time.Sleep(time.Second) // it would be written after the answer
	o, err := s.admin.CoreV1().Secrets(token.Namespace).Get(t.Context(), token.Name, metav1.GetOptions{})
	must(t, err)
	if last := o.Labels[model.LabelLastUsed]; last != "" {
		t.Errorf("without lookup, a use was recorded on %s", last)
	}
}
