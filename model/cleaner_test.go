package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// cleanerWouldAct repeats the rules of upstream's LegacySATokenCleaner
// (k8s.io/kubernetes pkg/controller/serviceaccount/
// legacy_serviceaccount_token_cleaner.go, 1.29 to 1.37), apart from the one on
// origin, on a clock that shows now. It is written from that file and shares
// nothing with Assess.
func cleanerWouldAct(inv *Inventory, t *Token, now time.Time, period time.Duration) (bool, string) {
	since, err := time.Parse(dayLayout, inv.Cluster.Tracking.Since.Raw)
	if inv.Cluster.Tracking.State != TrackingPresent || err != nil {
		return false, "not tracked"
	}
	if now.Before(since.AddDate(0, 0, 1).Add(period)) {
		return false, "tracked for too short"
	}
	cut := now.Add(-period)
	if !t.Created.Before(cut) {
		return false, "too young"
	}
	if !t.Deleting.IsZero() {
		return false, "being deleted"
	}
	if t.LastUsed.Raw != "" {
		if _, err := time.Parse(dayLayout, t.LastUsed.Raw); err != nil {
			return false, "last-used does not parse"
		}
		if t.LastUsed.Raw >= cut.Format(dayLayout) {
			return false, "used lately"
		}
	}
	i := slices.IndexFunc(inv.Accounts, func(a *Account) bool {
		return a.Namespace == t.Namespace && a.Name == t.Account
	})
	if t.Account == "" || i < 0 || (t.AccountUID != "" && t.AccountUID != inv.Accounts[i].UID) {
		return false, "no account"
	}
	for _, w := range inv.Workloads {
		for _, s := range w.Secrets {
			if w.Kind == "Pod" && w.Namespace == t.Namespace && s.Secret == t.Name {
				return false, "mounted by a pod"
			}
		}
	}
	return true, ""
}

// Nothing is idle that upstream's own cleaner would keep, whatever the reason
// (its rule on origin aside: it never touches manual tokens, while Timebound
// shows them to people).
func TestIdleIsAtLeastAsCarefulAsUpstreamsCleaner(t *testing.T) {
	idle, kept := 0, map[string]int{}
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 7))
		w := randomWorld(r)
		p := policy()
		p.IdleAfter = []int{1, 30, 90, 365}[r.IntN(4)]
		p.MinWatch = p.IdleAfter
		a := Assess(&w.Inventory, testKnowledge(), p)
		period := time.Duration(p.IdleAfter) * 24 * time.Hour
		for _, f := range a.Findings {
			// The first instant of the day is when the cleaner is most careful.
			acts, why := cleanerWouldAct(&w.Inventory, f.Token, p.AsOf.Time(), period)
			if !acts {
				kept[why]++
			}
			if f.Verdict != VerdictIdle {
				continue
			}
			idle++
			if !acts {
				t.Fatalf("seed %d: %s is called idle, the cleaner keeps it: %s\n%+v", seed, f.Token.Name, why, f.Token)
			}
		}
	}
	if idle < 500 {
		t.Errorf("only %d idle tokens were generated: the test proves nothing", idle)
	}
	for _, why := range []string{"not tracked", "tracked for too short", "too young", "being deleted", "last-used does not parse", "used lately", "no account", "mounted by a pod"} {
		if kept[why] < 50 {
			t.Errorf("rule %q was tried %d times only", why, kept[why])
		}
	}
}

// More knowledge never makes a token safer than less: taking a list away must
// not produce an idle token that was none before.
func TestMissingFactsNeverMakeATokenIdle(t *testing.T) {
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 11))
		w := randomWorld(r)
		before := Assess(&w.Inventory, testKnowledge(), policy())

		blind := w.Inventory
		blind.Coverage.Kinds = map[ObjectKind]KindCoverage{}
		for k, c := range w.Coverage.Kinds {
			blind.Coverage.Kinds[k] = c
		}
		lost := append(TemplateKinds(), KindPods, KindAccounts)[r.IntN(10)]
		blind.Coverage.Kinds[lost] = KindCoverage{State: CoverageFailed}
		switch lost {
		case KindPods:
			blind.Workloads = slices.DeleteFunc(slices.Clone(w.Workloads), func(x *Workload) bool { return x.Kind == "Pod" })
		case KindAccounts:
			blind.Accounts = nil
		}
		after := Assess(&blind, testKnowledge(), policy())
		for i, f := range after.Findings {
			if f.Verdict == VerdictIdle || (f.Verdict == VerdictDead && before.Findings[i].Verdict != VerdictDead) {
				t.Fatalf("seed %d: without %s, %s became %q (was %q)", seed, lost, f.Token.Name, f.Verdict, before.Findings[i].Verdict)
			}
		}
	}
}

func randomWorld(r *rand.Rand) *world {
	w := newWorld()
	chance := func(percent int) bool { return r.IntN(100) < percent }
	day := func() Day { return today - Day(r.IntN(500)) + 2 }
	w.Cluster.Tracking.Since = label(day())
	if chance(5) {
		w.Cluster.Tracking = []Tracking{{State: TrackingAbsent}, {State: TrackingUnreadable}, {State: TrackingPresent, Since: NewDayLabel("x")}}[r.IntN(3)]
	}
	for i := range 3 {
		w.account(fmt.Sprintf("sa%d", i))
	}
	for i := range 6 {
		t := w.token(fmt.Sprintf("t%d", i))
		t.Created = day().Time().Add(time.Duration(r.IntN(86400)) * time.Second)
		t.Account = fmt.Sprintf("sa%d", r.IntN(3))
		t.AccountUID = "uid-" + t.Account
		switch r.IntN(12) {
		case 0:
			t.Account = "gone"
		case 1:
			t.AccountUID = "other"
		case 2:
			t.AccountUID = ""
		case 3:
			t.Account = ""
		}
		if chance(50) {
			t.LastUsed = label(day())
		}
		if chance(5) {
			t.LastUsed = NewDayLabel([]string{"never", "2026-13-01", "2026-1-1", "2026-01-01T00:00:00Z"}[r.IntN(4)])
		}
		if chance(5) {
			t.Deleting = today.Time()
		}
		if chance(5) {
			t.InvalidSince = label(day())
		}
		if acc := w.Accounts[r.IntN(len(w.Accounts))]; chance(50) {
			acc.Secrets = append(acc.Secrets, t.Name)
		}
		if chance(15) {
			w.workload([]string{"Pod", "Deployment"}[r.IntN(2)], fmt.Sprintf("w%d", i), WorkloadState(r.IntN(4)), t.Name)
		}
	}
	return w
}
