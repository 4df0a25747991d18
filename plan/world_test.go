package plan

import (
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan/knowledge"
)

// now is the time at which the tests' worlds stand.
var now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

var today = model.DayOf(now)

func label(d model.Day) model.DayLabel { return model.NewDayLabel(d.String()) }

// world is an inventory in the making: a healthy plain cluster on which uses
// have been recorded for 400 days and everything was read.
type world struct{ model.Inventory }

func newWorld(git string) *world {
	w := &world{}
	w.Taken = now
	v, err := model.ParseVersion(git)
	if err != nil {
		panic(err)
	}
	w.Cluster = model.Cluster{
		Context: "prod", Server: "https://10.0.0.1:6443", UID: "7f3c0a52",
		Servers:  []model.ServerVersion{{Version: v, Answers: 5}},
		Platform: model.Platform{ID: model.PlatformPlain},
		Tracking: model.Tracking{State: model.TrackingPresent, Since: label(today - 401)},
	}
	w.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{}
	for _, kind := range append([]model.ObjectKind{model.KindTokens, model.KindPullSecrets, model.KindAccounts, model.KindPods}, model.TemplateKinds()...) {
		w.Coverage.Kinds[kind] = model.KindCoverage{State: model.CoverageComplete, Started: now}
	}
	return w
}

// token adds a token of an account of its own, made 800 days ago and never
// used; listed says that the account's .secrets names it.
func (w *world) token(name string, listed bool) *model.Token {
	account := strings.TrimSuffix(name, "-token")
	acc := &model.Account{Key: model.Key{Namespace: "payments", Name: account}, UID: "uid-" + account, ResourceVersion: "7", Created: (today - 800).Time()}
	if listed {
		acc.Secrets = []string{name}
	}
	t := &model.Token{
		Key: model.Key{Namespace: "payments", Name: name}, UID: "uid-" + name, ResourceVersion: "42",
		Account: account, AccountUID: acc.UID, Created: (today - 800).Time(),
	}
	w.Accounts = append(w.Accounts, acc)
	w.Tokens = append(w.Tokens, t)
	return t
}

// workload adds a workload that runs as account and names a secret.
func (w *world) workload(kind, name, account string, state model.WorkloadState, how model.RefKind, secret string) *model.Workload {
	wl := &model.Workload{
		Key: model.Key{Namespace: "payments", Name: name}, Kind: kind, UID: "uid-" + name, Generation: 3, Account: account, State: state,
		Secrets: []model.SecretRef{{Secret: secret, How: how, Where: "volume creds"}},
	}
	w.Workloads = append(w.Workloads, wl)
	return wl
}

func (w *world) gate(c model.Component, name, value string) {
	w.observe(c, model.SettingGate, name, value, "pod kube-system/"+string(c)+"-cp1")
}

func (w *world) flag(c model.Component, name, value string) {
	w.observe(c, model.SettingFlag, name, value, "pod kube-system/"+string(c)+"-cp1")
}

func (w *world) observe(c model.Component, kind model.SettingKind, name, value, where string) {
	w.Cluster.Observed = append(w.Cluster.Observed, model.Observation{
		Component: c, Kind: kind, Name: name, Value: value, Source: model.SourceProcess, Where: where,
	})
}

// seen lets the arguments of both components be seen, with nothing odd in them.
func (w *world) seen() *world {
	w.flag(model.APIServer, flagLookup, "true")
	w.flag(model.APIServer, flagMaxExpiration, "0s")
	w.flag(model.APIServer, flagExtend, "true")
	w.flag(model.ControllerManager, flagControllers, "*,bootstrapsigner,tokencleaner")
	w.flag(model.ControllerManager, flagCleanUpPeriod, "8760h0m0s")
	return w
}

func know(tb testing.TB) *knowledge.Migration {
	tb.Helper()
	m, err := knowledge.LoadMigration()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func gradual(tb testing.TB) knowledge.Policy {
	tb.Helper()
	p, err := know(tb).PolicyNamed("")
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func (w *world) assess(tb testing.TB) *model.Assessment {
	tb.Helper()
	return model.Assess(&w.Inventory, know(tb).Knowledge, model.DefaultPolicy(now))
}

// plan builds the plan to a target with the default policy.
func (w *world) plan(tb testing.TB, target Minor) *Plan {
	tb.Helper()
	p, err := Build(w.assess(tb), know(tb), Options{Target: target, Policy: gradual(tb)})
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// at gives the step of a code in the hop to a minor; nil if there is none.
func (p *Plan) at(to Minor, code string) *Step {
	for i := range p.Hops {
		if p.Hops[i].To != to {
			continue
		}
		for j := range p.Hops[i].Steps {
			if s := &p.Hops[i].Steps[j]; s.Code == code {
				return s
			}
		}
	}
	return nil
}

// wants fails unless the step is there and in a state.
func (p *Plan) wants(t *testing.T, to Minor, code string, state State) *Step {
	t.Helper()
	s := p.at(to, code)
	if s == nil {
		t.Errorf("%s/%s is not there", to, code)
		return &Step{}
	}
	if s.State != state {
		t.Errorf("%s is %q, want %q: %s %v", s.ID, s.State, state, s.Title, s.Facts)
	}
	return s
}

func contains(list []string, part string) bool {
	return strings.Contains(strings.Join(list, "\n"), part)
}
