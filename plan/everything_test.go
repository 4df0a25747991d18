package plan

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"timebound/model"
)

// everything is a cluster in which each kind of step has something to do.
func everything(git string) *world {
	w := newWorld(git).seen()
	w.token("idle-token", true)
	w.token("manual-token", false)
	w.token("ci-token", false).LastUsed = label(today - 1)
	w.token("fresh-token", false).Created = (today - 10).Time()
	off := w.token("off-token", true)
	off.LastUsed, off.InvalidSince = label(today-300), label(today-30)
	soaking := w.token("soaking-token", true)
	soaking.InvalidSince = label(today - 2)
	knocked := w.token("knocked-token", true)
	knocked.LastUsed, knocked.InvalidSince = label(today-1), label(today-30)
	gone := w.token("gone-token", true)
	gone.AccountUID = "another"
	w.token("odd-token", false).LastUsed = model.NewDayLabel("soon")
	keep := w.token("argocd-manager-token", false)
	keep.Account = "argocd-manager"
	w.token("app-token", true)
	w.workload("Deployment", "app", "app", model.WorkloadActive, model.RefVolume, "app-token").ManagedBy = "Helm release app"
	w.token("report-token", true)
	w.workload("CronJob", "report", "report", model.WorkloadSuspended, model.RefVolume, "report-token")
	w.token("env-token", true)
	w.workload("StatefulSet", "env", "env", model.WorkloadActive, model.RefEnv, "env-token")
	w.token("lone-token", true)
	w.workload("Pod", "lone", "lone", model.WorkloadActive, model.RefVolume, "lone-token")
	w.token("pull-token", true)
	w.workload("Deployment", "pull", "default", model.WorkloadActive, model.RefImagePull, "pull-token")
	w.token("pair-token", false)
	w.PullSecrets = append(w.PullSecrets, &model.PullSecret{Key: model.Key{Namespace: "payments", Name: "pair-dockercfg"}, TokenSecret: "pair-token"})
	w.token("busy-pair-token", false).LastUsed = label(today)
	w.PullSecrets = append(w.PullSecrets, &model.PullSecret{Key: model.Key{Namespace: "payments", Name: "busy-dockercfg"}, TokenSecret: "busy-pair-token"})
	w.Accounts[0].Secrets = append(w.Accounts[0].Secrets, "idle-token-left")
	w.Accounts = append(w.Accounts, &model.Account{Key: model.Key{Namespace: "dynatrace", Name: "dynatrace-kubernetes-monitoring"}, UID: "g"})
	w.Nodes = []model.Node{{Name: "n1", KubeletVersion: git}, {Name: "n2", KubeletVersion: git}}
	return w
}

// TestEveryStepAndStateIsReached builds plans of many clusters: a code that no
// plan ever shows, or that shows and is not described, is a mistake.
func TestEveryStepAndStateIsReached(t *testing.T) {
	codes, open, states, kinds := map[string]bool{}, map[string]bool{}, map[State]bool{}, map[ActionKind]bool{}
	visit := func(p *Plan) {
		for _, h := range p.Hops {
			for _, s := range h.Steps {
				codes[s.Code], states[s.State] = true, true
				open[s.Code] = open[s.Code] || s.State != Done
				if s.Title == "" || s.Why == "" || s.ID == "" {
					t.Errorf("%s is not whole: %+v", s.ID, s)
				}
				for _, a := range s.Actions {
					kinds[a.Kind] = true
					pinned := a.On.ResourceVersion != "" || a.On.Generation != 0 || a.Kind == Issue
					if a.On.UID == "" || !pinned || a.Team == "" || len(a.Change) == 0 {
						t.Errorf("%s: an action is not pinned: %+v", s.ID, a)
					}
				}
			}
			ids := map[string]bool{}
			for _, s := range h.Steps {
				if ids[s.ID] {
					t.Errorf("%s stands twice", s.ID)
				}
				ids[s.ID] = true
			}
		}
	}
	for _, git := range []string{"v1.22.17", "v1.24.17", "v1.26.3", "v1.27.3", "v1.28.15", "v1.29.6", "v1.30.14", "v1.37.1"} {
		for _, platform := range []model.PlatformID{model.PlatformPlain, model.PlatformKubeadm, model.PlatformOpenShift, model.PlatformEKS, model.PlatformCCE, model.PlatformK3s} {
			w := everything(git)
			w.Cluster.Platform.ID = platform
			visit(w.plan(t, 39))
			w.Cluster.Observed = nil
			visit(w.plan(t, 39))
		}
		visit(newWorld(git).plan(t, 0))
	}
	for _, spoil := range []func(*world){
		func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "10m0s") },
		func(w *world) { w.flag(model.APIServer, flagLookup, "false") },
		func(w *world) { w.Cluster.Servers = append(w.Cluster.Servers, newWorld("v1.27.3").Cluster.Servers...) },
		func(w *world) { w.gate(model.ControllerManager, gateNoAutoGeneration, "false") },
		func(w *world) { w.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent} },
	} {
		w := newWorld("v1.26.3")
		spoil(w)
		visit(w.plan(t, 30))
	}
	noCleaner := newWorld("v1.29.6")
	noCleaner.gate(model.ControllerManager, gateCleanUp, "false")
	visit(noCleaner.plan(t, 30))
	for _, s := range know(t).Steps {
		if !codes[s.Code] {
			t.Errorf("no plan ever shows %s", s.Code)
		}
		if !open[s.Code] {
			t.Errorf("%s is never anything but done", s.Code)
		}
		delete(codes, s.Code)
	}
	for code := range codes {
		t.Errorf("%s is shown and not described", code)
	}
	for _, s := range States() {
		if !states[s] {
			t.Errorf("no step is ever %s", s)
		}
	}
	for _, k := range []ActionKind{Invalidate, Delete, Project, Detach, Issue} {
		if !kinds[k] {
			t.Errorf("no plan ever asks to %s", k)
		}
	}
}

// TestEachTokenStandsSomewhere: whatever its verdict, a token that asks for
// something is named by a step, or by a workload that is.
func TestEachTokenStandsSomewhere(t *testing.T) {
	w := everything("v1.30.14")
	p := w.plan(t, 30)
	named := map[string]bool{}
	for _, h := range p.Hops {
		for _, s := range h.Steps {
			for _, a := range s.Actions {
				named[a.On.Kind+" "+a.On.Name] = true
			}
			for _, o := range s.Objects {
				named[o.Kind+" "+o.Name] = true
			}
		}
	}
	for _, f := range w.assess(t).Findings {
		ok := named["Secret "+f.Token.Name]
		for _, r := range f.References {
			ok = ok || named[r.By.Kind+" "+r.By.Name]
		}
		if !ok {
			t.Errorf("%s (%s) is in no step", f.Token.Name, f.Verdict)
		}
	}
}

// deepDiff names the fields in which two values differ.
func deepDiff(a, b any) []string {
	var out []string
	var walk func(path string, x, y reflect.Value)
	walk = func(path string, x, y reflect.Value) {
		if len(out) > 5 {
			return
		}
		switch x.Kind() {
		case reflect.Pointer:
			if x.IsNil() != y.IsNil() {
				out = append(out, path)
			} else if !x.IsNil() {
				walk(path, x.Elem(), y.Elem())
			}
		case reflect.Struct:
			if x.Type().String() == "time.Time" {
				if !reflect.DeepEqual(x.Interface(), y.Interface()) {
					out = append(out, path)
				}
				return
			}
			for i := range x.NumField() {
				walk(path+"."+x.Type().Field(i).Name, x.Field(i), y.Field(i))
			}
		case reflect.Slice:
			if x.Len() != y.Len() {
				out = append(out, fmt.Sprintf("%s: %d and %d", path, x.Len(), y.Len()))
				return
			}
			for i := range x.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), x.Index(i), y.Index(i))
			}
		default:
			if !reflect.DeepEqual(x.Interface(), y.Interface()) {
				out = append(out, fmt.Sprintf("%s: %v and %v", path, x, y))
			}
		}
	}
	walk("", reflect.ValueOf(a), reflect.ValueOf(b))
	slices.Sort(out)
	return out
}
