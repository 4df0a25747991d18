package discover

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"

	"timebound/model"
)

// kubeadmAnswer is what kubeadm was told to set up: an intention, which
// static pod manifests may have left behind.
type kubeadmAnswer struct {
	found
	present   bool
	processes []*flagValues
}

// clusterConfiguration is the part of kubeadm's ClusterConfiguration that is
// read (k8s.io/kubernetes cmd/kubeadm/app/apis/kubeadm).
type clusterConfiguration struct {
	APIServer         kubeadmComponent `json:"apiServer"`
	ControllerManager kubeadmComponent `json:"controllerManager"`
}

type kubeadmComponent struct {
	ExtraArgs json.RawMessage `json:"extraArgs"`
}

const kubeadmWhere = "configmap kube-system/kubeadm-config"

func (c Client) askKubeadm(ctx context.Context) kubeadmAnswer {
	var result kubeadmAnswer
	data, err := c.configMap(ctx, "kube-system", "kubeadm-config")
	if err != nil {
		// Most clusters that hide it have none; a refusal is no news.
		return result
	}
	result.present = true
	text, ok := data["ClusterConfiguration"]
	if !ok {
		return result
	}
	result.processes, err = parseKubeadm([]byte(text))
	if err != nil {
		result.fail(c, loss{what: "read " + kubeadmWhere, needs: "get on configmaps/kubeadm-config in kube-system", cost: "what kubeadm was told to set is not seen"}, err)
	}
	return result
}

func parseKubeadm(text []byte) ([]*flagValues, error) {
	var config clusterConfiguration
	if err := yaml.Unmarshal(text, &config); err != nil {
		return nil, malformed("it is no ClusterConfiguration (%s)", short(err.Error()))
	}
	var processes []*flagValues
	for component, args := range map[model.Component]json.RawMessage{
		model.APIServer: config.APIServer.ExtraArgs, model.ControllerManager: config.ControllerManager.ExtraArgs,
	} {
		values := newFlagValues(component)
		if err := readExtraArgs(values, args); err != nil {
			return nil, err
		}
		processes = append(processes, values)
	}
	return processes, nil
}

// readExtraArgs reads extraArgs: a map up to v1beta3, a list of name and
// value, where names may repeat, in v1beta4.
func readExtraArgs(values *flagValues, args json.RawMessage) error {
	switch args = bytes.TrimSpace(args); {
	case len(args) == 0 || string(args) == "null":
		return nil
	case args[0] == '[':
		var list []struct {
			Name  string `json:"name"`
			Value any    `json:"value"`
		}
		if err := json.Unmarshal(args, &list); err != nil {
			return malformed("its extraArgs are not understood (%s)", short(err.Error()))
		}
		for _, arg := range list {
			values.add(arg.Name, scalar(arg.Value))
		}
	default:
		var byName map[string]any
		if err := json.Unmarshal(args, &byName); err != nil {
			return malformed("its extraArgs are not understood (%s)", short(err.Error()))
		}
		for name, value := range byName {
			values.add(name, scalar(value))
		}
	}
	return nil
}

// scalar writes a YAML value as it would stand behind a flag: quotes are
// easily forgotten around true and 0.
func scalar(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func (k kubeadmAnswer) judge(know model.FlagTable, oldest model.Version) found {
	result := k.found
	for _, values := range k.processes {
		result.observed = append(result.observed, values.observations(model.SourceConfig, kubeadmWhere, know, oldest.Minor)...)
	}
	return result
}
