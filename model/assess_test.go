package model

import (
	"slices"
	"testing"
	"time"
)

type story struct {
	name    string
	change  func(*world)
	verdict Verdict
	because Code
}

// stories are small worlds with one token "t", what is concluded about it, and
// the code that decides.
var stories = []story{
	{"nobody used it for long", func(w *world) { w.token("t") }, VerdictIdle, CodeWatchedLong},
	{"used long ago", func(w *world) { w.token("t").LastUsed = label(today - 91) }, VerdictIdle, CodeWatchedLong},
	{"used on the last day of the window", func(w *world) { w.token("t").LastUsed = label(today - 90) }, VerdictInUse, CodeUsed},
	{"used today", func(w *world) { w.token("t").LastUsed = label(today) }, VerdictInUse, CodeUsed},
	{"used tomorrow, says a wrong clock", func(w *world) { w.token("t").LastUsed = label(today + 1) }, VerdictInUse, CodeUsedInFuture},
	{"last-used label is garbage", func(w *world) { w.token("t").LastUsed = NewDayLabel("yes") }, VerdictUnknown, CodeLastUsedNoDay},

	{"a pod mounts it", func(w *world) { w.token("t"); w.workload("Pod", "p", WorkloadActive, "t") }, VerdictReferenced, CodeReferenced},
	{"a finished pod mounts it", func(w *world) { w.token("t"); w.workload("Pod", "p", WorkloadFinished, "t") }, VerdictReferenced, CodeReferencedDormant},
	{"a suspended cronjob mounts it", func(w *world) { w.token("t"); w.workload("CronJob", "c", WorkloadSuspended, "t") }, VerdictReferenced, CodeReferencedDormant},
	{"a deployment scaled to zero mounts it", func(w *world) { w.token("t"); w.workload("Deployment", "d", WorkloadZero, "t") }, VerdictReferenced, CodeReferencedDormant},
	{"a pod of another namespace names it", func(w *world) {
		w.token("t")
		w.workload("Pod", "p", WorkloadActive, "t").Namespace = "elsewhere"
	}, VerdictIdle, CodeWatchedLong},
	{"an account pulls images with it", func(w *world) { w.token("t"); w.account("puller").ImagePullSecrets = []string{"t"} }, VerdictReferenced, CodeReferenced},
	{"a dockercfg secret was made from it", func(w *world) {
		w.token("t")
		w.PullSecrets = append(w.PullSecrets, &PullSecret{Key: Key{"payments", "ci-dockercfg"}, TokenSecret: "t"})
	}, VerdictReferenced, CodePullPair},
	{"a bound dockercfg secret says nothing", func(w *world) {
		w.token("t")
		w.PullSecrets = append(w.PullSecrets, &PullSecret{Key: Key{"payments", "ci-dockercfg"}, TokenSecret: "t", Bound: true})
	}, VerdictIdle, CodeWatchedLong},
	{"its account is an OAuth client", func(w *world) { w.token("t"); w.Accounts[0].OAuthClient = true }, VerdictReferenced, CodeOAuthClient},
	{"used and mounted", func(w *world) {
		w.token("t").LastUsed = label(today - 3)
		w.workload("Pod", "p", WorkloadActive, "t")
	}, VerdictInUse, CodeUsed},

	{"being deleted", func(w *world) { w.token("t").Deleting = today.Time() }, VerdictDead, CodeDeleting},
	{"account gone", func(w *world) { w.token("t").Account = "gone" }, VerdictDead, CodeAccountGone},
	{"account made anew", func(w *world) { w.token("t").AccountUID = "uid-of-old" }, VerdictDead, CodeAccountReplaced},
	{"account gone, but pods mount it", func(w *world) {
		w.token("t").Account = "gone"
		w.workload("Pod", "p", WorkloadActive, "t")
	}, VerdictDead, CodeAccountGone},
	{"no account named", func(w *world) { w.token("t").Account = "" }, VerdictUnknown, CodeNoAccountNamed},
	{"younger than the account list", func(w *world) {
		t := w.token("t")
		t.Account, t.Created = "new", w.Taken
	}, VerdictUnknown, CodeAccountListOlder},
	{"account gone, but signatures alone decide", func(w *world) {
		w.token("t").Account = "gone"
		w.observe(APIServer, SettingFlag, flagLookup, "false")
	}, VerdictUnknown, CodeLookupOff},

	{"switched off", func(w *world) { w.token("t").InvalidSince = label(today - 10) }, VerdictInvalidated, CodeInvalidated},
	{"switched off, used before", func(w *world) {
		t := w.token("t")
		t.InvalidSince, t.LastUsed = label(today-10), label(today-11)
	}, VerdictInvalidated, CodeInvalidated},
	{"switched off, somebody knocks", func(w *world) {
		t := w.token("t")
		t.InvalidSince, t.LastUsed = label(today-10), label(today-9)
	}, VerdictKnocked, CodeKnocked},
	{"switched off and used on one day", func(w *world) {
		t := w.token("t")
		t.InvalidSince, t.LastUsed = label(today-10), label(today-10)
	}, VerdictKnocked, CodeKnockedSameDay},
	{"switched off with garbage", func(w *world) { w.token("t").InvalidSince = NewDayLabel("soon") }, VerdictInvalidated, CodeInvalidNoDay},
	{"switched off by a day to come", func(w *world) { w.token("t").InvalidSince = label(today + 900) }, VerdictInvalidated, CodeInvalidFuture},
	{"the label on 1.28 does nothing", func(w *world) {
		w.token("t").InvalidSince = label(today - 10)
		w.Cluster.Servers[0].Version = version("v1.28.15")
	}, VerdictIdle, CodeWatchedLong},
	{"the label on a mixed control plane", func(w *world) {
		t := w.token("t")
		t.InvalidSince, t.LastUsed = label(today-10), label(today-1)
		w.Cluster.Servers = append(w.Cluster.Servers, ServerVersion{Version: version("v1.28.15")})
	}, VerdictInUse, CodeUsed},
	{"the label when signatures alone decide", func(w *world) {
		w.token("t").InvalidSince = label(today - 10)
		w.observe(APIServer, SettingFlag, flagLookup, "false")
	}, VerdictUnknown, CodeLookupOff},

	{"a known system needs it", func(w *world) {
		t := w.token("t")
		t.Namespace, t.Account = "openshift-kube-scheduler", "localhost-recovery-client"
	}, VerdictProtected, CodeKeeper},
	{"a known system needs it, though switched off", func(w *world) {
		t := w.token("t")
		t.Namespace, t.Account, t.InvalidSince = "openshift-kube-scheduler", "localhost-recovery-client", label(today-1)
	}, VerdictProtected, CodeKeeper},

	{"watched for too short", func(w *world) {
		w.token("t")
		w.Cluster.Tracking.Since = label(today - 90)
	}, VerdictQuiet, CodeWatchedShort},
	{"watched for just long enough", func(w *world) {
		w.token("t")
		w.Cluster.Tracking.Since = label(today - 91)
	}, VerdictIdle, CodeWatchedLong},
	{"made lately", func(w *world) { w.token("t").Created = (today - 20).Time() }, VerdictQuiet, CodeCreatedLately},
	{"made on the last day of the window", func(w *world) { w.token("t").Created = (today - 90).Time() }, VerdictQuiet, CodeCreatedLately},
	{"uses are not recorded", func(w *world) { w.token("t"); w.Cluster.Tracking = Tracking{State: TrackingAbsent} }, VerdictUnknown, CodeTrackingAbsent},
	{"not known whether uses are recorded", func(w *world) {
		w.token("t")
		w.Cluster.Tracking = Tracking{State: TrackingUnreadable}
	}, VerdictUnknown, CodeTrackingUnread},
	{"the tracking configmap is garbage", func(w *world) { w.token("t"); w.Cluster.Tracking.Since = NewDayLabel("long ago") }, VerdictUnknown, CodeTrackingNoDay},
	{"one API server does not record uses", func(w *world) {
		w.token("t")
		w.Cluster.Servers = append(w.Cluster.Servers, ServerVersion{Version: version("v1.25.16")})
	}, VerdictUnknown, CodeTrackingPartly},
	{"one API server has the gate off", func(w *world) {
		w.token("t")
		w.Cluster.Servers[0].Version = version("v1.27.3")
		w.observe(APIServer, SettingGate, gateTracking, "false")
	}, VerdictUnknown, CodeTrackingPartly},
	{"versions not known", func(w *world) { w.token("t"); w.Cluster.Servers = nil }, VerdictUnknown, CodeVersionUnknown},

	{"accounts not readable", func(w *world) {
		w.token("t")
		w.Accounts = nil
		w.cover(KindAccounts, KindCoverage{State: CoverageFailed})
	}, VerdictUnknown, CodeAccountsUnread},
	{"pods not readable", func(w *world) { w.token("t"); w.cover(KindPods, KindCoverage{State: CoverageFailed}) }, VerdictUnknown, CodePodsUnread},
	{"pods of its namespace not readable", func(w *world) {
		w.token("t")
		w.cover(KindPods, KindCoverage{State: CoveragePartial, Gaps: []Gap{{Kind: KindPods, Namespace: "payments"}}})
	}, VerdictUnknown, CodePodsUnread},
	{"pods of another namespace not readable", func(w *world) {
		w.token("t")
		w.cover(KindPods, KindCoverage{State: CoveragePartial, Gaps: []Gap{{Kind: KindPods, Namespace: "search"}}})
	}, VerdictIdle, CodeWatchedLong},
	{"cronjobs not readable", func(w *world) { w.token("t"); w.cover(KindCronJobs, KindCoverage{State: CoverageFailed}) }, VerdictUnknown, CodeTemplatesUnread},
	{"deploymentconfigs not served", func(w *world) { w.token("t"); w.cover(KindDeploymentConfigs, KindCoverage{State: CoverageNotServed}) }, VerdictIdle, CodeWatchedLong},
	{"pods still loading", func(w *world) { w.token("t"); w.cover(KindPods, KindCoverage{State: CoveragePending}) }, VerdictUnknown, CodeLoading},
	{"a kind that nobody asked for", func(w *world) { w.token("t"); delete(w.Coverage.Kinds, KindJobs) }, VerdictUnknown, CodeLoading},
	{"from the cache", func(w *world) { w.token("t"); w.cover(KindTokens, KindCoverage{State: CoverageComplete, Cached: true}) }, VerdictUnknown, CodeCachedList},
	{"pods not readable, but used", func(w *world) {
		w.token("t").LastUsed = label(today - 1)
		w.cover(KindPods, KindCoverage{State: CoverageFailed})
	}, VerdictInUse, CodeUsed},
}

func TestVerdicts(t *testing.T) {
	for _, s := range slices.Concat(stories, auditStories) {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(s.change)
			before := len(w.Tokens)
			f := w.assess().Findings[0]
			if f.Verdict != s.verdict {
				t.Errorf("verdict is %q, want %q; reasons %v", f.Verdict, s.verdict, texts(f.Reasons))
			}
			if len(f.Reasons) == 0 || f.Reasons[0].Code != s.because {
				t.Errorf("decided by %v, want %s first", texts(f.Reasons), s.because)
			}
			if len(w.Tokens) != before {
				t.Error("the inventory was changed")
			}
		})
	}
}

func texts(reasons []Reason) []string {
	var out []string
	for _, r := range reasons {
		out = append(out, string(r.Code)+" "+r.Text())
	}
	return out
}

func TestUnknownNamesWhatIsMissing(t *testing.T) {
	for _, s := range slices.Concat(stories, auditStories) {
		f := newWorld(s.change).assess().Findings[0]
		if f.Verdict != VerdictUnknown || f.Token.LastUsed.Unparsable() {
			continue
		}
		if len(f.BlindSpots) == 0 || f.Reasons[0].Code != f.BlindSpots[0].Code {
			t.Errorf("%s: unknown for %v, blind spots %v", s.name, texts(f.Reasons), texts(f.BlindSpots))
		}
	}
}

func TestOrigin(t *testing.T) {
	w := newWorld()
	w.token("ci-token-abcde") // a name that proves nothing
	w.token("listed")
	w.account("other", "foreign")
	w.Accounts[0].Secrets = []string{"listed"}
	w.token("foreign") // listed by another account than its own
	w.token("orphan").AccountUID = "old"
	got := map[string]Origin{}
	a := w.assess()
	for _, f := range a.Findings {
		got[f.Token.Name] = f.Origin
	}
	want := map[string]Origin{"ci-token-abcde": OriginManual, "listed": OriginAuto, "foreign": OriginManual, "orphan": OriginUnknown}
	for name, origin := range want {
		if got[name] != origin {
			t.Errorf("%s is %s, want %s", name, got[name], origin)
		}
	}
	if a.Counts.Orphans != 1 || a.Counts.Tokens != 4 || a.Counts.ByOrigin[OriginManual] != 2 {
		t.Errorf("counts are %+v", a.Counts)
	}
}

func TestAutoGenerationTurnsDeletionIntoRotation(t *testing.T) {
	for _, c := range []struct {
		version string
		gate    string
		says    Code
	}{
		{"v1.23.17", "", CodeRotates},
		{"v1.24.17", "", CodeRotatesUnknown},
		{"v1.24.17", "true", ""},
		{"v1.24.17", "false", CodeRotates},
		{"v1.26.3", "", CodeRotatesUnknown},
		{"v1.27.3", "", ""},
		{"v1.30.14", "", ""},
	} {
		w := newWorld()
		w.token("t")
		w.Accounts[0].Secrets = []string{"t"}
		w.Cluster.Servers[0].Version = version(c.version)
		if c.gate != "" {
			w.observe(ControllerManager, SettingGate, gateNoAutoGeneration, c.gate)
		}
		var got Code
		for _, r := range w.assess().Findings[0].Reasons {
			if r.Code == CodeRotates || r.Code == CodeRotatesUnknown {
				got = r.Code
			}
		}
		if got != c.says {
			t.Errorf("%s gate %q: says %q, want %q", c.version, c.gate, got, c.says)
		}
	}
}

func TestTodayIsTheServersDay(t *testing.T) {
	w := newWorld()
	w.token("t").LastUsed = label(today - 91)
	// The laptop runs two days ahead: by its clock the token looks idle.
	w.Cluster.ClockSkew = -48 * time.Hour
	p := DefaultPolicy(today.Time().Add(9 * time.Hour))
	a := Assess(&w.Inventory, testKnowledge(), p)
	if got := a.Findings[0].Verdict; got != VerdictInUse {
		t.Errorf("verdict is %q by a wrong clock, want in use", got)
	}
	if !slices.ContainsFunc(a.BlindSpots, func(r Reason) bool { return r.Code == CodeClockSkew }) {
		t.Error("the skew is not told")
	}
	p.AsOf = today + 30
	if a := Assess(&w.Inventory, testKnowledge(), p); a.Policy.AsOf != today+30 || a.Policy.Today != today-2 {
		t.Errorf("a day that was asked for stays: as of %s, today %s", a.Policy.AsOf, a.Policy.Today)
	}
}

func TestAsOfMovesTime(t *testing.T) {
	w := newWorld()
	w.token("t").LastUsed = label(today - 10)
	p := policy()
	if v := Assess(&w.Inventory, testKnowledge(), p).Findings[0].Verdict; v != VerdictInUse {
		t.Fatalf("today it is %q", v)
	}
	p.AsOf = today + 81
	a := Assess(&w.Inventory, testKnowledge(), p)
	if v := a.Findings[0].Verdict; v != VerdictIdle {
		t.Errorf("in 81 days it is %q, want idle", v)
	}
	if a.BlindSpots[0].Code != CodeForecast {
		t.Errorf("a forecast must be called one; blind spots %v", texts(a.BlindSpots))
	}
}

func TestKeepersMatchByEverythingTheyName(t *testing.T) {
	token := &Token{
		Key: Key{"submariner", "broker-token-x"}, Account: "broker", CreatedBy: "subctl",
		Labels: map[string]string{"team": "net"}, Annotations: map[string]string{"note": "by hand"},
	}
	for _, c := range []struct {
		match KeeperMatch
		want  bool
	}{
		{KeeperMatch{}, true},
		{KeeperMatch{Annotations: map[string]string{AnnotationCreatedBy: "subctl"}}, true},
		{KeeperMatch{Annotations: map[string]string{AnnotationCreatedBy: "sub*"}}, true},
		{KeeperMatch{Annotations: map[string]string{AnnotationCreatedBy: "rancher"}}, false},
		{KeeperMatch{Annotations: map[string]string{AnnotationAccountName: "broker", "note": "*"}}, true},
		{KeeperMatch{Annotations: map[string]string{"absent": "*"}}, false},
		{KeeperMatch{Labels: map[string]string{"team": "net"}, Namespace: "subm*"}, true},
		{KeeperMatch{Labels: map[string]string{"team": "db"}}, false},
		{KeeperMatch{Name: "broker-token-*", Account: "other"}, false},
	} {
		if got := c.match.matches(token); got != c.want {
			t.Errorf("%+v matches: %v, want %v", c.match, got, c.want)
		}
	}
}

func TestLinksGoBothWays(t *testing.T) {
	w := newWorld()
	w.token("t")
	w.Accounts[0].Secrets = []string{"t", "vanished"}
	p := w.workload("Pod", "p", WorkloadActive, "t", "t", "unrelated")
	p.Account = "ci"
	w.workload("Deployment", "d", WorkloadActive, "unrelated").Account = "ci"
	a := w.assess()
	f := a.Token(Key{"payments", "t"})
	if f == nil || len(f.References) != 2 || f.Referrers != 1 {
		t.Fatalf("finding is %+v", f)
	}
	acc := a.Account(Key{"payments", "ci"})
	if acc == nil || len(acc.Tokens) != 1 || acc.Pods != 1 || acc.Templates != 1 || !slices.Equal(acc.Unmatched, []string{"vanished"}) {
		t.Errorf("account is %+v", acc)
	}
	if len(a.Workloads) != 1 || a.Workload(p.WorkloadKey()).Tokens[0] != f {
		t.Errorf("workloads are %+v", a.Workloads)
	}
}

// Every code is reachable and says something, so that documents and scripts
// may rely on the list.
func TestEveryCodeIsReachable(t *testing.T) {
	seen := map[Code]bool{}
	collect := func(a *Assessment) {
		for _, r := range a.BlindSpots {
			seen[r.Code] = true
		}
		for _, f := range a.Findings {
			for _, r := range slices.Concat(f.Reasons, f.BlindSpots) {
				seen[r.Code] = true
			}
		}
	}
	for _, s := range slices.Concat(stories, auditStories) {
		collect(newWorld(s.change).assess())
	}
	w := newWorld()
	w.token("t")
	w.Accounts[0].Secrets, w.Accounts[0].EnforceMountable = []string{"t"}, true
	w.Cluster.Servers[0].Version = version("v1.25.1")
	collect(w.assess())
	w.Cluster.Servers[0].Version = version("v1.23.17")
	w.Cluster.ClockSkew = time.Hour
	w.cover(KindPods, KindCoverage{State: CoverageComplete, Mixed: true})
	w.cover(KindTokens, KindCoverage{State: CoveragePartial, Gaps: []Gap{{Namespace: "a"}}})
	collect(w.assess())
	p := policy()
	p.AsOf += 5
	collect(Assess(&w.Inventory, testKnowledge(), p))
	for _, c := range Codes() {
		if !seen[c.Code] {
			t.Errorf("%s (%s) is never given", c.Code, c.Text)
		}
		delete(seen, c.Code)
	}
	for c := range seen {
		t.Errorf("%s is given but not in the table", c)
	}
}

func TestReasonTextsTakeTheirArguments(t *testing.T) {
	for _, s := range slices.Concat(stories, auditStories) {
		f := newWorld(s.change).assess().Findings[0]
		for _, r := range slices.Concat(f.Reasons, f.BlindSpots) {
			if want, got := countVerbs(r.Code.Info().Text), len(r.Args); want != got {
				t.Errorf("%s takes %d arguments, got %d: %q", r.Code, want, got, r.Text())
			}
		}
	}
}

func countVerbs(s string) (n int) {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '%' && s[i+1] == 's' {
			n++
		}
	}
	return n
}
