package batch

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/knowledge"
	"timebound/plan/planfile"
)

func basePlan() *plan.Plan {
	return &plan.Plan{
		APIVersion: plan.APIVersion, Kind: plan.Kind, Hash: "sha256:of the base", From: 29, Target: 34,
		Cluster: plan.Cluster{Name: "prod-eu-1", UID: uid, Server: "https://10.0.0.1:6443", Version: "v1.30.2"},
		Inputs:  plan.Inputs{Taken: saved, AsOf: model.DayOf(saved), Tokens: 12},
		Policy:  knowledge.Policy{Name: "gradual", SoakDays: 9, Teams: []knowledge.Team{{Name: "money", Namespaces: []string{"pay*"}}}},
		Hops: []plan.Hop{
			{From: 29, To: 29, Position: plan.Past},
			{From: 30, To: 30, Position: plan.Here, Name: "OpenShift 4.17", Steps: []plan.Step{{ID: "1.30/TB-304", Code: "TB-304"}}},
			{From: 30, To: 34, Position: plan.Ahead},
		},
		Tokens:   []plan.Judged{{Key: model.Key{Namespace: "payments", Name: "a"}, Verdict: model.VerdictIdle}},
		Forecast: plan.Forecast{Assumptions: []plan.Assumption{{Text: "the cleaner runs"}}},
	}
}

// stagedItems is one of each kind, one for a reason, and two that put back.
func stagedItems() []*change.Item {
	b := New(uid)
	first := item(plan.Invalidate, "Secret", "a")
	first.Override, first.Change = "owner moved to OIDC, ticket 4711 | \x1b[31m", []string{"+ label"}
	first.Evidence, first.NotSeen = []plan.Evidence{{Code: "TB-130", Text: "presented yesterday"}}, []plan.Evidence{{Code: "TB-180", Text: "no audit log was read"}}
	detach, project := item(plan.Detach, "ServiceAccount", "export"), item(plan.Project, "Deployment", "app")
	detach.On.ResourceVersion, detach.Verdict, detach.Names, detach.Team = "", "", []string{"gone-token"}, "exporters"
	project.On.Generation, project.Verdict, project.Change = 4, "", []string{"- volume creds", "+ projected"}
	back := item(plan.Reactivate, "Secret", "put-back")
	back.Inverse = &change.Inverse{Run: "20261101-080000-aaaa"}
	b.Add(first, item(plan.Delete, "Secret", "b"), item(plan.Reactivate, "Secret", "c"), item(plan.Issue, "Secret", "a"), detach, project, back, item(plan.Restore, "Secret", "d"))
	return b.Items()
}

func TestWhatIsStagedBecomesAPlanThatCanBeApplied(t *testing.T) {
	base, items := basePlan(), stagedItems()
	p := AsPlan(base, items)
	if !reflect.DeepEqual(base, basePlan()) {
		t.Error("the plan that it is made by was changed")
	}
	for name, write := range map[string]planfile.Format{"yaml": planfile.WriteYAML, "json": planfile.WriteJSON} {
		var text bytes.Buffer
		if err := write(&text, p); err != nil {
			t.Fatal(err)
		}
		back, err := planfile.Read(text.Bytes())
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text.Bytes())
		}
		if err := planfile.CheckHash(back); err != nil || back.Hash == base.Hash {
			t.Errorf("%s: %v", name, err)
		}
		var again bytes.Buffer
		if err := write(&again, back); err != nil || !bytes.Equal(again.Bytes(), text.Bytes()) {
			t.Errorf("%s: it is another one when it was read: %v\n%s", name, err, again.Bytes())
		}
		if err := planfile.SameCluster(back, model.Cluster{UID: uid}); err != nil {
			t.Error(err)
		}
		if back.Policy.SoakDays != 9 || back.Inputs.AsOf != base.Inputs.AsOf || len(back.Tokens) != 1 {
			t.Errorf("%s: the head is another one: %+v", name, back.Policy)
		}
		if len(back.Hops) != 1 || back.Hops[0].To != 30 || back.Hops[0].Position != plan.Here || len(back.Hops[0].Steps) != 1 {
			t.Fatalf("%s: %+v", name, back.Hops)
		}
		var got []string
		for i, a := range back.Hops[0].Steps[0].Actions {
			got = append(got, planfile.ActionName(&a))
			if want := items[slices.IndexFunc(items, func(i *change.Item) bool { return i.ID() == got[len(got)-1] })]; a.On != want.On || a.Verdict != want.Verdict {
				t.Errorf("%s, action %d: pinned to %+v, and %+v was staged", name, i, a.On, want.On)
			}
		}
		want := []string{"invalidate Secret payments/a", "delete Secret payments/b", "project Deployment payments/app", "detach ServiceAccount payments/export", "issue Secret payments/a", "reactivate Secret payments/c"}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	step := p.Hops[0].Steps[0]
	if step.Actions[0].Override != items[0].Override || step.Actions[0].Team != "money" || step.Actions[3].Team != "exporters" {
		t.Errorf("%+v", step.Actions)
	}
	if !slices.Equal(step.Facts, []string{"1 to invalidate", "1 to delete", "1 to project", "1 to detach", "1 to issue", "1 to reactivate"}) {
		t.Errorf("%q", step.Facts)
	}
}

func TestWhatIsStagedReadsWell(t *testing.T) {
	var text bytes.Buffer
	if err := planfile.WriteMarkdown(&text, AsPlan(basePlan(), stagedItems())); err != nil {
		t.Fatal(err)
	}
	md := text.String()
	for _, want := range []string{
		"# Migration plan: prod-eu-1, 1.30\n", "## 1.30, which runs now (OpenShift 4.17)", "- [ ] **staged** staged by hand – *to do*", "  - 1 to delete",
		`| ` + "`Secret payments/a`" + ` | invalidate: in spite of it, because: owner moved to OIDC, ticket 4711 \|`, "not seen: no audit log was read",
		"| `Secret payments/c` | reactivate |", "### money", "- [ ] staged `Secret payments/c`: reactivate", "Way back: timebound undo",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("lacks %q:\n%s", want, md)
		}
	}
	for _, no := range []string{"If nobody acts", "What each setting does", "1.30 to 1.30", "put-back", "\x1b"} {
		if strings.Contains(md, no) {
			t.Errorf("has %q:\n%s", no, md)
		}
	}
}
