package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
	"timebound/plan"
)

// args are arguments beside the usual ones.
type args struct{ apiServer, controllers []string }

func (a args) apply(o *controlplane.Options) {
	o.APIServerArgs, o.ControllerManagerArgs = a.apiServer, a.controllers
}

// blocker is a setting that must keep a component of the next version from
// starting.
type blocker struct {
	name string
	args args
	// intended is for what would stop the version that runs as well: nobody
	// runs with it, but kubeadm's configuration may hold it.
	intended bool
	code     string
	// says is what the plan has to name, logs what the component ends with.
	says, logs string
}

// upgrade is a way from one version to the next, with settings that do not keep
// it from starting and those that do.
type upgrade struct {
	from, to string
	harmless []args
	blockers []blocker
}

var (
	tooShort = blocker{
		name: "a maximum of half an hour", intended: true, args: args{apiServer: []string{"--service-account-max-token-expiration=30m"}},
		code: "TB-203", says: "service-account-max-token-expiration", logs: "must be between 1 hour and 2^32 seconds",
	}
	noPeriod = blocker{
		name: "no clean-up period", intended: true, args: args{controllers: []string{"--legacy-service-account-token-clean-up-period=0s"}},
		code: "TB-203", says: "legacy-service-account-token-clean-up-period", logs: "invalid CleanUpPeriod: 0s",
	}
)

var upgrades = []upgrade{
	{"1.24.17", "1.26.3", []args{{}, {controllers: gate(autoGenerationOff, false)}}, []blocker{
		{name: "a gate that is gone", args: args{apiServer: gate("CSIServiceAccountToken", true)}, code: "TB-201", says: "CSIServiceAccountToken=true: unknown from 1.25 on", logs: "unrecognized feature gate: CSIServiceAccountToken"},
		tooShort,
	}},
	{"1.26.3", "1.28.15", []args{{}, {apiServer: gate(tracking, true), controllers: gate(autoGenerationOff, true)}}, []blocker{
		{name: "tracking off", args: args{apiServer: gate(tracking, false)}, code: "TB-201", says: tracking + "=false: locked to true from 1.28 on", logs: "cannot set feature gate " + tracking + " to false, feature is locked to true"},
		tooShort,
		{name: "auto-generation on", args: args{controllers: gate(autoGenerationOff, false)}, code: "TB-201", says: autoGenerationOff + "=false: locked to true from 1.28 on", logs: "cannot set feature gate " + autoGenerationOff + " to false, feature is locked to true"},
	}},
	{"1.28.15", "1.30.14", []args{{}, {apiServer: gate(cleanUp, true), controllers: gate(cleanUp, true)}}, []blocker{
		{name: "tracking by name", args: args{apiServer: gate(tracking, true)}, code: "TB-201", says: tracking + "=true: unknown from 1.30 on", logs: "unrecognized feature gate: " + tracking},
		tooShort,
		{name: "the cleaner off", args: args{controllers: gate(cleanUp, false)}, code: "TB-201", says: cleanUp + "=false: locked to true from 1.30 on", logs: "cannot set feature gate " + cleanUp + " to false, feature is locked to true"},
		noPeriod,
	}},
	{"1.30.14", "1.37.1", []args{{}, {apiServer: gate(tokenIDs, true)}}, []blocker{
		{name: "token IDs off", args: args{apiServer: gate(tokenIDs, false)}, code: "TB-201", says: tokenIDs + "=false: locked to true from 1.32 on", logs: "cannot set feature gate " + tokenIDs + " to false, feature is locked to true"},
		tooShort,
		{name: "the cleaner by name", args: args{controllers: gate(cleanUp, true)}, code: "TB-201", says: cleanUp + "=true: unknown from 1.32 on", logs: "unrecognized feature gate: " + cleanUp},
		noPeriod,
	}},
}

// TestBlockers upgrades clusters: what the plan says will not start does not
// start, and what it has nothing against starts.
func TestBlockers(t *testing.T) {
	controlplanetest.Require(t)
	versions := controlplanetest.Versions()
	selected := slices.DeleteFunc(slices.Clone(upgrades), func(u upgrade) bool {
		return !slices.Contains(versions, u.from) || !slices.Contains(versions, u.to)
	})
	if len(selected) == 0 {
		t.Skip("needs two versions in a row; set TIMEBOUND_E2E_VERSIONS=all")
	}
	binary := buildProduct(t)
	for _, u := range selected {
		t.Run(u.from+" to "+u.to, func(t *testing.T) {
			u.hold(t, raiseWith(t, controlplane.Options{Version: u.from}, binary))
		})
	}
}

// hold tells first what is foretold, and then goes on to see.
func (u upgrade) hold(t *testing.T, s *stage) {
	t.Helper()
	for i, a := range u.harmless {
		if i > 0 {
			s.startWith(t, a)
		}
		s.showStaticPods(t)
		t.Run(fmt.Sprintf("nothing is said against setting %d", i), func(t *testing.T) { u.nothingAgainst(t, s, a) })
	}
	var running args
	for _, b := range u.blockers {
		if !b.intended {
			running.apiServer = append(running.apiServer, b.args.apiServer...)
			running.controllers = append(running.controllers, b.args.controllers...)
		}
	}
	s.startWith(t, running)
	s.showStaticPods(t)
	for _, b := range u.blockers {
		t.Run("foretold: "+b.name, func(t *testing.T) { u.foretold(t, s, b) })
	}

	// kube-apiserver's come first: where it does not start, nothing is written
	// that the older version could not read.
	for _, b := range u.blockers {
		t.Run("true: "+b.name, func(t *testing.T) {
			s.Change(b.args.apply)
			switch err := s.upgrade(t, u.to); {
			case err == nil:
				t.Errorf("%s starts with %q", u.to, b.args)
			case !strings.Contains(err.Error(), b.logs):
				t.Errorf("it does not end with %q: %v", b.logs, err)
			}
		})
	}
	for i, a := range u.harmless {
		t.Run(fmt.Sprintf("it starts with setting %d", i), func(t *testing.T) {
			s.Change(a.apply)
			must(t, s.upgrade(t, u.to))
		})
	}
}

func (u upgrade) target(t *testing.T) string {
	t.Helper()
	return plan.Minor(minorOf(t, u.to)).String()
}

// nothingAgainst checks that no setting is called a blocker on the way.
func (u upgrade) nothingAgainst(t *testing.T, s *stage, a args) {
	t.Helper()
	target := u.target(t)
	p := s.planned(t, looker, "--to", target)
	wantState(t, p, target+"/TB-201", plan.Done)
	wantState(t, p, target+"/TB-203", plan.Done)
	for _, h := range p.Hops {
		for _, step := range h.Steps {
			if h.Position == plan.Ahead && step.State == plan.Blocked && (step.Phase == plan.Before || step.Phase == plan.Set) {
				t.Errorf("with %q, %s is blocked: %s; its facts are %q", a, step.ID, step.Title, step.Facts)
			}
		}
	}
}

// foretold checks that the plan names a blocker as one.
func (u upgrade) foretold(t *testing.T, s *stage, b blocker) {
	t.Helper()
	if s.kubeadmConfig(t, args{}); b.intended {
		s.kubeadmConfig(t, b.args)
	}
	step := wantState(t, s.planned(t, looker, "--to", u.target(t)), u.target(t)+"/"+b.code, plan.Blocked)
	told := strings.Join(append(step.Facts, step.Title), "; ")
	if !strings.Contains(told, b.says) {
		t.Errorf("%q is not said, but %q", b.says, told)
	}
}

// upgrade upgrades, and waits for the cleaner where there is one: it starts when
// kube-controller-manager has long said that it is well.
func (s *stage) upgrade(t *testing.T, version string) error {
	t.Helper()
	err := s.Upgrade(t.Context(), version)
	if err == nil && minorOf(t, version) >= 29 {
		err = s.AwaitCleaner(t.Context())
	}
	return err
}

// startWith starts the pair anew with other arguments.
func (s *stage) startWith(t *testing.T, a args) {
	t.Helper()
	s.Change(a.apply)
	must(t, s.RestartAPIServer(t.Context()))
	must(t, s.RestartControllerManager(t.Context()))
}

// kubeadmConfig writes what kubeadm is to set with the next upgrade.
func (s *stage) kubeadmConfig(t *testing.T, a args) {
	t.Helper()
	text := "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n"
	for field, flags := range map[string][]string{"apiServer": a.apiServer, "controllerManager": a.controllers} {
		if len(flags) == 0 {
			continue
		}
		text += field + ":\n  extraArgs:\n"
		for _, f := range flags {
			name, value, _ := strings.Cut(strings.TrimPrefix(f, "--"), "=")
			text += fmt.Sprintf("    %s: %q\n", name, value)
		}
	}
	maps := s.admin.CoreV1().ConfigMaps("kube-system")
	must(t, notMissing(maps.Delete(t.Context(), "kubeadm-config", metav1.DeleteOptions{})))
	_, err := maps.Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "kubeadm-config"}, Data: map[string]string{"ClusterConfiguration": text},
	}, metav1.CreateOptions{})
	must(t, err)
}
