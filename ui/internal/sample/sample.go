// Package sample builds the assessment that tests of pages look at: a small
// cluster in which every verdict, origin and kind of reference occurs.
package sample

import (
	"fmt"
	"time"

	"timebound/model"
)

// Now is the time at which the sample was taken.
var Now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

const tracked = "2025-10-18"

// Hostile is a name that no terminal should get raw.
const Hostile = "evil\x1b[31m\u202egnp\x07-日本語"

// Assessment judges the sample, as of Now.
func Assessment() *model.Assessment {
	return model.Assess(Inventory(), knowledge(), model.DefaultPolicy(Now))
}

// Snapshot is the sample as a finished load brings it.
func Snapshot() model.Snapshot {
	return model.Snapshot{Load: 1, Inventory: Inventory(), Link: model.Link{State: model.LinkLive, Since: Now.Add(-4 * time.Second)}}
}

// Loading is a first load under way.
func Loading() model.Snapshot {
	inv := &model.Inventory{Cluster: Inventory().Cluster, Taken: Now}
	inv.Cluster.Tracking = model.Tracking{}
	inv.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{}
	for _, kind := range kinds {
		inv.Coverage.Kinds[kind] = model.KindCoverage{State: model.CoveragePending, Started: Now}
	}
	return model.Snapshot{
		Load: 1, Inventory: inv, Link: model.Link{State: model.LinkLoading, Since: Now},
		Progress: []model.Progress{
			{Kind: model.KindTokens, Count: 12000, Total: 20000, Elapsed: 800 * time.Millisecond},
			{Kind: model.KindAccounts, Count: 412, Total: 412, Done: true, Elapsed: 100 * time.Millisecond},
			{Kind: model.KindPods, Count: 1500, Total: -1, Elapsed: 500 * time.Millisecond},
			{Kind: model.KindNodes, Total: -1, Failed: true, Elapsed: 20 * time.Millisecond},
		},
	}
}

var kinds = append([]model.ObjectKind{
	model.KindTokens, model.KindPullSecrets, model.KindAccounts, model.KindPods, model.KindNodes, model.KindTracking,
}, model.TemplateKinds()...)

// Inventory is the sample's facts.
func Inventory() *model.Inventory {
	inv := &model.Inventory{
		Cluster: model.Cluster{
			Context: "prod-eu-1", Server: "https://10.0.0.1:6443", UID: "7f3c0a52-0b6c-4f0e-9a55-3f1f6f0b1c2d",
			Servers: []model.ServerVersion{
				{Version: version("v1.30.14"), Answers: 5},
				{Version: version("v1.29.6"), Answers: 3},
			},
			Platform: model.Platform{ID: model.PlatformOpenShift, Version: "4.16.8", How: "API group config.openshift.io"},
			Tracking: model.Tracking{State: model.TrackingPresent, Since: model.NewDayLabel(tracked)},
			Observed: []model.Observation{
				{Component: model.APIServer, Kind: model.SettingGate, Name: "LegacyServiceAccountTokenTracking", Value: "true", Source: model.SourceProcess, Where: "GET /metrics"},
				{Component: model.ControllerManager, Kind: model.SettingGate, Name: "LegacyServiceAccountTokenCleanUp", Value: "false", Source: model.SourceProcess, Where: "pod kube-system/kube-controller-manager-cp1"},
				{Component: model.ControllerManager, Kind: model.SettingGate, Name: "LegacyServiceAccountTokenCleanUp", Value: "true", Source: model.SourceConfig, Where: "configmap kube-system/kubeadm-config"},
			},
			ClockSkew: 3 * time.Minute,
		},
		Nodes: []model.Node{
			{Name: "cp-1", KubeletVersion: "v1.30.14"}, {Name: "cp-2", KubeletVersion: "v1.30.14"}, {Name: "cp-3", KubeletVersion: "v1.30.14"},
			{Name: "w-1", KubeletVersion: "v1.29.6"}, {Name: "w-2", KubeletVersion: "v1.29.6"}, {Name: "w-odd", KubeletVersion: Hostile},
		},
		Coverage: coverage(),
		Taken:    Now,
	}
	addTokens(inv)
	addWorkloads(inv)
	return inv
}

func coverage() model.Coverage {
	c := model.Coverage{Kinds: map[model.ObjectKind]model.KindCoverage{}}
	for _, kind := range kinds {
		c.Kinds[kind] = model.KindCoverage{State: model.CoverageComplete, Started: Now, Count: 120}
	}
	c.Kinds[model.KindTokens] = model.KindCoverage{State: model.CoverageComplete, Started: Now, Count: 412}
	c.Kinds[model.KindPods] = model.KindCoverage{State: model.CoveragePartial, Started: Now, Count: 1204, Gaps: []model.Gap{{
		Kind: model.KindPods, Namespace: "secretive", Reason: model.GapForbidden, Rule: "list pods",
		Message: `list pods in namespace "secretive": forbidden: needs verb list on pods; run "timebound rbac" for the manifest`,
	}}}
	c.Kinds[model.KindDeploymentConfigs] = model.KindCoverage{State: model.CoverageNotServed}
	return c
}

func knowledge() model.Knowledge {
	return model.Knowledge{
		Keepers: []model.Keeper{{
			ID: "openshift-recovery-kube-apiserver", Title: "OpenShift control plane recovery (kube-apiserver)",
			Match:    model.KeeperMatch{Namespace: "openshift-kube-apiserver", Account: "localhost-recovery-client"},
			UsedBy:   "the cert-syncer of the API server's static pod, on the node itself, when certificates have expired",
			IfGone:   "the control plane cannot recover from expired certificates",
			SafePath: "leave it; it is used in disasters only, so its age says nothing",
			Source:   "openshift/cluster-kube-apiserver-operator",
		}},
		Gates: model.GateTable{Newest: 37, Gates: []model.GateHistory{
			gate("LegacyServiceAccountTokenNoAutoGeneration", model.ControllerManager, 24, "GA", true, true, "On: no token secret is created for a service account any more. Off: every account gets one, and gets another when it is deleted."),
			gate("LegacyServiceAccountTokenTracking", model.APIServer, 26, "GA", true, true, "API servers write the day of the last use on the token secret and the beginning of this tracking into a configmap."),
			gate("LegacyServiceAccountTokenCleanUp", model.ControllerManager, 28, "beta", true, false, "Auto-generated tokens that were not used for the clean-up period are switched off by label and, one more period later, deleted."),
		}},
		Flags: model.FlagTable{
			{Component: model.APIServer, Name: "service-account-lookup", Default: "true", From: 20, Why: "Long-lived tokens are checked against their secret."},
			{Component: model.ControllerManager, Name: "legacy-service-account-token-clean-up-period", Default: "8760h0m0s", From: 28, Why: "For how long an auto-generated token must be unused before the cleaner switches it off."},
		},
	}
}

func gate(name string, reader model.Component, from int, stage string, on, locked bool, why string) model.GateHistory {
	g := model.GateHistory{Name: name, Why: why, Minors: map[int]model.GateState{}}
	g.Readers = []model.GateReader{{From: from, To: 37, Components: []model.Component{reader}}}
	for minor := from; minor <= 37; minor++ {
		g.Minors[minor] = model.GateState{Stage: stage, Default: on, Locked: locked}
	}
	return g
}

func version(git string) model.Version {
	v, err := model.ParseVersion(git)
	if err != nil {
		panic(fmt.Sprintf("sample: %v", err))
	}
	return v
}
