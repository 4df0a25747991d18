package plan

import (
	"strings"
	"testing"

	"timebound/model"
)

func names(s *Step) (actions, objects string) {
	var a, o []string
	for _, x := range s.Actions {
		a = append(a, x.On.Name)
	}
	for _, x := range s.Objects {
		o = append(o, x.Name)
	}
	return strings.Join(a, " "), strings.Join(o, " ")
}

func (p *Plan) acts(t *testing.T, to Minor, code string, state State, actions, objects string) *Step {
	t.Helper()
	s := p.wants(t, to, code, state)
	if a, o := names(s); a != actions || o != objects {
		t.Errorf("%s: actions on %q and objects %q, want %q and %q", s.ID, a, o, actions, objects)
	}
	return s
}

func TestEachTokenIsDoneTo(t *testing.T) {
	p := everything("v1.30.14").plan(t, 30)
	s := p.acts(t, 30, "TB-304", ToDo, "idle-token manual-token", "")
	if a := s.Actions[0]; a.Kind != Invalidate || a.On.UID != "uid-idle-token" || a.On.ResourceVersion != "42" || a.Verdict != "idle" || len(a.Evidence) == 0 {
		t.Errorf("%+v", a)
	}
	p.acts(t, 30, "TB-305", CannotTell, "", "fresh-token")
	p.acts(t, 30, "TB-306", ToDo, "", "knocked-token")
	p.acts(t, 30, "TB-307", ToDo, "off-token", "soaking-token")
	p.acts(t, 30, "TB-308", ToDo, "gone-token", "")
	p.acts(t, 30, "TB-309", CannotTell, "idle", "")
	p.acts(t, 30, "TB-310", ToDo, "", "pair-token")
	p.acts(t, 30, "TB-315", ToDo, "", "busy-pair-token")
	p.acts(t, 30, "TB-311", NotApplicable, "", "argocd-manager-token")
	p.acts(t, 30, "TB-312", ToDo, "", "odd-token")
	p.acts(t, 30, "TB-320", ToDo, "ci-token", "")
	p.wants(t, 30, "TB-313", Done)
}

// TestNothingIsSwitchedOffBefore129: API servers ignore the label there.
func TestNothingIsSwitchedOffBefore129(t *testing.T) {
	p := everything("v1.28.15").plan(t, 30)
	s := p.acts(t, 28, "TB-304", Blocked, "", "")
	if !contains(s.Facts, "before 1.29 ignore the label") {
		t.Errorf("does not say why: %v", s.Facts)
	}
	// There the invalid-since label has no effect, so these two are idle too.
	p.acts(t, 29, "TB-304", Blocked, "idle-token manual-token off-token soaking-token", "")
	if p.at(30, "TB-304") != nil {
		t.Error("the hop to 1.30 brings nothing new")
	}
	for _, h := range p.Hops {
		for _, step := range h.Steps {
			for _, a := range step.Actions {
				if a.Kind == Invalidate && h.To < minorInvalidSince {
					t.Errorf("%s: invalidate in %s", step.ID, h.To)
				}
			}
		}
	}
}

func TestDeletionThatOnlyRotatesIsSaidSo(t *testing.T) {
	everything("v1.22.17").plan(t, 24).wants(t, 22, "TB-313", Blocked)
	everything("v1.24.17").plan(t, 24).wants(t, 24, "TB-313", CannotTell)
	w := everything("v1.26.3")
	w.gate(model.ControllerManager, gateNoAutoGeneration, "false")
	w.plan(t, 26).wants(t, 26, "TB-313", Blocked)
	w = everything("v1.26.3")
	w.gate(model.ControllerManager, gateNoAutoGeneration, "true")
	w.plan(t, 26).wants(t, 26, "TB-313", Done)
}

// TestASecretThatIsStillNamedIsNotDeleted: switched off or dead, its pods do not
// start without it.
func TestASecretThatIsStillNamedIsNotDeleted(t *testing.T) {
	w := newWorld("v1.30.14")
	off := w.token("off-token", true)
	off.InvalidSince = label(today - 100)
	w.workload("Deployment", "app", "off", model.WorkloadZero, model.RefVolume, "off-token")
	dead := w.token("dead-token", true)
	dead.AccountUID = "another"
	w.workload("CronJob", "job", "dead", model.WorkloadSuspended, model.RefEnv, "dead-token")
	optional := w.token("optional-token", true)
	optional.InvalidSince = label(today - 100)
	w.workload("Deployment", "lax", "optional", model.WorkloadActive, model.RefVolume, "optional-token").Secrets[0].Optional = true
	p := w.plan(t, 30)
	p.acts(t, 30, "TB-307", ToDo, "optional-token", "off-token")
	s := p.acts(t, 30, "TB-308", ToDo, "", "dead-token")
	if !strings.Contains(s.Objects[0].Note, "CronJob job names the secret and does not start without it") {
		t.Error(s.Objects[0].Note)
	}
}

func TestWorkloadsAreChangedWhereTheyCanBe(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("app-token", true)
	w.token("other-token", true)
	w.workload("Deployment", "app", "app", model.WorkloadActive, model.RefVolume, "app-token").ManagedBy = "Helm release app"
	w.workload("Deployment", "stranger", "default", model.WorkloadActive, model.RefVolume, "other-token")
	w.workload("Deployment", "env", "app", model.WorkloadActive, model.RefEnv, "app-token")
	pod := w.workload("Pod", "app-7f9c-x2k4p", "app", model.WorkloadActive, model.RefVolume, "app-token")
	pod.Owner = model.Owner{Kind: "ReplicaSet", Name: "app-7f9c", Controller: true}
	lone := w.workload("Pod", "lone", "app", model.WorkloadActive, model.RefVolume, "app-token")
	lone.Owner = model.Owner{}
	rollout := w.workload("Pod", "roll-1", "app", model.WorkloadActive, model.RefVolume, "app-token")
	rollout.Owner = model.Owner{Kind: "Rollout", Name: "roll", Controller: true}
	p := w.plan(t, 30)
	s := p.acts(t, 30, "TB-301", ToDo, "app", "")
	if a := s.Actions[0]; a.On.Generation != 3 || a.On.UID != "uid-app" || !contains(a.Warn, "Helm release app") || !contains(a.Change, "projected volume") {
		t.Errorf("%+v", a)
	}
	s = p.acts(t, 30, "TB-302", ToDo, "", "env stranger roll-1")
	if !strings.Contains(s.Objects[1].Note, "the pod runs as default: a projected token would have other rights") {
		t.Error(s.Objects[1].Note)
	}
	if !strings.Contains(s.Objects[2].Note, "Rollout roll") {
		t.Error(s.Objects[2].Note)
	}
	p.acts(t, 30, "TB-303", ToDo, "", "lone")
}

func TestTeamsAreThePolicysOrTheNamespaces(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("idle-token", true)
	policy := gradual(t)
	p, err := Build(w.assess(t), know(t), Options{Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	if team := p.at(30, "TB-304").Actions[0].Team; team != "payments" {
		t.Errorf("team is %q", team)
	}
	policy, err = know(t).ReadPolicy([]byte("teams:\n- {name: money, namespaces: [pay*]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p, err = Build(w.assess(t), know(t), Options{Policy: policy}); err != nil || p.at(30, "TB-304").Actions[0].Team != "money" {
		t.Errorf("error %v", err)
	}
}

func TestOutsideUsersGetTheirWays(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("ci-token", false).LastUsed = label(today - 1)
	ways := func() map[string]Way {
		out := map[string]Way{}
		for _, way := range w.plan(t, 30).wants(t, 30, "TB-320", ToDo).Ways {
			out[way.ID] = way
		}
		return out
	}
	plain := ways()
	if len(plain) != 3 || !contains(plain["requester"].Lines, "resourceNames: [ci]") || !contains(plain["explicit"].Lines, "service-account.name: ci") {
		t.Errorf("%+v", plain)
	}
	w.Cluster.Platform.ID = model.PlatformEKS
	if cloud := ways()["cloud"]; !strings.Contains(cloud.Title, "EKS access entries") {
		t.Errorf("%+v", cloud)
	}
}

// TestNamesOfDumpsCannotBreakOut: what is pasted from a plan must not run
// something else than it says.
func TestNamesOfDumpsCannotBreakOut(t *testing.T) {
	lines := requesterLines("a b'; rm -rf /", "x\"\n- evil: {}")
	for _, l := range lines {
		if strings.Contains(l, "\n") {
			t.Errorf("a line breaks: %q", l)
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, `'a b'\''; rm -rf /'`) {
		t.Errorf("not quoted: %s", last)
	}
}

// TestNothingIsDoneOfWhatWasNotRead: of what nobody could look at, nobody says
// that there is none, and nothing is deleted.
func TestNothingIsDoneOfWhatWasNotRead(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("off-token", true).InvalidSince = label(today - 100)
	w.token("dead-token", true).AccountUID = "another"
	unread := model.KindCoverage{State: model.CoverageFailed}
	for _, kind := range referrers {
		w.Coverage.Kinds[kind] = unread
	}
	p := w.plan(t, 30)
	p.acts(t, 30, "TB-307", Blocked, "", "off-token")
	p.acts(t, 30, "TB-308", ToDo, "", "dead-token")
	for _, code := range []string{"TB-206", "TB-301", "TB-302", "TB-303", "TB-314", "TB-320"} {
		p.wants(t, 30, code, CannotTell)
	}
	w = newWorld("v1.30.14")
	w.Coverage.Kinds[model.KindTokens] = unread
	p = w.plan(t, 30)
	for _, code := range []string{"TB-301", "TB-304", "TB-305", "TB-306", "TB-307", "TB-308", "TB-311", "TB-312", "TB-320"} {
		p.wants(t, 30, code, CannotTell)
	}
	w = newWorld("v1.30.14")
	w.Coverage.Kinds[model.KindPullSecrets] = unread
	w.Accounts = append(w.Accounts, &model.Account{Key: model.Key{Namespace: "payments", Name: "builder"}, UID: "b", Secrets: []string{"builder-dockercfg-abcde"}})
	w.plan(t, 30).acts(t, 30, "TB-309", CannotTell, "", "")
}

func TestMountsThatAProjectionWouldChange(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("app-token", true)
	for name, change := range map[string]func(*model.SecretRef){
		"part":   func(r *model.SecretRef) { r.SubPath = true },
		"mapped": func(r *model.SecretRef) { r.Mapped = true },
	} {
		change(&w.workload("Deployment", name, "app", model.WorkloadActive, model.RefVolume, "app-token").Secrets[0])
	}
	w.workload("Job", "once", "app", model.WorkloadFinished, model.RefVolume, "app-token")
	p := w.plan(t, 30)
	p.wants(t, 30, "TB-301", Done)
	p.acts(t, 30, "TB-302", ToDo, "", "mapped part once")
}

// TestTheProjectedTokenLivesAsLongAsTheDefaultOne, so that a program which
// never reads the file again is not cut off by the change itself.
func TestTheProjectedTokenLivesAsLongAsTheDefaultOne(t *testing.T) {
	for extend, want := range map[string]string{"true": "3607 seconds", "false": "1 hour"} {
		w := newWorld("v1.30.14")
		w.flag(model.APIServer, flagExtend, extend)
		w.token("app-token", true)
		w.workload("Deployment", "app", "app", model.WorkloadActive, model.RefVolume, "app-token")
		if s := w.plan(t, 30).wants(t, 30, "TB-301", ToDo); !contains(s.Actions[0].Change, want) || !contains(s.Facts, "read the file again") {
			t.Errorf("extension %s: %v %v", extend, s.Actions[0].Change, s.Facts)
		}
	}
}

// TestAUsedTokenOfASleepingWorkloadIsUsedFromOutside.
func TestAUsedTokenOfASleepingWorkloadIsUsedFromOutside(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("report-token", true).LastUsed = label(today)
	w.workload("CronJob", "report", "report", model.WorkloadSuspended, model.RefVolume, "report-token")
	w.plan(t, 30).acts(t, 30, "TB-320", ToDo, "report-token", "")
}
