package usage

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"testing"

	"timebound/model"
)

const noon = Micros(20_000)*microsPerDay + microsPerDay/2

var account = model.Key{Namespace: "payments", Name: "deployer"}

func TestWhoseUseItIs(t *testing.T) {
	e := Event{Received: noon, Account: account, Secret: "s", Credential: "c", User: "vault", IssuedID: "i", IssuedFor: account}
	for tells, want := range map[Tells][]Subject{
		Legacy:                    {{Class: Legacy, Account: account, Secret: "s"}},
		Stale:                     {{Class: Stale, Account: account}},
		Refused:                   {{Class: Refused}},
		Presented:                 {{Class: Presented, Name: "c"}},
		Reviewed:                  {{Class: Reviewed, Name: "vault"}},
		Issued:                    {},
		Stale | Reviewed | Issued: {{Class: Stale, Account: account}, {Class: Reviewed, Name: "vault"}},
	} {
		s := New()
		e.Tells = tells
		s.Add(&e)
		if got := s.subjects(); !reflect.DeepEqual(got, want) {
			t.Errorf("%b: %v; want %v", tells, got, want)
		}
		if (len(s.Issues) == 1) != (tells&Issued != 0) {
			t.Errorf("%b: %d issues", tells, len(s.Issues))
		}
	}
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		stages Stages
		want   uint64
	}{
		{Stages{}, 0},
		{Stages{StageReceived: 3, StageComplete: 2, StagePanic: 1}, 3},
		{Stages{StageReceived: 3, StageComplete: 3, StagePanic: 1}, 4},
		{Stages{StageStarted: 5, StageEnded: 4}, 5},
		{Stages{StageStarted: 4, StageEnded: 5}, 5},
		{Stages{StageStarted: 2, StageEnded: 1, StageComplete: 7}, 9},
		{Stages{StageReceived: 10, StageStarted: 2, StageEnded: 1, StageComplete: 7}, 10},
		{Stages{StageUnknown: 6, StageComplete: 4}, 6},
		{Stages{StageComplete: ^uint64(0), StagePanic: 2}, ^uint64(0)},
	} {
		if got := c.stages.Requests(); got != c.want {
			t.Errorf("%v: %d; want %d", c.stages, got, c.want)
		}
	}
}

func TestAnswersCountOnce(t *testing.T) {
	s := New()
	for _, e := range []Event{
		{Stage: StageReceived}, {Stage: StageStarted, Code: 200}, {Stage: StageComplete, Code: 200}, // a watch
		{Stage: StageComplete, Code: 101}, {Stage: StageComplete, Code: 401}, {Stage: StageComplete, Code: 403}, {Stage: StageComplete, Code: 404},
		{Stage: StagePanic, Code: 500}, {Stage: StagePanic}, {Code: 302},
	} {
		e.Tells, e.Received = Legacy, noon
		s.Add(&e)
	}
	s.Add(&Event{Tells: Refused, Stage: StageStarted, Code: 401, Received: noon})
	if got, want := s.Uses[Subject{Class: Legacy}].Codes, (Codes{3, 1, 1, 1, 1, 1}); got != want {
		t.Errorf("%+v; want %+v", got, want)
	}
	if got := s.Uses[Subject{Class: Refused}].Codes; got != (Codes{Unauthorized: 1}) {
		t.Errorf("refused: %+v", got)
	}
}

func TestCountedIsAddedAgainAndAgain(t *testing.T) {
	e := Event{Tells: Legacy | Reviewed, Received: noon, Account: account, Stage: StageComplete, Code: 200, Verb: "get", Resource: "pods", Namespace: "x", Node: "n"}
	one, many := New(), New()
	for i := range Micros(5) {
		again := e
		again.Received = noon + i*minute
		one.Add(&again)
	}
	many.AddCounted(&e, 5, noon+4*minute, noon) // the wrong way round
	many.AddCounted(&e, 0, 1, 2)
	if got, want := encoded(t, many), encoded(t, one); !bytes.Equal(got, want) {
		t.Error(differ(got, want))
	}
}

func TestCountedWithoutTimesIsCountedOnArrival(t *testing.T) {
	s := New()
	s.AddCounted(&Event{Tells: Refused, Received: noon}, 7, 0, 0)
	if u := s.Uses[Subject{Class: Refused}]; u.First != noon || u.Last != noon {
		t.Errorf("from %d to %d; want %d", u.First, u.Last, noon)
	}
}

// TestWhoCameEarlyIsBroughtToTheLimit: a use may keep more callers than its share
// for a while, but not in what is told.
func TestWhoCameEarlyIsBroughtToTheLimit(t *testing.T) {
	use := func(token, caller int) *Event {
		return &Event{Tells: Legacy, Account: account, Secret: fmt.Sprint(token), Agent: fmt.Sprint("a/", caller), Received: noon}
	}
	early, late := newBounded(tight), newBounded(tight)
	for caller := range 9 {
		early.Add(use(0, caller))
	}
	for token := 1; token < 6; token++ {
		early.Add(use(token, 0))
		late.Add(use(token, 0))
	}
	for caller := range 9 {
		late.Add(use(0, caller))
	}
	first := Subject{Class: Legacy, Account: account, Secret: "0"}
	if n := len(early.Uses[first].Callers); n != 9 || tight.callersOf(6) != 8 {
		t.Fatalf("%d callers of %d meanwhile: nothing is left to be settled", n, tight.callersOf(6))
	}
	if got, want := encoded(t, early), encoded(t, late); !bytes.Equal(got, want) {
		t.Error(differ(got, want))
	}
}

func TestCountsOfADayStop(t *testing.T) {
	s := New()
	for range 3 {
		s.AddCounted(&Event{Tells: Refused, Received: noon}, math.MaxUint32-1, noon, noon)
	}
	if u := s.Uses[Subject{Class: Refused}]; u.Days[0].Stages() != (Stages{math.MaxUint32}) || u.Stages[0] != 3*(math.MaxUint32-1) {
		t.Errorf("%v of %v", u.Days[0].Stages(), u.Stages)
	}
}

func TestCallersOf(t *testing.T) {
	for uses, want := range map[int]int{0: 256, 1: 256, 512: 256, 513: 255, 5_000: 26, 8_192: 16, 1_000_000: 16} {
		if got := standard.callersOf(uses); got != want {
			t.Errorf("each of %d uses may have %d callers; want %d", uses, got, want)
		}
	}
}

func TestWhenItWas(t *testing.T) {
	day := noon.Day()
	for name, c := range map[string]struct {
		event       Event
		first, last Micros
		days        int
	}{
		"received":        {Event{Received: noon, Staged: noon + microsPerDay}, noon, noon, 1},
		"staged alone":    {Event{Staged: noon}, noon, noon, 1},
		"none":            {Event{}, 0, 0, 0},
		"before 1970":     {Event{Received: -5, Staged: noon}, noon, noon, 1},
		"after year 9999": {Event{Received: lastInstant + 1}, 0, 0, 0},
	} {
		s := New()
		c.event.Tells = Refused
		s.Add(&c.event)
		u := s.Uses[Subject{Class: Refused}]
		if u.First != c.first || u.Last != c.last || len(u.Days) != c.days || c.days == 1 && u.Days[0].Day != day || u.Earlier()[0] != uint64(1-c.days) {
			t.Errorf("%s: %+v", name, u)
		}
	}
}

func TestKubeletsIssuesAreLeftOut(t *testing.T) {
	s := New()
	for i, user := range []string{"system:node:worker-1", "system:serviceaccount:argocd:argocd", "admin"} {
		s.Add(&Event{Tells: Issued, IssuedID: fmt.Sprint("id", i), User: user, IssuedFor: account, Received: noon})
	}
	if len(s.Issues) != 2 || s.Issues["id0"] != (Issue{}) || s.Issues["id2"].For != account {
		t.Errorf("%v", s.Issues)
	}
}

func TestLatestIssuesStay(t *testing.T) {
	s := New()
	for i := range 3 * maxIssues {
		s.Add(&Event{Tells: Issued, IssuedID: fmt.Sprint(i), Received: noon + Micros(i%7)*minute})
	}
	if len(s.Issues) > 2*maxIssues {
		t.Errorf("%d issues are kept meanwhile", len(s.Issues))
	}
	s.settle()
	if len(s.Issues) != maxIssues || !s.MoreIssues {
		t.Fatalf("%d issues, more: %v", len(s.Issues), s.MoreIssues)
	}
	for _, issue := range s.Issues {
		if issue.At < noon+4*minute {
			t.Fatalf("one of %v is kept", issue.At)
		}
	}
}

func TestOriginIsTheLastWord(t *testing.T) {
	s := New()
	for _, w := range []struct {
		at     Micros
		origin model.Origin
	}{{noon, model.OriginAuto}, {noon + 2, model.OriginManual}, {noon + 1, model.OriginAuto}, {noon + 3, model.OriginUnknown}} {
		s.Add(&Event{Tells: Legacy, Account: account, Secret: "s", Received: w.at, Origin: w.origin})
	}
	if got := s.OriginOf(model.Key{Namespace: "payments", Name: "s"}); got != model.OriginManual {
		t.Errorf("origin %s", got)
	}
}

func TestUsesBeyondTheBoundAreTold(t *testing.T) {
	few := tight
	few.uses = 2
	s, o := newBounded(few), newBounded(tight)
	for i := range 5 {
		e := Event{Tells: Presented, Credential: fmt.Sprint(i), Received: noon}
		s.Add(&e)
		o.AddCounted(&e, 10, noon, noon)
	}
	o.Unkept = 10
	s.Merge(o)
	if len(s.Uses) != 2 || s.Unkept != 43 {
		t.Errorf("%d uses, %d events without; want 2, 43", len(s.Uses), s.Unkept)
	}
	found := false
	for _, r := range s.Usage().Doubts {
		found = found || r.Code == model.CodeAuditLost && r.Args[0] == "43 events of others than the first 2 tokens and users"
	}
	if !found {
		t.Errorf("no word of it: %v", s.Usage().Doubts)
	}
}

func TestResourceNames(t *testing.T) {
	for want, e := range map[string]Event{
		"pods":                   {Resource: "pods"},
		"deployments.apps":       {Resource: "deployments", Group: "apps"},
		"deployments.apps/scale": {Resource: "deployments", Group: "apps", Subresource: "scale"},
		"pods/exec":              {Resource: "pods", Subresource: "exec"},
		"/healthz":               {Path: "/healthz"},
		"/x":                     {Path: "/x?token=secret"},
	} {
		s := New()
		e.Tells, e.Namespace = Refused, "ns"
		s.Add(&e)
		for _, c := range s.Uses[Subject{Class: Refused}].Callers {
			namespaces := len(c.Namespaces().Counts)
			if got := c.Resources().ByCount(); len(got) != 1 || got[0] != want || namespaces != min(1, len(e.Resource)) {
				t.Errorf("%q in %d namespaces; want %q", got, namespaces, want)
			}
		}
	}
}
