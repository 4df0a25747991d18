package plan

import (
	"slices"
	"strings"
	"testing"

	"timebound/model"
)

func TestSettingsAreHeldAgainstThePolicy(t *testing.T) {
	for _, c := range []struct {
		name  string
		git   string
		set   func(*world)
		to    Minor
		code  string
		state State
	}{
		{"no limit", "v1.28.15", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "0s") }, 28, "TB-401", ToDo},
		{"too long", "v1.28.15", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "720h0m0s") }, 28, "TB-401", ToDo},
		{"just so", "v1.28.15", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "1h0m0s") }, 28, "TB-401", Done},
		{"stricter than asked", "v1.27.3", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "24h0m0s") }, 27, "TB-401", Done},
		{"a default nobody could check", "v1.28.15", func(*world) {}, 28, "TB-401", CannotTell},
		{"servers differ", "v1.28.15", func(w *world) {
			w.flag(model.APIServer, flagMaxExpiration, "1h0m0s")
			w.flag(model.APIServer, flagMaxExpiration, "0s")
		}, 28, "TB-401", ToDo},
		{"a later phase, behind", "v1.30.14", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "0s") }, 26, "TB-401", Overdue},
		{"a later phase, behind and done", "v1.30.14", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "24h0m0s") }, 26, "TB-401", Done},
		{"a phase ahead", "v1.27.3", func(w *world) { w.flag(model.APIServer, flagMaxExpiration, "720h0m0s") }, 28, "TB-401", ToDo},
		{"extension is put up with", "v1.24.17", func(*world) {}, 24, "TB-402", NotApplicable},
		{"extension on", "v1.28.15", func(w *world) { w.flag(model.APIServer, flagExtend, "true") }, 28, "TB-402", ToDo},
		{"extension off", "v1.28.15", func(w *world) { w.flag(model.APIServer, flagExtend, "false") }, 28, "TB-402", Done},
		{"auto-generation is put up with", "v1.24.17", func(w *world) { w.gate(model.ControllerManager, gateNoAutoGeneration, "false") }, 24, "TB-403", NotApplicable},
		{"auto-generation on in 1.26", "v1.26.3", func(w *world) { w.gate(model.ControllerManager, gateNoAutoGeneration, "false") }, 26, "TB-403", ToDo},
		{"auto-generation off in 1.26", "v1.26.3", func(w *world) { w.gate(model.ControllerManager, gateNoAutoGeneration, "true") }, 26, "TB-403", Done},
		{"auto-generation not seen in 1.26", "v1.26.3", func(*world) {}, 26, "TB-403", CannotTell},
		{"built in from 1.27", "v1.27.3", func(*world) {}, 27, "TB-403", Done},
		{"tracking on in 1.26", "v1.26.3", func(w *world) { w.gate(model.APIServer, gateTracking, "true") }, 26, "TB-404", Done},
		{"tracking off in 1.26", "v1.26.3", func(w *world) { w.gate(model.APIServer, gateTracking, "false") }, 26, "TB-404", ToDo},
		{"tracking built in", "v1.28.15", func(*world) {}, 28, "TB-404", Done},
		{"an intention is not what runs", "v1.28.15", func(w *world) {
			w.Cluster.Observed = append(w.Cluster.Observed, model.Observation{Component: model.APIServer, Kind: model.SettingFlag, Name: flagMaxExpiration, Value: "1h0m0s", Source: model.SourceConfig, Where: "configmap kube-system/kubeadm-config"})
		}, 28, "TB-401", CannotTell},
		{"auto-generation as another process tells it", "v1.26.3", func(w *world) {
			w.Cluster.Observed = append(w.Cluster.Observed, model.Observation{Component: model.ControllerManager, Kind: model.SettingGate, Name: gateNoAutoGeneration, Value: "true", Source: model.SourceEvidence, Where: "GET /metrics of kube-apiserver"})
		}, 26, "TB-403", CannotTell},
		{"the cleaner of 1.28 switched on", "v1.28.15", func(w *world) { w.gate(model.ControllerManager, gateCleanUp, "true") }, 28, "TB-406", ToDo},
		{"the cleaner of 1.28 as its default is", "v1.28.15", func(w *world) {
			w.observe(model.ControllerManager, model.SettingGate, gateCleanUp, "false", "GET /metrics")
		}, 28, "TB-406", Done},
		{"a state that nobody gave blocks nothing", "v1.28.15", func(w *world) {
			w.seen().observe(model.ControllerManager, model.SettingGate, gateCleanUp, "false", "GET /metrics")
		}, 30, "TB-405", Done},
		{"clean-up by the version", "v1.29.6", func(w *world) { w.seen() }, 30, "TB-405", Done},
		{"clean-up by the version, its list not seen", "v1.29.6", func(*world) {}, 30, "TB-405", CannotTell},
		{"the cleaner taken out of the list", "v1.30.14", func(w *world) {
			w.flag(model.ControllerManager, flagControllers, "*,-legacy-service-account-token-cleaner")
		}, 30, "TB-405", ToDo},
		{"the first mention decides", "v1.30.14", func(w *world) {
			w.flag(model.ControllerManager, flagControllers, "legacy-service-account-token-cleaner,-legacy-serviceaccount-token-cleaner-controller")
		}, 30, "TB-405", Done},
		{"auto-generation is asked off after it was put up with", "v1.24.17", func(w *world) { w.gate(model.ControllerManager, gateNoAutoGeneration, "false") }, 26, "TB-403", ToDo},
		{"clean-up switched off, and 1.30 refuses that", "v1.29.6", func(w *world) { w.gate(model.ControllerManager, gateCleanUp, "false") }, 30, "TB-405", Blocked},
	} {
		w := newWorld(c.git)
		c.set(w)
		p := w.plan(t, max(c.to, p30(c.git)))
		t.Run(c.name, func(t *testing.T) { p.wants(t, c.to, c.code, c.state) })
	}
}

// p30 plans as far as a world's own version at least.
func p30(git string) Minor {
	v, _ := model.ParseVersion(git)
	return Minor(v.Minor)
}

func TestSettingsAreWrittenInTheFormOfThePlatform(t *testing.T) {
	for _, c := range []struct {
		platform model.PlatformID
		git      string
		state    State
		line     string // "" for none
		fact     string
	}{
		{model.PlatformPlain, "v1.30.14", ToDo, "- --service-account-max-token-expiration=1h", ""},
		{model.PlatformKubeadm, "v1.30.14", ToDo, `    service-account-max-token-expiration: "1h"`, ""},
		{model.PlatformKubeadm, "v1.31.4", ToDo, "  - name: service-account-max-token-expiration", ""},
		{model.PlatformK3s, "v1.30.14", ToDo, `- "service-account-max-token-expiration=1h"`, ""},
		{model.PlatformRKE2, "v1.30.14", ToDo, "/etc/rancher/rke2/config.yaml", ""},
		{model.PlatformOpenShift, "v1.30.14", NotApplicable, "", "no supported setting"},
		{model.PlatformEKS, "v1.30.14", NotApplicable, "", "the provider decides"},
		{model.PlatformGKE, "v1.30.14", NotApplicable, "", "the provider decides"},
	} {
		w := newWorld(c.git)
		w.Cluster.Platform.ID = c.platform
		w.flag(model.APIServer, flagMaxExpiration, "0s")
		s := w.plan(t, p30(c.git)).wants(t, p30(c.git), "TB-401", c.state)
		if c.line == "" && len(s.How) > 0 || !contains(s.How, c.line) {
			t.Errorf("%s: how is %q, want %q", c.platform, s.How, c.line)
		}
		if !contains(s.Facts, c.fact) {
			t.Errorf("%s: facts are %q, want %q", c.platform, s.Facts, c.fact)
		}
	}
}

// TestTheRuleOf3607Seconds: a maximum below what pods ask for ends extension,
// whatever the flag says.
func TestTheRuleOf3607Seconds(t *testing.T) {
	w := newWorld("v1.30.14").seen()
	policy := gradual(t)
	policy.Phases = slices.Clone(policy.Phases)
	yes := true
	for i := range policy.Phases {
		policy.Phases[i].ExtendTokenExpiration = &yes
	}
	p, err := Build(w.assess(t), know(t), Options{Target: 30, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	if s := p.wants(t, 30, "TB-401", ToDo); !contains(s.Facts, "below 3607 seconds") {
		t.Errorf("nobody is warned: %v", s.Facts)
	}
	if s := w.plan(t, 30).wants(t, 30, "TB-401", ToDo); contains(s.Facts, "below 3607 seconds") {
		t.Error("with extension off there is nothing to warn of")
	}
}

func TestProvidersAreToldAsWhatTheyAre(t *testing.T) {
	w := newWorld("v1.30.14")
	w.Cluster.Platform.ID = model.PlatformAKS
	if s := w.plan(t, 30).at(30, "TB-402"); !contains(s.Facts, "(says the provider: Azure AKS") {
		t.Errorf("AKS: %v", s.Facts)
	}
	w.Cluster.Platform.ID = model.PlatformEKS
	if s := w.plan(t, 30).at(30, "TB-208"); !contains(s.Facts, "90 days") {
		t.Errorf("EKS: %v", s.Facts)
	}
	w = newWorld("v1.24.17")
	w.Cluster.Platform.ID = model.PlatformCCE
	if s := w.plan(t, 26).at(24, "TB-403"); !contains(s.Facts, "comes with 1.25") {
		t.Errorf("CCE: %v", s.Facts)
	}
}

// TestWhatIsBehindForGoodIsNotAskedFor: a warning about 1.28 ends with 1.28.
func TestWhatIsBehindForGoodIsNotAskedFor(t *testing.T) {
	if s := newWorld("v1.30.14").seen().plan(t, 30).at(28, "TB-406"); s != nil {
		t.Errorf("%s: %s", s.State, s.Title)
	}
}

// TestGatesAreGivenOnlyWhereTheyMustBe: a name that is given stops the version
// that does not know it any more.
func TestGatesAreGivenOnlyWhereTheyMustBe(t *testing.T) {
	w := newWorld("v1.26.3")
	w.gate(model.APIServer, gateTracking, "false")
	w.gate(model.ControllerManager, gateNoAutoGeneration, "false")
	p := w.plan(t, 30)
	s := p.wants(t, 26, "TB-404", ToDo)
	if !contains(s.How, gateTracking+"=true") || !contains(s.How, "take it out again before the upgrade to 1.30") {
		t.Errorf("tracking: %q", s.How)
	}
	if s := p.wants(t, 26, "TB-403", ToDo); !contains(s.How, "take "+gateNoAutoGeneration+"=false out") || contains(s.How, gateNoAutoGeneration+"=true") {
		t.Errorf("auto-generation: %q", s.How)
	}
	if s := newWorld("v1.26.3").seen().plan(t, 30).wants(t, 30, "TB-201", ToDo); !contains([]string{s.Title}, "which this plan asks for in 1.26") {
		t.Errorf("nobody is reminded of what this plan asks for: %s", s.Title)
	}
	if s := newWorld("v1.30.14").plan(t, 30).at(30, "TB-205"); contains(s.How, gateTracking) {
		t.Error("1.30 does not know that gate")
	}
}

// TestNoCheckDestroys: a command that is pasted at night must not delete what
// was there before it.
func TestNoCheckDestroys(t *testing.T) {
	for _, s := range know(t).Steps {
		for _, v := range s.Verify {
			if strings.HasPrefix(v, "#") {
				continue
			}
			if strings.Contains(v, "delete") && (!strings.Contains(v, "&& {") || !strings.Contains(v, "$(date")) {
				t.Errorf("%s: %s", s.Code, v)
			}
			if strings.Contains(v, "tokenreview") || strings.Contains(v, ".data") {
				t.Errorf("%s counts as a use, or shows a token: %s", s.Code, v)
			}
		}
	}
}
