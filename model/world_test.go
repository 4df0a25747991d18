package model

import "time"

// today is the day on which the tests' worlds stand.
var today = mustDay("2026-11-22")

func mustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func label(d Day) DayLabel { return NewDayLabel(d.String()) }

// world is an inventory in the making: a healthy 1.30 cluster on which uses
// have been recorded for 400 days and everything was read.
type world struct{ Inventory }

func newWorld(change ...func(*world)) *world {
	w := &world{}
	w.Taken = today.Time().Add(9 * time.Hour)
	w.Cluster.Servers = []ServerVersion{{Version: version("v1.30.14"), Answers: 5}}
	w.Cluster.Platform.ID = PlatformPlain
	w.Cluster.Tracking = Tracking{State: TrackingPresent, Since: label(today - 401)}
	w.Coverage.Kinds = map[ObjectKind]KindCoverage{}
	for _, kind := range append([]ObjectKind{KindTokens, KindPullSecrets, KindAccounts, KindPods}, TemplateKinds()...) {
		w.Coverage.Kinds[kind] = KindCoverage{State: CoverageComplete, Started: w.Taken}
	}
	w.account("ci")
	for _, c := range change {
		c(w)
	}
	return w
}

func version(git string) Version {
	v, err := ParseVersion(git)
	if err != nil {
		panic(err)
	}
	return v
}

func (w *world) account(name string, secrets ...string) *Account {
	a := &Account{Key: Key{"payments", name}, UID: "uid-" + name, Secrets: secrets, Created: (today - 500).Time()}
	w.Accounts = append(w.Accounts, a)
	return a
}

// token adds a manual token of the account ci, made 450 days ago and never
// used.
func (w *world) token(name string) *Token {
	t := &Token{Key: Key{"payments", name}, UID: "uid-" + name, Account: "ci", AccountUID: "uid-ci", Created: (today - 450).Time()}
	w.Tokens = append(w.Tokens, t)
	return t
}

func (w *world) workload(kind, name string, state WorkloadState, secrets ...string) *Workload {
	wl := &Workload{Key: Key{"payments", name}, Kind: kind, Account: "default", State: state}
	for _, s := range secrets {
		wl.Secrets = append(wl.Secrets, SecretRef{Secret: s, How: RefVolume, Where: "volume creds"})
	}
	w.Workloads = append(w.Workloads, wl)
	return wl
}

func (w *world) cover(kind ObjectKind, c KindCoverage) { w.Coverage.Kinds[kind] = c }

func (w *world) observe(component Component, kind SettingKind, name, value string) {
	w.Cluster.Observed = append(w.Cluster.Observed, Observation{Component: component, Kind: kind, Name: name, Value: value, Source: SourceProcess, Where: "pod x"})
}

func policy() Policy { return Policy{AsOf: today, Today: today, IdleAfter: 90, MinWatch: 90} }

func (w *world) assess() *Assessment { return Assess(&w.Inventory, testKnowledge(), policy()) }

func testKnowledge() Knowledge {
	return Knowledge{
		Gates: GateTable{Newest: 37, Gates: []GateHistory{{
			Name:    gateNoAutoGeneration,
			Readers: []GateReader{{24, 26, []Component{ControllerManager}}, {27, 28, nil}},
			Minors: map[int]GateState{
				24: {Stage: "beta", Default: true}, 25: {Stage: "beta", Default: true}, 26: {Stage: "GA", Default: true},
				27: {Stage: "GA", Default: true, Locked: true}, 28: {Stage: "GA", Default: true, Locked: true},
			},
		}}},
		Flags: FlagTable{{Component: APIServer, Name: flagLookup, Default: "true", From: 20}},
		Keepers: []Keeper{{
			ID: "recovery", Title: "Recovery", UsedBy: "the control plane of a cluster that comes back from the dead",
			Match: KeeperMatch{Namespace: "openshift-kube-*", Account: "localhost-recovery-client"},
		}},
	}
}
