package model

import (
	"testing"
	"time"
)

// watch gives the world the log of one API server that covers the last 30 days.
func (w *world) watch() *Usage {
	w.Usage = &Usage{
		Tokens: map[Key]*TokenUse{}, Accounts: map[Key]*TokenUse{}, Stale: map[Key]*TokenUse{},
		Covered: []CoveredServer{{"cp-1", []CoveredSpan{{(today - 30).Time(), today.Time().Add(9 * time.Hour)}}}},
	}
	w.Nodes = []Node{{Name: "n1", Addresses: []string{"10.0.0.1"}}}
	return w.Usage
}

func use(day Day, callers ...Caller) *TokenUse {
	at := day.Time().Add(time.Hour)
	return &TokenUse{First: at, Last: at, Requests: 1234, Days: []DayUse{{day, 1234}}, Callers: callers}
}

var (
	key    = Key{"payments", "t"}
	acc    = Key{"payments", "ci"}
	curl   = Caller{Agent: "curl/8.5.0", Address: "203.0.113.9"}
	inPod  = Caller{Agent: "app/v1", Address: "10.1.0.7"}
	onNode = Caller{Agent: "app/v1", Address: "10.0.0.1"}
)

var auditStories = []story{
	{"no log mentions it", func(w *world) { w.token("t"); w.watch() }, VerdictIdle, CodeWatchedLong},
	{"the log names a caller", func(w *world) { w.token("t"); w.watch().Tokens[key] = use(today-3, curl) }, VerdictInUse, CodeAuditUsed},
	{"the log names a caller, where labels are not written", func(w *world) {
		w.token("t")
		w.Cluster.Tracking = Tracking{State: TrackingAbsent}
		w.watch().Tokens[key] = use(today-3, curl, inPod)
	}, VerdictInUse, CodeAuditUsed},
	{"the log names a caller of long ago", func(w *world) { w.token("t"); w.watch().Tokens[key] = use(today-91, curl) }, VerdictIdle, CodeWatchedLong},
	{"a pod presents it", func(w *world) {
		w.token("t")
		w.workload("Pod", "p", WorkloadActive).Address = "10.1.0.7"
		w.watch().Tokens[key] = use(today, inPod)
	}, VerdictInUse, CodeAuditUsed},
	{"its account's only token was used", func(w *world) { w.token("t"); w.watch().Accounts[acc] = use(today-3, curl) }, VerdictInUse, CodeAuditUsed},
	{"one of two tokens of its account was used", func(w *world) {
		w.token("t")
		w.token("u")
		w.watch().Accounts[acc] = use(today-3, curl)
	}, VerdictUnknown, CodeAuditOneOf},
	{"one of two tokens was used, and a label says which", func(w *world) {
		w.token("t")
		w.token("u").LastUsed = label(today - 3)
		w.watch().Accounts[acc] = use(today-3, curl)
	}, VerdictIdle, CodeWatchedLong},
	{"one of two tokens was used, and an older label does not say which", func(w *world) {
		w.token("t")
		w.token("u").LastUsed = label(today - 4)
		w.watch().Accounts[acc] = use(today-3, curl)
	}, VerdictUnknown, CodeAuditOneOf},
	{"one of two tokens was used long ago", func(w *world) {
		w.token("t")
		w.token("u")
		w.watch().Accounts[acc] = use(today-91, curl)
	}, VerdictIdle, CodeWatchedLong},
	{"the label says a day on which the log shows nothing", func(w *world) {
		w.token("t").LastUsed = label(today - 2)
		w.watch()
	}, VerdictInUse, CodeUsed},
	{"switched off, and its caller was refused", func(w *world) {
		w.token("t").InvalidSince = label(today - 5)
		u := w.watch()
		u.Tokens[key] = use(today-6, curl)
		u.Refused = use(today-4, refusedAt(today-4))
	}, VerdictKnocked, CodeInvalidated},
	{"switched off, and somebody else was refused", func(w *world) {
		w.token("t").InvalidSince = label(today - 5)
		u := w.watch()
		u.Tokens[key] = use(today-6, inPod)
		u.Refused = use(today-4, refusedAt(today-4))
	}, VerdictInvalidated, CodeInvalidated},
	{"switched off, and its caller was refused before that", func(w *world) {
		w.token("t").InvalidSince = label(today - 5)
		u := w.watch()
		u.Tokens[key] = use(today-6, curl)
		u.Refused = use(today-9, refusedAt(today-9))
	}, VerdictInvalidated, CodeInvalidated},
	{"a known system needs it, and uses it", func(w *world) {
		t := w.token("t")
		t.Namespace, t.Account = "openshift-kube-scheduler", "localhost-recovery-client"
		w.watch().Tokens[t.Key] = use(today, onNode)
	}, VerdictProtected, CodeKeeper},
	{"logs with doubts of their own", func(w *world) {
		w.token("t")
		u := w.watch()
		u.Covered[0].Spans[0].Until = (today - 4).Time()
		u.Doubts = []Reason{
			{CodeAuditGap, []string{"cp-1", "3 h"}}, {CodeAuditLost, []string{"3 lines"}}, {CodeAuditNoReads, []string{"cp-1"}},
			{CodeAuditServers, []string{"cp-1"}}, {CodeAuditNoSpan, []string{"cp-2"}},
		}
	}, VerdictIdle, CodeWatchedLong},
}

func refusedAt(d Day) Caller {
	c := curl
	c.Last = d.Time().Add(2 * time.Hour)
	return c
}

// Which of the log's statements go with a story's first token.
func TestWhatTheLogAdds(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*world)
		says   Code // "" for none of those below
		from   Whereabouts
	}{
		{"outside", func(w *world) { w.watch().Tokens[key] = use(today, curl) }, CodeAuditOutside, FromElsewhere},
		{"outside, but pods were not read", func(w *world) {
			w.watch().Tokens[key] = use(today, curl)
			w.cover(KindPods, KindCoverage{State: CoverageFailed})
		}, "", FromUnknown},
		{"outside, but nodes were not read", func(w *world) { w.watch().Tokens[key] = use(today, curl); w.Nodes = nil }, "", FromUnknown},
		{"one pod", func(w *world) {
			w.workload("Pod", "p", WorkloadActive).Address = "10.1.0.7"
			w.watch().Tokens[key] = use(today, inPod)
		}, CodeAuditOnePod, FromInside},
		{"a pod that is gone", func(w *world) {
			w.workload("Pod", "p", WorkloadFinished).Address = "10.1.0.7"
			w.watch().Tokens[key] = use(today, inPod)
		}, CodeAuditOutside, FromElsewhere},
		{"a pod and its node", func(w *world) {
			w.workload("Pod", "p", WorkloadActive).Address = "10.1.0.7"
			w.watch().Tokens[key] = use(today, inPod, onNode)
		}, "", FromInside},
		{"a pod and somebody outside", func(w *world) {
			w.workload("Pod", "p", WorkloadActive).Address = "10.1.0.7"
			w.watch().Tokens[key] = use(today, inPod, curl)
		}, "", FromBoth},
		{"a network of callers", func(w *world) {
			w.watch().Tokens[key] = use(today, Caller{Agent: "app", Address: "10.1.0.0/24"})
		}, "", FromUnknown},
		{"silence", func(w *world) { w.watch() }, CodeAuditSilent, FromUnknown},
		{"a label without an event", func(w *world) { w.watch(); w.Tokens[0].LastUsed = label(today - 2) }, CodeAuditUnattributed, FromUnknown},
		{"a label of a day that is covered in part", func(w *world) { w.watch(); w.Tokens[0].LastUsed = label(today) }, CodeAuditSilent, FromUnknown},
		{"a label of a day before the log", func(w *world) { w.watch(); w.Tokens[0].LastUsed = label(today - 31) }, CodeAuditSilent, FromUnknown},
		{"a label that a refused use moved", func(w *world) {
			w.watch()
			w.Tokens[0].InvalidSince, w.Tokens[0].LastUsed = label(today-3), label(today-2)
		}, CodeAuditSilent, FromUnknown},
		{"a label with its event", func(w *world) {
			w.watch().Tokens[key] = use(today-2, Caller{Agent: "app", Address: "?"})
			w.Tokens[0].LastUsed = label(today - 2)
		}, "", FromUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(func(w *world) { w.token("t") }, c.change)
			f := w.assess().Findings[0]
			said := Code("")
			for _, r := range f.Reasons {
				switch r.Code {
				case CodeAuditOutside, CodeAuditOnePod, CodeAuditUnattributed:
					said = r.Code
				case CodeAuditSilent:
					if said == "" {
						said = r.Code
					}
				}
			}
			if said != c.says || f.From != c.from {
				t.Errorf("says %q from %s, want %q from %s; reasons %v", said, f.From, c.says, c.from, texts(f.Reasons))
			}
		})
	}
}

// A log lifts the blind spot that none was read, and puts its own doubts there.
func TestALogLiftsABlindSpotAndAddsItsOwn(t *testing.T) {
	w := newWorld(auditStories[len(auditStories)-1].change)
	seen := map[Code]bool{}
	for _, r := range w.assess().BlindSpots {
		seen[r.Code] = true
	}
	if seen[CodeNoAudit] || !seen[CodeAuditGap] || !seen[CodeAuditEnds] {
		t.Errorf("blind spots are %v", texts(w.assess().BlindSpots))
	}
}

func TestWholeDaysAreThoseOfEveryServer(t *testing.T) {
	span := func(from, until string) CoveredSpan {
		a, _ := time.Parse(time.RFC3339, from)
		b, _ := time.Parse(time.RFC3339, until)
		return CoveredSpan{a, b}
	}
	got := wholeDays([]CoveredServer{
		{"cp-1", []CoveredSpan{span("2026-11-01T00:00:00Z", "2026-11-04T12:00:00Z"), span("2026-11-04T13:00:00Z", "2026-11-07T00:00:00Z")}},
		{"cp-2", []CoveredSpan{span("2026-11-01T00:00:01Z", "2026-11-06T00:00:00Z")}},
	})
	want := map[string]bool{"2026-11-02": true, "2026-11-03": true, "2026-11-05": true}
	if len(got) != len(want) {
		t.Errorf("whole days are %v", got)
	}
	for d := range got {
		if !want[d.String()] {
			t.Errorf("%s is called whole", d)
		}
	}
}
