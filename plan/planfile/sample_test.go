package planfile

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
)

var now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// sample is a cluster of some tokens, one of them odd.
func sample() *model.Inventory {
	today := model.DayOf(now)
	v, _ := model.ParseVersion("v1.27.3")
	inv := &model.Inventory{Taken: now}
	inv.Cluster = model.Cluster{
		Context: "prod", Server: "https://10.0.0.1:6443", UID: "7f3c0a52", Servers: []model.ServerVersion{{Version: v, Answers: 3}},
		Platform: model.Platform{ID: model.PlatformKubeadm},
		Tracking: model.Tracking{State: model.TrackingPresent, Since: model.NewDayLabel((today - 300).String())},
	}
	inv.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{}
	for _, kind := range append([]model.ObjectKind{model.KindTokens, model.KindAccounts, model.KindPods}, model.TemplateKinds()...) {
		inv.Coverage.Kinds[kind] = model.KindCoverage{State: model.CoverageComplete, Started: now}
	}
	for i := range 6 {
		name := fmt.Sprintf("app-%d", i)
		t := &model.Token{
			Key: model.Key{Namespace: "payments", Name: name + "-token"}, UID: "uid-" + name, ResourceVersion: "42",
			Account: name, AccountUID: "acc-" + name, Created: (today - 700).Time(),
		}
		if i == 1 {
			t.LastUsed = model.NewDayLabel((today - 1).String())
		}
		inv.Tokens = append(inv.Tokens, t)
		inv.Accounts = append(inv.Accounts, &model.Account{Key: model.Key{Namespace: "payments", Name: name}, UID: "acc-" + name, ResourceVersion: "7", Secrets: []string{t.Name}})
	}
	inv.Workloads = append(inv.Workloads, &model.Workload{
		Key: model.Key{Namespace: "payments", Name: "app-2"}, Kind: "Deployment", UID: "w", Generation: 4, Account: "app-2",
		Secrets: []model.SecretRef{{Secret: "app-2-token", How: model.RefVolume, Where: "volume creds"}},
	})
	return inv
}

func know(tb testing.TB) *knowledge.Migration {
	tb.Helper()
	m, err := knowledge.LoadMigration()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func judge(tb testing.TB, inv *model.Inventory) *model.Assessment {
	tb.Helper()
	return model.Assess(inv, know(tb).Knowledge, model.DefaultPolicy(now))
}

func planOf(tb testing.TB, inv *model.Inventory) *plan.Plan {
	tb.Helper()
	policy, err := know(tb).PolicyNamed("")
	if err != nil {
		tb.Fatal(err)
	}
	p, err := plan.Build(judge(tb, inv), know(tb), plan.Options{Target: 30, Policy: policy})
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// hostile are strings that no reader of a plan should get raw.
var hostile = []string{
	"", "plain", "yes", "1.30", "a: b", "- x", "line\nbreak", "\x1b[31mred", "\u202eevil", "`code`", "```", "| cell |", "# head", "'", `"`, "日本", "\U000e0041", "---", "null", "~", "2026-01-02", "{}", "\t", "%s", "\u2028",
}

// random makes a plan with anything in its fields, as long as it may be read.
func random(r *rand.Rand) *plan.Plan {
	text := func() string { return hostile[r.IntN(len(hostile))] }
	list := func() []string {
		var out []string
		for range r.IntN(3) {
			out = append(out, text())
		}
		return out
	}
	day := func() model.Day { return model.Day(r.IntN(30000)) }
	evidence := func() []plan.Evidence {
		var out []plan.Evidence
		for range r.IntN(3) {
			out = append(out, plan.Evidence{Code: "TB-1", Text: text()})
		}
		return out
	}
	p := &plan.Plan{
		APIVersion: plan.APIVersion, Kind: plan.Kind, From: plan.Minor(20 + r.IntN(10)),
		Cluster: plan.Cluster{Name: text(), UID: text(), Server: text(), Version: text(), Platform: text()},
		Inputs:  plan.Inputs{Taken: now.Add(time.Duration(r.IntN(1e9)) * time.Second), AsOf: day(), Tokens: r.IntN(9), NotSeen: evidence()},
	}
	p.Target = p.From + plan.Minor(r.IntN(5))
	yes := r.IntN(2) == 0
	p.Policy = knowledge.Policy{
		Name: text(), SoakDays: r.IntN(9), Phases: []knowledge.Phase{{Minor: 24, ExtendTokenExpiration: &yes}},
		Upgrades: knowledge.Upgrades{EveryDays: 3, Dates: map[string]string{"1.30": "2027-01-01"}},
		Teams:    []knowledge.Team{{Name: text(), Namespaces: list()}},
	}
	for range r.IntN(3) {
		h := plan.Hop{From: p.From, To: p.Target, Position: plan.Ahead, Name: text(), Date: day(), DateAssumed: r.IntN(2) == 0}
		h.Changes = []plan.Change{{Minor: 30, Text: text(), Proof: knowledge.ProofDocument, Source: text()}}
		for range r.IntN(3) {
			s := plan.Step{ID: "x", Code: "TB-1", Phase: plan.Do, State: plan.States()[r.IntN(len(plan.States()))], Title: text(), Why: text(), Facts: list(), How: list(), Verify: list(), Undo: text()}
			s.Objects = []plan.Object{{Kind: "Secret", Namespace: text(), Name: text(), Team: text(), Note: text()}}
			s.Actions = []plan.Action{{
				Kind: plan.Delete, On: plan.Pin{Kind: "Secret", Namespace: "n", Name: "x", UID: "u", ResourceVersion: text(), Generation: int64(r.IntN(5))},
				Team: text(), Verdict: text(), Change: list(), Evidence: evidence(), NotSeen: evidence(), Warn: list(),
			}}
			s.Ways = []plan.Way{{ID: text(), Title: text(), Lines: list()}}
			h.Steps = append(h.Steps, s)
		}
		p.Hops = append(p.Hops, h)
	}
	p.Tokens = []plan.Judged{{Key: model.Key{Namespace: "a b", Name: "c d"}, Verdict: model.VerdictIdle}}
	p.Forecast = plan.Forecast{
		Assumptions: []plan.Assumption{{Text: text(), Assumed: yes}}, Spared: []plan.Spared{{Why: text(), Tokens: 3}},
		Items: []plan.ForecastItem{{Namespace: text(), Name: text(), Account: text(), Invalidated: day(), Deleted: day(), LastUsed: day(), Wanted: text(), Doubt: text()}},
	}
	p.Impact = plan.Impact{Settings: []string{text()}, Rows: []plan.ImpactRow{{Title: text(), Count: text(), Cells: []plan.ImpactCell{{Touches: yes, Now: text(), Later: []plan.ImpactLater{{Minor: 30, Text: text()}}, Told: text(), Why: text()}}}}}
	return p
}
