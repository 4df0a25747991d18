package usage

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"timebound/model"
)

func TestUsage(t *testing.T) {
	s := New()
	other := model.Key{Namespace: "payments", Name: "other"}
	add := func(n uint64, at Micros, e Event) { s.AddCounted(&e, n, at, at) }
	legacy := Event{Tells: Legacy, Stage: StageComplete, Account: account, Secret: "t", Agent: "curl/8", Peer: "10.0.0.7", Verb: "get", Resource: "pods", Namespace: "a", Received: noon, Code: 200}
	add(3, noon, legacy)
	legacy.Verb, legacy.Resource, legacy.Namespace, legacy.Received, legacy.Code = "list", "nodes", "", noon+microsPerDay, 403
	add(5, noon+microsPerDay, legacy)
	legacy.Account, legacy.Agent, legacy.Code = other, "kubectl/v1", 401 // the secret was another account's later
	add(1, noon+2*microsPerDay, legacy)
	legacy.Secret = ""
	add(2, noon, legacy)
	add(4, noon, Event{Tells: Stale, Stage: StageComplete, Account: account, Received: noon, Pod: model.Key{Namespace: "a", Name: "p"}, Node: "n1"})
	add(1, noon, Event{Tells: Refused, Stage: StageStarted, Received: noon, Agent: "curl/8", Peer: "10.0.0.7", Code: 401})
	add(1, noon, Event{Tells: Reviewed, User: "idle", Agent: "x", Received: noon})
	add(9, noon, Event{Tells: Reviewed, User: "vault", Agent: "vault/1", Received: noon})
	add(2, noon, Event{Tells: Presented, Credential: "c", Received: noon, Agent: "app"})
	s.Source("cp-1").Cover(noon, noon+minute)

	u := s.Usage()
	token := model.Key{Namespace: "payments", Name: "t"}
	at, later := noon.Time(), (noon + microsPerDay).Time()
	want := &model.TokenUse{
		First: at, Last: later.Add(24 * time.Hour), Requests: 9,
		Days: []model.DayUse{{Day: 20_000, Requests: 3}, {Day: 20_001, Requests: 6}}, // of e.Received, whatever the time it was counted at
		Callers: []model.Caller{
			{Agent: "curl/8", Address: "10.0.0.7", First: at, Last: later, Requests: 8, Refused: 5, Verbs: []string{"list", "get"}, Resources: []string{"nodes", "pods"}, Namespaces: []string{"", "a"}},
			{Agent: "kubectl/v1", Address: "10.0.0.7", First: later.Add(24 * time.Hour), Last: later.Add(24 * time.Hour), Requests: 1, Refused: 1, Verbs: []string{"list"}, Resources: []string{"nodes"}, Namespaces: []string{""}},
		},
	}
	if got := u.Tokens[token]; len(u.Tokens) != 1 || !reflect.DeepEqual(got, want) {
		t.Errorf("token:\n%+v\nwant\n%+v", got, want)
	}
	if got := s.AccountOf(token); got != other {
		t.Errorf("it was last %s's; want %s", got, other)
	}
	if got := s.AccountOf(model.Key{Name: "t"}); got != (model.Key{}) || s.OriginOf(model.Key{}) != model.OriginUnknown {
		t.Errorf("a token that was not used is %s's", got)
	}
	if got := u.Accounts[other]; len(u.Accounts) != 1 || got.Requests != 2 {
		t.Errorf("accounts: %+v", u.Accounts)
	}
	if got := u.Stale[account]; len(u.Stale) != 1 || got.Requests != 4 || got.Callers[0].Pod.Name != "p" || got.Callers[0].Node != "n1" {
		t.Errorf("stale: %+v", u.Stale)
	}
	if u.Refused == nil || u.Refused.Callers[0].Refused != 1 || New().Usage().Refused != nil {
		t.Errorf("refused: %+v", u.Refused)
	}
	if want := []model.Reviewer{{User: "vault", Agent: "vault/1", Last: at, Requests: 9}, {User: "idle", Agent: "x", Last: at, Requests: 1}}; !reflect.DeepEqual(u.Reviewers, want) {
		t.Errorf("reviewers: %+v", u.Reviewers)
	}
	if got := s.Presented("c"); got == nil || got.Requests != 2 || s.Presented("d") != nil {
		t.Errorf("presented: %+v", got)
	}
	if want := []model.CoveredServer{{Name: "cp-1", Spans: []model.CoveredSpan{{From: at, Until: at.Add(time.Minute)}}}}; !reflect.DeepEqual(u.Covered, want) {
		t.Errorf("covered: %+v", u.Covered)
	}
}

func TestATokenIsFoundAfterOthersCame(t *testing.T) {
	s := New()
	for i := range 3 {
		e := Event{Tells: Legacy, Account: account, Secret: fmt.Sprint("t", i), Received: noon}
		s.Add(&e)
		if got := s.AccountOf(model.Key{Namespace: account.Namespace, Name: e.Secret}); got != account {
			t.Fatalf("token %d is %q's", i, got)
		}
	}
}

func TestGrainIsTold(t *testing.T) {
	s := New()
	for i := range 1000 {
		s.Add(&Event{Tells: Refused, Agent: "curl/8", Peer: fmt.Sprintf("10.0.%d.%d", i/250, i%250), Received: noon})
	}
	r := s.Usage().Refused
	if r.Grain != grainTexts[GrainNetwork] || len(r.Callers) != 4 || r.Callers[0].Address != "10.0.0.0/24" || r.Callers[0].Agent != "curl" || r.Requests != 1000 {
		t.Errorf("%q, %d callers, the first %+v", r.Grain, len(r.Callers), r.Callers[0])
	}
	for g := GrainProduct; int(g) < grains; g++ {
		if grainTexts[g] == "" {
			t.Errorf("grain %d has no words", g)
		}
	}
}

func TestDoubts(t *testing.T) {
	reads := func(src *Source) { src.SampleCounted("list", StageComplete, 1) }
	for name, c := range map[string]struct {
		tell func(*Summary)
		want []model.Reason
	}{
		"nothing was read": {func(*Summary) {}, []model.Reason{{Code: model.CodeAuditNoSpan, Args: []string{"every API server"}}}},
		"all is well": {func(s *Summary) {
			src := s.Source("cp-1")
			src.Cover(noon, noon+minute)
			reads(src)
		}, []model.Reason{{Code: model.CodeAuditServers, Args: []string{"cp-1"}}}},
		"a gap, and a server that came later": {func(s *Summary) {
			src := s.Source("cp-1")
			src.Cover(noon, noon+minute)
			src.Cover(noon+201*minute, noon+202*minute)
			s.Source("cp-2").Cover(noon+11*minute, noon+202*minute)
		}, []model.Reason{
			{Code: model.CodeAuditGap, Args: []string{"cp-1", "3 h 20 min after 2024-10-04 12:01"}},
			{Code: model.CodeAuditGap, Args: []string{"cp-2", "11 min after 2024-10-04 12:00"}},
			{Code: model.CodeAuditServers, Args: []string{"cp-1 and cp-2"}},
		}},
		"gaps of many": {func(s *Summary) {
			s.Source("a").Cover(noon, noon+5000*minute)
			for i := range 6 {
				s.Source(fmt.Sprint("b", i)).Cover(noon, noon+Micros(i)*minute)
			}
		}, []model.Reason{
			{Code: model.CodeAuditGap, Args: []string{"b0", "3 d 11 h after 2024-10-04 12:00"}},
			{Code: model.CodeAuditGap, Args: []string{"b1", "3 d 11 h after 2024-10-04 12:01"}},
			{Code: model.CodeAuditGap, Args: []string{"b2", "3 d 11 h after 2024-10-04 12:02"}},
			{Code: model.CodeAuditGap, Args: []string{"3 other servers", "3 d 11 h at most"}},
			{Code: model.CodeAuditServers, Args: []string{"a, b0, b1 and 4 others"}},
		}},
		"lines are lost": {func(s *Summary) {
			src := s.Source("cp-1")
			src.Cover(noon, noon)
			src.Truncated, src.Oversize = 1200, 1
			s.Source("cp-2").Cover(noon, noon)
			s.Source("cp-2").Malformed = 3
		}, []model.Reason{
			{Code: model.CodeAuditServers, Args: []string{"cp-1 and cp-2"}},
			{Code: model.CodeAuditLost, Args: []string{"1,204 lines (1,200 cut off, 3 malformed, 1 too long)"}},
		}},
		"no reads": {func(s *Summary) {
			src := s.Source("")
			src.Cover(noon, noon)
			src.SampleCounted("update", StageComplete, 7)
		}, []model.Reason{
			{Code: model.CodeAuditNoReads, Args: []string{"a server that the log does not name"}},
			{Code: model.CodeAuditServers, Args: []string{"a server that the log does not name"}},
		}},
		"no span": {func(s *Summary) { s.Source(Others).Cover(noon, noon) }, []model.Reason{
			{Code: model.CodeAuditNoSpan, Args: []string{"other servers"}},
			{Code: model.CodeAuditServers, Args: []string{"other servers"}},
		}},
	} {
		s := New()
		c.tell(s)
		got := s.Usage().Doubts
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v\nwant %+v", name, got, c.want)
		}
		for _, r := range got {
			if r.Severity() != model.SeverityDoubt {
				t.Errorf("%s is %s", r.Code, r.Severity())
			}
		}
	}
}
