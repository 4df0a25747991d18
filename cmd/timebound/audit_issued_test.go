package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/plan/journal"
	"timebound/plan/run"
)

// Which tokens were issued stands in the journals: only those of runs that issued
// one, under the account that each is of.
func TestJournalsSayWhatWasIssued(t *testing.T) {
	store, err := journal.Open(filepath.Join(t.TempDir(), "runs"), "cluster-uid")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if issued, err := issuedIn(store); err != nil || len(issued) != 0 {
		t.Fatalf("an empty journal says %v, %v", issued, err)
	}
	lock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lock.Unlock() })
	j, err := store.Begin("20261120T100000Z-test", run.Head{Purpose: run.Apply, Items: 3})
	if err != nil {
		t.Fatal(err)
	}
	record := func(kind, item string, body any) journal.Record {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return journal.Record{Type: kind, Item: item, Time: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), Body: raw}
	}
	outcomes := map[string]run.Outcome{
		"ci": {State: run.Done, Credential: "JTI=5d0c1ffc-0000-4000-8000-000000000001"}, "failed": {State: run.Failed}, "off": {State: run.Done, Credential: ""},
	}
	for name, o := range outcomes {
		item := change.Item{Action: plan.Action{Kind: plan.Issue, On: plan.Pin{Kind: "Secret", Namespace: "payments", Name: name + "-token"}}, Account: name}
		if name == "off" {
			item.Kind = plan.Invalidate
		}
		if err := j.Append(record("staged", item.ID(), item), record("outcome", item.ID(), o)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	issued, err := issuedIn(store)
	want := model.Key{Namespace: "payments", Name: "ci"}
	if err != nil || len(issued) != 1 || issued["5d0c1ffc-0000-4000-8000-000000000001"] != want {
		t.Errorf("issued are %v, %v", issued, err)
	}
}

// Of every token that was asked about, the log tells whether somebody presents it.
func TestAuditTellsWhoHoldsWhatWasIssued(t *testing.T) {
	const id, other = "5d0c1ffc-0000-4000-8000-000000000001", "5d0c1ffc-0000-4000-8000-000000000002"
	cp1, _ := twoNodes(t)
	timebound(t, "audit", cp1, "--issued", "--demo").wants(t, exitDone, "no token was issued from here")
	line := strings.Replace(auditLine("9", "2026-11-22T10:00:00.000001Z", "ci/2.0", "203.0.113.9", ""), `"groups":["g"]`,
		`"groups":["g"],"extra":{"authentication.kubernetes.io/credential-id":["JTI=`+id+`"]}`, 1)
	if err := os.WriteFile(cp1, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	d := auditJSON(t, cp1, "--credential", "JTI="+id, "--credential", other)
	got := map[string]auditCredential{}
	for _, c := range d.Credentials {
		got[c.ID] = c
	}
	if c := got[id]; c.Requests == nil || *c.Requests != 1 || len(c.Callers) != 1 || c.Callers[0].Agent != "ci/2.0" {
		t.Errorf("its holder is not told: %+v", c)
	}
	if c := got[other]; c.Requests == nil || *c.Requests != 0 {
		t.Errorf("a token that nobody presents is told of as %+v", c)
	}
}
