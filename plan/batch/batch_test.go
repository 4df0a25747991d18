package batch

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
)

const uid = "7f3c0a52-0b6c-4f0e-9a55-3f1f6f0b1c2d"

var saved = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func item(kind plan.ActionKind, on, name string) *change.Item {
	return &change.Item{Action: plan.Action{
		Kind: kind, On: plan.Pin{Kind: on, Namespace: "payments", Name: name, UID: "u-" + name, ResourceVersion: "7"}, Verdict: "idle",
	}, Account: "ledger", LastUsed: "2026-01-02"}
}

func TestStagingAgainReplaces(t *testing.T) {
	b := New(uid)
	b.Add(item(plan.Invalidate, "Secret", "a"), item(plan.Invalidate, "Secret", "b"))
	again := item(plan.Invalidate, "Secret", "a")
	again.Override = "the team asked for it"
	b.Add(again)
	if b.Len() != 2 || b.Get(again.ID()) != again {
		t.Fatalf("%d items, override %q", b.Len(), b.Get(again.ID()).Override)
	}
	b.Add(item(plan.Delete, "Secret", "a"))
	if b.Len() != 2 || b.Get(again.ID()) != nil {
		t.Error("a token is to be switched off and deleted in one batch")
	}
	if n := b.Remove("nothing", item(plan.Delete, "Secret", "a").ID()); n != 1 || b.Len() != 1 {
		t.Errorf("%d were taken out, %d are left", n, b.Len())
	}
	if b.Clear(); b.Len() != 0 || len(b.Items()) != 0 {
		t.Error("something is left")
	}
}

func TestItemsAreGroupedByActionThenByName(t *testing.T) {
	b := New(uid)
	b.Add(item(plan.Detach, "ServiceAccount", "export"), item(plan.Project, "Deployment", "app"), item(plan.Invalidate, "Secret", "b"), item(plan.Invalidate, "Secret", "a"))
	var got []string
	for _, i := range b.Items() {
		got = append(got, i.ID())
	}
	want := []string{"invalidate Secret payments/a", "invalidate Secret payments/b", "project Deployment payments/app", "detach ServiceAccount payments/export"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if totals := b.Totals(); !slices.Equal(totals, []Total{{plan.Invalidate, 2}, {plan.Project, 1}, {plan.Detach, 1}}) {
		t.Errorf("%v", totals)
	}
	before := b.Items()
	b.Remove(before[0].ID())
	if len(before) != 4 || before[0] == nil {
		t.Error("a slice that was given away changed")
	}
}

func TestDriftIsFoundOncePerFacts(t *testing.T) {
	facts := func(version, used string) *model.Assessment {
		inv := &model.Inventory{Tokens: []*model.Token{{
			Key: model.Key{Namespace: "payments", Name: "a"}, UID: "u-a", ResourceVersion: version, Account: "ledger", LastUsed: model.NewDayLabel(used),
		}}}
		return model.Assess(inv, model.Knowledge{}, model.DefaultPolicy(saved))
	}
	i := item(plan.Reactivate, "Secret", "a")
	b := New(uid)
	b.Add(i)
	a := facts("7", "2026-01-02")
	drift := b.Drift(a)
	if s := drift[i]; s == nil || s.Code != change.SkipAlready {
		t.Fatalf("%v", s)
	}
	delete(drift, i)
	if len(b.Drift(a)) != 0 {
		t.Error("the same facts were looked at twice")
	}
	if len(b.Drift(facts("8", "2026-11-20"))) != 1 {
		t.Error("newer facts were not looked at")
	}
	if len(b.Drift(nil)) != 0 {
		t.Error("without facts there is drift")
	}
}

func TestWhatIsKeptComesBack(t *testing.T) {
	b := New(uid)
	first := item(plan.Invalidate, "Secret", "evil\x1b[31m\u202e")
	first.Override, first.Evidence = "asked \x07", []plan.Evidence{{Code: "TB-167", Text: "not seen"}}
	b.Add(first, item(plan.Project, "CronJob", "report"))
	text, err := Encode(b.Cluster(), b.Items(), saved)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(text, "\x1b\x07") {
		t.Error("control characters stand in the file as they are")
	}
	back, when, err := Decode(text, uid)
	if err != nil || !when.Equal(saved) {
		t.Fatal(err, when)
	}
	again, err := Encode(back.Cluster(), back.Items(), when)
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("%v\n%s", err, again)
	}
}

func TestWhatNobodyStagedIsRefused(t *testing.T) {
	b := New(uid)
	b.Add(item(plan.Invalidate, "Secret", "a"))
	text, err := Encode(uid, b.Items(), saved)
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	swap := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("no %s in\n%s", from, good)
		}
		return strings.Replace(good, from, to, 1)
	}
	one := good[strings.Index(good, "  {"):strings.LastIndex(good, "\n ]")]
	for name, c := range map[string]struct{ text, why string }{
		"empty":                 {"", "EOF"},
		"cut":                   {good[:len(good)/2], "EOF"},
		"another version":       {swap("timebound/v1", "timebound/v9"), "timebound/v9"},
		"another kind":          {swap(`"Staged"`, `"Plan"`), "Plan"},
		"another cluster":       {swap(uid, "0000\x7f"), "another cluster"},
		"an unknown field":      {swap(`"kind": "Staged"`, `"kind": "Staged", "force": true`), "force"},
		"an unknown act":        {swap("invalidate", "format"), "no action is called"},
		"an act that puts back": {swap("invalidate", "restore"), "no action is called"},
		"another object":        {swap(`"kind": "Secret"`, `"kind": "Node"`), "is not for a"},
		"a workload":            {swap(`"kind": "Secret"`, `"kind": "Deployment"`), "is not for a"},
		"no UID":                {swap("u-a", ""), "which object"},
		"an inverse":            {swap(`"account"`, `"inverse": {"run": "x"}, "account"`), "puts something back"},
		"a null":                {swap(one, "  null"), "empty"},
		"the same twice":        {swap(one, one+",\n"+one), "the same object"},
		"two decisions":         {swap(one, one+",\n"+strings.Replace(one, "invalidate", "delete", 1)), "the same object"},
		"a tail":                {good + "{}", "behind its end"},
	} {
		if b, _, err := Decode([]byte(c.text), uid); err == nil || !strings.Contains(err.Error(), c.why) || b != nil {
			t.Errorf("%s: %v", name, err)
		} else if strings.ContainsAny(err.Error(), "\x1b\x7f") {
			t.Errorf("%s: the error is not printable: %q", name, err)
		}
	}
	if _, _, err := Decode(make([]byte, largestFile+1), uid); err == nil {
		t.Error("a file of any length is read")
	}
}

func FuzzDecode(f *testing.F) {
	b := New(uid)
	b.Add(item(plan.Invalidate, "Secret", "a"), item(plan.Detach, "ServiceAccount", "b"))
	text, err := Encode(uid, b.Items(), saved)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		b, when, err := Decode(text, uid)
		if err != nil {
			if model.Printable(err.Error()) != err.Error() {
				t.Errorf("not printable: %q", err)
			}
			return
		}
		again, err := Encode(uid, b.Items(), when)
		if err != nil {
			t.Skip(err) // a year that JSON cannot hold
		}
		if _, _, err := Decode(again, uid); err != nil {
			t.Errorf("what was read cannot be read again: %v", err)
		}
	})
}

func TestAnObjectTellsWhatIsStagedForIt(t *testing.T) {
	b := New(uid)
	b.Add(item(plan.Invalidate, "Secret", "a"), item(plan.Issue, "Secret", "a"), item(plan.Project, "Deployment", "a"))
	at := Object{Kind: "Secret", Key: model.Key{Namespace: "payments", Name: "a"}}
	if on := b.On(at); len(on) != 2 || on[0].Kind != plan.Invalidate || on[1].Kind != plan.Issue {
		t.Errorf("%v", on)
	}
	b.Remove(b.On(at)[0].ID())
	if on := b.On(at); len(on) != 1 {
		t.Errorf("%v", on)
	}
}
