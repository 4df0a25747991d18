package scenarios

import (
	"context"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// setting is what must be known of a gate or flag, and how.
type setting struct {
	component model.Component
	name      string
	value     string
	source    model.Source
	where     string // part of the exact place
}

const (
	autoGenerationOff = "LegacyServiceAccountTokenNoAutoGeneration"
	tracking          = "LegacyServiceAccountTokenTracking"
	cleanUp           = "LegacyServiceAccountTokenCleanUp"
	lookup            = "service-account-lookup"
	extend            = "service-account-extend-token-expiration"
	issuer            = "service-account-issuer"
	cleanUpPeriod     = "legacy-service-account-token-clean-up-period"
)

// settings is what each version gives away of itself. From outside nothing
// but the API server can be seen: what kube-controller-manager reads is known
// where the version leaves no choice. Elsewhere it is inferred from the API
// server's metrics, or a mere default.
var settings = map[int][]setting{
	24: {
		// It is off here, and nobody can see that: so it must be called no
		// more than a default.
		{model.ControllerManager, autoGenerationOff, "true", model.SourceDefault, "1.24"},
		{model.APIServer, lookup, "true", model.SourceDefault, ""},
	},
	26: {
		{model.ControllerManager, autoGenerationOff, "true", model.SourceEvidence, "/metrics of kube-apiserver"},
		{model.APIServer, tracking, "true", model.SourceProcess, "/metrics"},
		{model.APIServer, lookup, "true", model.SourceDefault, ""},
	},
	28: {
		{model.ControllerManager, autoGenerationOff, "true", model.SourceLocked, "1.28"},
		{model.APIServer, tracking, "true", model.SourceLocked, "1.28"},
		{model.ControllerManager, cleanUp, "false", model.SourceEvidence, "/metrics of kube-apiserver"},
		{model.ControllerManager, cleanUpPeriod, "8760h0m0s", model.SourceDefault, ""},
	},
	30: {
		{model.ControllerManager, autoGenerationOff, "true", model.SourceLocked, "1.29"},
		{model.ControllerManager, cleanUp, "true", model.SourceLocked, "1.30"},
		{model.APIServer, lookup, "true", model.SourceDefault, ""},
	},
	37: {
		{model.ControllerManager, cleanUp, "true", model.SourceLocked, "1.32"},
		{model.APIServer, lookup, "true", model.SourceProcess, "/flagz"},
		{model.APIServer, extend, "true", model.SourceProcess, "/flagz"},
		{model.APIServer, issuer, "https://kubernetes.default.svc", model.SourceProcess, "/flagz"},
		{model.ControllerManager, cleanUpPeriod, "8760h0m0s", model.SourceDefault, ""},
	},
}

// Every setting says how it is known, and no better than it is.
func (s *stage) controlPlaneFacts(t *testing.T) {
	t.Parallel()
	v := s.look(t, looker, 0)
	c := v.Inventory.Cluster

	if len(c.Servers) != 1 || c.Servers[0].Version.Git != "v"+s.Version() || c.Servers[0].Answers < 2 {
		t.Errorf("the API servers are %+v, want v%s, asked more than once", c.Servers, s.Version())
	}
	system, err := s.admin.CoreV1().Namespaces().Get(t.Context(), "kube-system", metav1.GetOptions{})
	must(t, err)
	if c.UID != string(system.UID) || c.Context != "e2e" || c.Server != s.Server() {
		t.Errorf("the cluster is %q (%s) at %s, want e2e (%s) at %s", c.Context, c.UID, c.Server, system.UID, s.Server())
	}
	if c.Platform.ID != model.PlatformPlain {
		t.Errorf("the platform is %+v", c.Platform)
	}
	if c.ClockSkew.Abs() > 3*time.Second {
		t.Errorf("on one machine the clocks differ by %s", c.ClockSkew)
	}
	s.wantTracking(t, c.Tracking)

	for _, want := range settings[s.minor] {
		got := find(v.Settings, want.component, want.name)
		if got.Value != want.value || got.Source != want.source || !strings.Contains(got.Where, want.where) {
			t.Errorf("%s of %s is %q, %s (%s); want %q, %s (%s)", want.name, want.component, got.Value, got.Source, got.Where, want.value, want.source, want.where)
		}
	}
}

func (s *stage) wantTracking(t *testing.T, got model.Tracking) {
	t.Helper()
	if !s.tracks() {
		if got.State != model.TrackingAbsent {
			t.Errorf("tracking is %+v, want absent", got)
		}
		return
	}
	var since string
	await(t, "the tracking configmap is made", func(ctx context.Context) (bool, error) {
		o, err := s.admin.CoreV1().ConfigMaps("kube-system").Get(ctx, "kube-apiserver-legacy-service-account-token-tracking", metav1.GetOptions{})
		if err != nil {
			return false, notMissing(err)
		}
		since = o.Data["since"]
		return true, nil
	})
	if got.State != model.TrackingPresent || got.Since.Raw != since || !got.Since.Valid {
		t.Errorf("tracking is %+v, want since %s", got, since)
	}
}

func find(settings []model.Setting, component model.Component, name string) model.Setting {
	for _, s := range settings {
		if s.Component == component && s.Name == name {
			return s
		}
	}
	return model.Setting{}
}
