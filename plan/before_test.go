package plan

import (
	"strings"
	"testing"

	"timebound/model"
)

// TestGatesThatStopAnUpgradeAreFound walks the values that the source refuses.
func TestGatesThatStopAnUpgradeAreFound(t *testing.T) {
	for _, c := range []struct {
		git         string
		component   model.Component
		gate, value string
		blocks      Minor // the hop whose upgrade fails; 0 for none
	}{
		{"v1.26.3", model.ControllerManager, gateNoAutoGeneration, "false", 27},
		{"v1.26.3", model.ControllerManager, gateNoAutoGeneration, "true", 29},
		{"v1.24.17", model.ControllerManager, gateNoAutoGeneration, "false", 27},
		{"v1.27.3", model.APIServer, gateTracking, "false", 28},
		{"v1.27.3", model.APIServer, gateTracking, "true", 30},
		{"v1.28.15", model.ControllerManager, gateCleanUp, "false", 30},
		{"v1.29.6", model.ControllerManager, gateCleanUp, "true", 37},
		{"v1.30.14", model.APIServer, "ServiceAccountTokenJTI", "false", 37},
		{"v1.30.14", model.APIServer, "ServiceAccountTokenJTI", "true", 0},
		{"v1.24.17", model.APIServer, "CSIServiceAccountToken", "true", 26},
		{"v1.30.14", model.APIServer, "SomethingElse", "true", 0},
	} {
		w := newWorld(c.git).seen()
		w.gate(c.component, c.gate, c.value)
		p := w.plan(t, 37)
		var blocked []string
		for _, h := range p.Hops {
			if s := p.at(h.To, "TB-201"); s != nil && h.Position == Ahead {
				if s.State == Blocked {
					blocked = append(blocked, h.To.String())
					if !contains(s.Facts, c.gate+"="+c.value) || len(s.How) == 0 {
						t.Errorf("%s: %v %v", s.ID, s.Facts, s.How)
					}
				} else if s.State != Done {
					t.Errorf("%s is %q, the arguments were seen", s.ID, s.State)
				}
			}
		}
		first := ""
		if len(blocked) > 0 {
			first = blocked[0]
		}
		want := ""
		if c.blocks != 0 {
			want = c.blocks.String()
		}
		if first != want {
			t.Errorf("%s with %s=%s: first blocked at %q, want %q", c.git, c.gate, c.value, first, want)
		}
	}
}

// TestGatesThatCannotBeSeen: /metrics tells every gate's state, not what was
// set, so it neither blocks nor clears.
func TestGatesThatCannotBeSeen(t *testing.T) {
	w := newWorld("v1.26.3")
	w.observe(model.APIServer, model.SettingGate, "CSIServiceAccountToken", "true", "GET /metrics")
	s := w.plan(t, 27).wants(t, 27, "TB-201", CannotTell)
	if !contains(s.Facts, gateNoAutoGeneration+"=false is refused from 1.27 on") {
		t.Errorf("does not say what to look for: %v", s.Facts)
	}
}

func TestKubeletsAreToLookAtNodeByNode(t *testing.T) {
	w := newWorld("v1.26.3")
	w.Nodes = []model.Node{{Name: "a", KubeletVersion: "v1.26.3"}, {Name: "b", KubeletVersion: "v1.26.3"}, {Name: "c", KubeletVersion: "v1.25.1"}}
	s := w.plan(t, 27).wants(t, 27, "TB-202", CannotTell)
	if len(s.Objects) != 2 || s.Objects[1].Name != "2 nodes" {
		t.Errorf("nodes: %+v", s.Objects)
	}
	w.Cluster.Platform.ID = model.PlatformEKS
	if w.plan(t, 27).at(27, "TB-202") != nil {
		t.Error("the provider's kubelets are not ours to look at")
	}
}

func TestWhatEverythingStandsOn(t *testing.T) {
	w := newWorld("v1.30.14").seen()
	p := w.plan(t, 30)
	p.wants(t, 30, "TB-204", Done)
	p.wants(t, 30, "TB-205", Done)
	p.wants(t, 30, "TB-211", Done)
	p.wants(t, 30, "TB-208", CannotTell)

	w.Cluster.Servers = append(w.Cluster.Servers, newWorld("v1.31.2").Cluster.Servers...)
	w.Cluster.Tracking = model.Tracking{State: model.TrackingUnreadable}
	w.flag(model.APIServer, flagLookup, "false")
	p = w.plan(t, 30)
	p.wants(t, 30, "TB-204", ToDo)
	p.wants(t, 30, "TB-205", CannotTell)
	p.wants(t, 30, "TB-211", ToDo)
	blind := newWorld("v1.30.14")
	blind.flag(model.APIServer, flagLookup, "false")
	blind.plan(t, 30).wants(t, 30, "TB-205", Blocked) // nothing is recorded while nobody looks

	old := newWorld("v1.24.17")
	old.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent}
	p = old.plan(t, 30)
	p.wants(t, 24, "TB-205", Blocked)
	p.wants(t, 24, "TB-211", CannotTell)
	on26 := newWorld("v1.26.3")
	on26.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent}
	if s := on26.plan(t, 26).wants(t, 26, "TB-205", ToDo); !contains(s.How, gateTracking+"=true") {
		t.Errorf("does not say how: %v", s.How)
	}
}

func TestFlagsOutOfTheirLimits(t *testing.T) {
	w := newWorld("v1.27.3").seen()
	w.plan(t, 28).wants(t, 28, "TB-203", Done)
	w.Cluster.Observed[1].Value = "30m0s"
	if s := w.plan(t, 28).wants(t, 28, "TB-203", Blocked); !strings.Contains(s.Title, "1 hour to 2^32 seconds") {
		t.Error(s.Title)
	}
	newWorld("v1.27.3").plan(t, 28).wants(t, 28, "TB-203", CannotTell)
	w = newWorld("v1.29.6").seen()
	w.Cluster.Observed[4].Value = "0s"
	w.plan(t, 30).wants(t, 30, "TB-203", Blocked)
	// What runs is fine, but the next upgrade starts with what kubeadm intends.
	w = newWorld("v1.29.6").seen()
	w.Cluster.Observed = append(w.Cluster.Observed, model.Observation{Component: model.APIServer, Kind: model.SettingFlag, Name: flagMaxExpiration, Value: "30m0s", Source: model.SourceConfig, Where: "configmap kube-system/kubeadm-config"})
	w.plan(t, 30).wants(t, 30, "TB-203", Blocked)
}

func TestVersionsThatAreNotKnown(t *testing.T) {
	p := newWorld("v1.30.14").plan(t, 39)
	p.wants(t, 39, "TB-210", CannotTell)
	if p := newWorld("v1.31.4").plan(t, 37); p.at(37, "TB-210") != nil {
		t.Error("1.37 is known")
	}
}

func TestToolsThatReadSecretsOfAccounts(t *testing.T) {
	w := newWorld("v1.24.17")
	w.plan(t, 26).wants(t, 26, "TB-207", Done)
	w.Accounts = append(w.Accounts, &model.Account{Key: model.Key{Namespace: "dynatrace", Name: "dynatrace-kubernetes-monitoring"}, UID: "s"})
	if s := w.plan(t, 26).wants(t, 26, "TB-207", ToDo); len(s.Objects) != 1 || !strings.Contains(s.Objects[0].Note, "Dynatrace") {
		t.Errorf("objects: %+v", s.Objects)
	}
}
