package discover

import (
	"context"
	"encoding/json"
	"net/http"

	"sigs.k8s.io/yaml"

	"timebound/model"
)

// openShiftAnswer is what OpenShift's own objects say; present is false on
// any other cluster.
type openShiftAnswer struct {
	found
	present    bool
	version    string // the newest version whose rollout was completed
	updatingTo string // the version of a rollout under way; "" if there is none
	hosted     bool   // the control plane runs outside the cluster (HyperShift)
	microShift string // MicroShift's version; "" if this is none
	processes  []process
}

func (c Client) askOpenShift(ctx context.Context) openShiftAnswer {
	var result openShiftAnswer
	body, err := c.body(ctx, ask{path: "/apis/config.openshift.io", accept: acceptJSON})
	if answered(err, http.StatusNotFound) {
		result.microShift = c.askMicroShift(ctx)
		return result
	}
	var group struct{ Kind, Name string }
	if err != nil || json.Unmarshal(body, &group) != nil || group.Kind != "APIGroup" || group.Name != "config.openshift.io" {
		return result
	}
	result.present = true
	c.together(ctx,
		func(ctx context.Context) {
			result.version, result.updatingTo = c.askClusterVersion(ctx)
		},
		func(ctx context.Context) { result.hosted = c.askHosted(ctx) },
	)
	for _, rendered := range renderedConfigs {
		if p, err := c.askRendered(ctx, rendered); err != nil {
			if !missing(err) {
				result.fail(c, loss{
					what: "get " + rendered.where(), needs: "get on configmaps/config in " + rendered.namespace,
					cost: "the settings of " + string(rendered.component) + " are not seen",
				}, err)
			}
		} else {
			result.processes = append(result.processes, p)
		}
	}
	return result
}

// askClusterVersion reads clusterversions/version. Its history is newest
// first; what runs is the newest completed entry (openshift/api
// config/v1/types_cluster_version.go).
func (c Client) askClusterVersion(ctx context.Context) (running, updatingTo string) {
	body, err := c.body(ctx, ask{path: "/apis/config.openshift.io/v1/clusterversions/version", accept: acceptJSON})
	var version struct {
		Status struct {
			History []struct{ State, Version string }
		}
	}
	if err != nil || json.Unmarshal(body, &version) != nil {
		return "", ""
	}
	for i, entry := range version.Status.History {
		if entry.State == "Completed" {
			return short(entry.Version), updatingTo
		}
		if i == 0 {
			updatingTo = short(entry.Version)
		}
	}
	return "", updatingTo
}

// askHosted asks whether the control plane runs elsewhere (openshift/api
// config/v1/types_infrastructure.go ExternalTopologyMode).
func (c Client) askHosted(ctx context.Context) bool {
	body, err := c.body(ctx, ask{path: "/apis/config.openshift.io/v1/infrastructures/cluster", accept: acceptJSON})
	var infrastructure struct {
		Status struct{ ControlPlaneTopology string }
	}
	return err == nil && json.Unmarshal(body, &infrastructure) == nil && infrastructure.Status.ControlPlaneTopology == "External"
}

// askMicroShift gives MicroShift's version; "" if this is none.
func (c Client) askMicroShift(ctx context.Context) string {
	data, err := c.configMap(ctx, "kube-public", "microshift-version")
	switch {
	case err != nil:
		return ""
	case data["version"] != "":
		return short(data["version"])
	}
	return short(data["major"] + "." + data["minor"])
}

// rendered is a configuration that an OpenShift operator writes and the
// process is started from.
type rendered struct {
	component model.Component
	namespace string
	key       string // the arguments in config.yaml
}

var renderedConfigs = []rendered{
	{model.APIServer, "openshift-kube-apiserver", "apiServerArguments"},
	{model.ControllerManager, "openshift-kube-controller-manager", "extendedArguments"},
}

func (r rendered) where() string { return "configmap " + r.namespace + "/config" }

func (c Client) askRendered(ctx context.Context, r rendered) (process, error) {
	data, err := c.configMap(ctx, r.namespace, "config")
	if err != nil {
		return process{}, err
	}
	flags, err := parseRendered(r, []byte(data["config.yaml"]))
	return process{where: r.where(), flags: flags}, err
}

// parseRendered reads the arguments: flag names without dashes, each with a
// list of values. They are all that the process is given.
func parseRendered(r rendered, text []byte) (*flagValues, error) {
	var config map[string]any
	if err := yaml.Unmarshal(text, &config); err != nil {
		return nil, malformed("its config.yaml is not understood (%s)", short(err.Error()))
	}
	arguments, ok := config[r.key].(map[string]any)
	if !ok {
		return nil, malformed("its config.yaml holds no %s", r.key)
	}
	values := newFlagValues(r.component)
	values.whole = true
	for name, value := range arguments {
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, item := range list {
			values.add(name, scalar(item))
		}
	}
	return values, nil
}

func (o openShiftAnswer) judge(know model.FlagTable, oldest model.Version) found {
	result := o.found
	for _, one := range o.processes {
		result.observed = append(result.observed, one.flags.observations(model.SourceRendered, one.where, know, oldest.Minor)...)
	}
	return result
}
