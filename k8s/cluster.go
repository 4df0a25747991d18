package k8s

import (
	"context"

	"timebound/k8s/discover"
	"timebound/model"
)

// discoverFunc finds what is known of the control plane. Tests put their own
// in its place.
type discoverFunc func(context.Context) (model.Cluster, []model.Problem)

// discoverCluster asks package discover, over the session's read-only
// transport.
func (s *Session) discoverCluster(ctx context.Context) (model.Cluster, []model.Problem) {
	client, err := discover.NewClient(s.config, s.knowledge)
	if err != nil {
		return model.Cluster{Context: s.context, Server: s.Server()}, []model.Problem{s.explain("look at the control plane", err)}
	}
	client.Now = s.now
	return discover.Cluster(ctx, client, s.context)
}

// trackingCoverage says how the reading of the tracking configmap went.
func trackingCoverage(state model.TrackingState) model.KindCoverage {
	switch state {
	case model.TrackingPresent:
		return model.KindCoverage{State: model.CoverageComplete, Count: 1}
	case model.TrackingAbsent:
		return model.KindCoverage{State: model.CoverageComplete}
	case model.TrackingUnreadable:
		return model.KindCoverage{State: model.CoverageFailed, Gaps: []model.Gap{{
			Kind: model.KindTracking, Namespace: trackingNamespace, Reason: model.GapFailed, Rule: "get configmaps",
			Message: "get configmap " + trackingNamespace + "/" + trackingName + ": failed; " + remedyRBAC,
		}}}
	}
	return model.KindCoverage{}
}

// The configmap in which API servers note since when they record uses
// (k8s.io/kubernetes pkg/controlplane/controller/legacytokentracking).
const (
	trackingNamespace = "kube-system"
	trackingName      = "kube-apiserver-legacy-service-account-token-tracking"
)
