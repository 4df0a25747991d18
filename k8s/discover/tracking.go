package discover

import (
	"context"
	"encoding/json"

	"timebound/model"
)

const trackingName = "kube-apiserver-legacy-service-account-token-tracking"

// trackingAnswer is the configmap that an API server keeps while it writes
// last-used labels (k8s.io/kubernetes pkg/controlplane/controller/legacytokentracking).
type trackingAnswer struct {
	found
	model.Tracking
}

func (c Client) askTracking(ctx context.Context) trackingAnswer {
	result := trackingAnswer{Tracking: model.Tracking{State: model.TrackingUnreadable}}
	data, err := c.configMap(ctx, "kube-system", trackingName)
	switch {
	case err == nil:
		result.Tracking = model.Tracking{State: model.TrackingPresent, Since: model.NewDayLabel(data["since"])}
	case missing(err):
		result.State = model.TrackingAbsent
	default:
		result.fail(c, loss{
			what: "get configmap kube-system/" + trackingName, needs: "get on configmaps/" + trackingName + " in kube-system",
			cost: "since when uses are recorded is not known",
		}, err)
	}
	return result
}

// judge takes the configmap as evidence for its gate in the two minors in
// which the gate could be off: a server with the gate off deletes it.
func (t trackingAnswer) judge(oldest model.Version) found {
	result := t.found
	if t.State == model.TrackingPresent && (oldest.Minor == 26 || oldest.Minor == 27) {
		result.observed = append(result.observed, model.Observation{
			Component: model.APIServer, Kind: model.SettingGate, Name: "LegacyServiceAccountTokenTracking",
			Value: "true", Source: model.SourceEvidence, Where: "configmap kube-system/" + trackingName,
		})
	}
	return result
}

// configMap reads the data of one configmap.
func (c Client) configMap(ctx context.Context, namespace, name string) (map[string]string, error) {
	body, err := c.body(ctx, ask{path: "/api/v1/namespaces/" + namespace + "/configmaps/" + name, accept: acceptJSON})
	if err != nil {
		return nil, err
	}
	var configMap struct {
		Kind string            `json:"kind"`
		Data map[string]string `json:"data"`
	}
	if err := json.Unmarshal(body, &configMap); err != nil {
		return nil, malformed("the answer is no configmap (%s)", short(err.Error()))
	}
	if configMap.Kind != "ConfigMap" {
		return nil, malformed("the answer is no configmap")
	}
	return configMap.Data, nil
}
