package change

import (
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/knowledge"
)

// cluster is an inventory that tests change before it is judged.
type cluster struct{ inv model.Inventory }

var day = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// watched is a 1.30 cluster whose tokens have been watched for years.
func watched() *cluster {
	c := &cluster{}
	c.inv.Taken = day
	c.inv.Cluster.Servers = []model.ServerVersion{{Version: model.Version{Minor: 30}, Answers: 1}}
	c.inv.Cluster.Tracking = model.Tracking{State: model.TrackingPresent, Since: model.NewDayLabel("2024-01-01")}
	c.inv.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{}
	for _, k := range append([]model.ObjectKind{model.KindTokens, model.KindAccounts, model.KindPods}, model.TemplateKinds()...) {
		c.inv.Coverage.Kinds[k] = model.KindCoverage{State: model.CoverageComplete, Started: day}
	}
	c.inv.Accounts = []*model.Account{{Key: model.Key{Namespace: "ns", Name: "robot"}, UID: "robot-uid", ResourceVersion: "7"}}
	return c
}

// token adds a token of the account; change adjusts it.
func (c *cluster) token(name string, change ...func(*model.Token)) *cluster {
	t := &model.Token{
		Key: model.Key{Namespace: "ns", Name: name}, UID: name + "-uid", ResourceVersion: "5", Created: day.AddDate(-2, 0, 0),
		Account: "robot", AccountUID: "robot-uid",
	}
	for _, f := range change {
		f(t)
	}
	c.inv.Tokens = append(c.inv.Tokens, t)
	return c
}

func used(on string) func(*model.Token) {
	return func(t *model.Token) { t.LastUsed = model.NewDayLabel(on) }
}

func off(since string) func(*model.Token) {
	return func(t *model.Token) { t.InvalidSince = model.NewDayLabel(since) }
}

func (c *cluster) mountedBy(workload string) *cluster {
	token := c.inv.Tokens[len(c.inv.Tokens)-1]
	c.inv.Workloads = append(c.inv.Workloads, &model.Workload{
		Key: model.Key{Namespace: "ns", Name: workload}, Kind: "Deployment", UID: workload + "-uid", Generation: 3, Account: "robot",
		Secrets: []model.SecretRef{{Secret: token.Name, How: model.RefVolume, Where: "volume t"}},
	})
	return c
}

func (c *cluster) unread(kind model.ObjectKind) *cluster {
	c.inv.Coverage.Kinds[kind] = model.KindCoverage{State: model.CoverageFailed}
	return c
}

func (c *cluster) runs(minors ...int) *cluster {
	c.inv.Cluster.Servers = nil
	for _, m := range minors {
		c.inv.Cluster.Servers = append(c.inv.Cluster.Servers, model.ServerVersion{Version: model.Version{Minor: m}, Answers: 1})
	}
	return c
}

func (c *cluster) judge(t *testing.T) *model.Assessment {
	t.Helper()
	know, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	inv := c.inv
	return model.Assess(&inv, know, model.DefaultPolicy(day))
}

// finding gives the last token's.
func (c *cluster) finding(t *testing.T) (*model.Finding, *model.Assessment) {
	t.Helper()
	a := c.judge(t)
	return a.Findings[len(a.Findings)-1], a
}

func TestWhatMayBeStaged(t *testing.T) {
	protected := func(t *model.Token) { t.Account = "argocd-manager" }
	for _, c := range []struct {
		name      string
		kind      plan.ActionKind
		on        *cluster
		refused   string // "" if it may
		overrides bool
	}{
		{"an idle token is switched off", plan.Invalidate, watched().token("a"), "", false},
		{"a used one only with a reason", plan.Invalidate, watched().token("a", used("2026-11-20")), "in use: last used on 2026-11-20", true},
		{"a mounted one only with a reason", plan.Invalidate, watched().token("a").mountedBy("app"), "referenced by Deployment app", true},
		{"not twice", plan.Invalidate, watched().token("a", off("2026-11-01")), "switched off already", false},
		{"not where 1.28 runs", plan.Invalidate, watched().runs(28).token("a"), "before 1.29 ignore the label", false},
		{"not where one server is older", plan.Invalidate, watched().runs(30, 28).token("a"), "and 1.28 runs", false},
		{"not where no version is known", plan.Invalidate, watched().runs().token("a"), "is not known", false},
		{"what is on is not switched on", plan.Reactivate, watched().token("a"), "not switched off", false},
		{"what is off is", plan.Reactivate, watched().token("a", off("2026-11-01")), "", false},
		{"a soaked one is deleted", plan.Delete, watched().token("a", off("2026-11-17")), "", false},
		{"one day less is too early", plan.Delete, watched().token("a", off("2026-11-18")), "soaks until 2026-11-25", true},
		{"a knock is a reason against", plan.Delete, watched().token("a", off("2026-11-01"), used("2026-11-20")), "somebody tried it on 2026-11-20", true},
		{"an unreadable day is one too", plan.Delete, watched().token("a", off("soon")), "its label says soon", true},
		{"idle is switched off first", plan.Delete, watched().token("a"), "invalidate it first", true},
		{"where that cannot be, it says so", plan.Delete, watched().runs(28).token("a"), "cannot be switched off by label here", true},
		{"what pods need stays", plan.Delete, watched().token("a", off("2026-10-01")).mountedBy("app"), "does not start without it", true},
		{"what nobody could look for may be there", plan.Delete, watched().token("a", off("2026-10-01")).unread(model.KindDeployments), "could not be read", true},
		{"a use on the day of switching off tells nothing", plan.Delete, watched().token("a", off("2026-10-01"), used("2026-10-01")), "before or after, nobody knows", true},
		{"what goes already goes", plan.Delete, watched().token("a", func(t *model.Token) { t.Deleting = day }), "being deleted already", false},
		{"keepers are left alone", plan.Delete, watched().token("a", protected), "protected", false},
		{"keepers are left alone by any action", plan.Invalidate, watched().token("a", protected), "protected", false},
		{"nothing else is for tokens", plan.Project, watched().token("a"), "is not for tokens", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, a := c.on.finding(t)
			item, refusal := StageToken(c.kind, f, a, Policy{SoakDays: 7}, "")
			switch {
			case c.refused == "" && refusal != nil:
				t.Fatalf("refused: %s", refusal.Why)
			case c.refused == "":
				if item.On.UID != f.Token.UID || item.On.ResourceVersion != f.Token.ResourceVersion || item.Override != "" {
					t.Errorf("the item is not pinned to what was seen: %+v", item)
				}
				return
			case refusal == nil || !strings.Contains(refusal.Why, c.refused) || refusal.Overridable != c.overrides:
				t.Fatalf("refusal %+v, want %q, overridable %v (verdict %s)", refusal, c.refused, c.overrides, f.Verdict)
			}
			item, refusal = StageToken(c.kind, f, a, Policy{SoakDays: 7}, "the owner agreed, CHG-1")
			if got := item != nil; got != c.overrides {
				t.Errorf("with a reason: staged %v, %+v", got, refusal)
			}
			if item != nil && item.Override != "the owner agreed, CHG-1" {
				t.Errorf("the reason is lost: %q", item.Override)
			}
			if blank, _ := StageToken(c.kind, f, a, Policy{SoakDays: 7}, "  "); blank != nil {
				t.Error("blanks count as a reason")
			}
		})
	}
}

// TestWhatMovedIsSkipped: whatever the evidence stood on, if it moved since the
// change was staged, the change is not made.
func TestWhatMovedIsSkipped(t *testing.T) {
	for _, c := range []struct {
		name string
		kind plan.ActionKind
		then *cluster
		now  *cluster
		want SkipCode
	}{
		{"nothing moved", plan.Invalidate, watched().token("a"), watched().token("a"), ""},
		{"gone", plan.Invalidate, watched().token("a"), watched().token("b"), SkipGone},
		{"made anew", plan.Invalidate, watched().token("a"), watched().token("a", func(t *model.Token) { t.UID = "other" }), SkipAnew},
		{"used", plan.Invalidate, watched().token("a"), watched().token("a", used("2026-11-24")), SkipUsed},
		{"used long ago, but later than known", plan.Invalidate, watched().token("a"), watched().token("a", used("2025-01-01")), SkipUsed},
		{"named by something new", plan.Invalidate, watched().token("a"), watched().token("a").mountedBy("new"), SkipNeeded},
		{"changed in some other way", plan.Invalidate, watched().token("a"), watched().token("a", func(t *model.Token) { t.ResourceVersion = "6" }), SkipChanged},
		{"switched off by somebody else", plan.Invalidate, watched().token("a"), watched().token("a", off("2026-11-24")), SkipAlready},
		{"tried after the soak", plan.Delete, watched().token("a", off("2026-11-01")), watched().token("a", off("2026-11-01"), used("2026-11-24")), SkipUsed},
		{"mounted after the soak", plan.Delete, watched().token("a", off("2026-11-01")), watched().token("a", off("2026-11-01")).mountedBy("new"), SkipNeeded},
		{"not to be looked for any more", plan.Delete, watched().token("a", off("2026-11-01")), watched().token("a", off("2026-11-01")).unread(model.KindPods), SkipNeeded},
		{"a knock is no reason against switching on", plan.Reactivate, watched().token("a", off("2026-11-01")),
			watched().token("a", off("2026-11-01"), used("2026-11-24"), func(t *model.Token) { t.ResourceVersion = "6" }), ""},
		{"switched on by somebody else", plan.Reactivate, watched().token("a", off("2026-11-01")), watched().token("a"), SkipAlready},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, a := c.then.finding(t)
			item, refusal := StageToken(c.kind, f, a, Policy{SoakDays: 7}, "")
			if refusal != nil {
				t.Fatal(refusal.Why)
			}
			skip := Recheck(item, c.now.judge(t))
			if c.want == "" && skip != nil || c.want != "" && (skip == nil || skip.Code != c.want) {
				t.Errorf("got %+v, want %q", skip, c.want)
			}
		})
	}
}

// TestAnOverrideHoldsForOneVerdict: who took a used token in spite of its use
// did not take it in spite of whatever comes.
func TestAnOverrideHoldsForOneVerdict(t *testing.T) {
	f, a := watched().token("a", used("2026-11-20")).finding(t)
	item, refusal := StageToken(plan.Invalidate, f, a, Policy{SoakDays: 7}, "the owner agreed")
	if refusal != nil {
		t.Fatal(refusal.Why)
	}
	if skip := Recheck(item, watched().token("a", used("2026-11-20")).judge(t)); skip != nil {
		t.Errorf("nothing moved, and it is skipped: %s", skip.Why)
	}
	if skip := Recheck(item, watched().token("a", used("2026-11-24")).judge(t)); skip == nil || skip.Code != SkipUsed {
		t.Errorf("used again, and not skipped: %+v", skip)
	}
}
