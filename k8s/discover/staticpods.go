package discover

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"timebound/model"
)

// mirrorAnnotation marks the picture that a kubelet keeps of a static pod; it
// removes one with no static pod behind it (k8s.io/api/core/v1
// MirrorPodAnnotationKey). Any other pod of that label proves nothing about
// this control plane.
const mirrorAnnotation = "kubernetes.io/config.mirror"

// podsAnswer is the control plane pods whose arguments could be read.
type podsAnswer struct {
	found
	processes []process
}

// process is one control plane process and its flags.
type process struct {
	where string
	flags *flagValues
}

// controlPlanePods is the part of a pod list that is read; the rest is not kept.
type controlPlanePods struct {
	Items []struct {
		Metadata struct {
			Name              string            `json:"name"`
			Labels            map[string]string `json:"labels"`
			Annotations       map[string]string `json:"annotations"`
			DeletionTimestamp string            `json:"deletionTimestamp"`
		} `json:"metadata"`
		Spec struct {
			Containers []podContainer `json:"containers"`
		} `json:"spec"`
		Status struct {
			Phase string `json:"phase"`
		} `json:"status"`
	} `json:"items"`
}

type podContainer struct {
	Name    string   `json:"name"`
	Command []string `json:"command"`
	Args    []string `json:"args"`
}

func (c Client) askPods(ctx context.Context) podsAnswer {
	var result podsAnswer
	body, err := c.body(ctx, ask{
		path:   "/api/v1/namespaces/kube-system/pods",
		accept: acceptJSON,
		query: url.Values{
			"labelSelector": {"component in (kube-apiserver,kube-controller-manager)"},
			"limit":         {"100"},
		},
	})
	var pods controlPlanePods
	if err == nil {
		if fault := json.Unmarshal(body, &pods); fault != nil {
			err = malformed("the answer is no list of pods (%s)", short(fault.Error()))
		}
	}
	if err != nil {
		result.fail(c, loss{
			what: "list pods in kube-system", needs: "list on pods", cost: "the flags of a self-managed control plane are not seen",
		}, err)
		return result
	}
	for _, pod := range pods.Items {
		component := model.Component(pod.Metadata.Labels["component"])
		_, known := shapes[component]
		_, mirror := pod.Metadata.Annotations[mirrorAnnotation]
		over := pod.Status.Phase == "Failed" || pod.Status.Phase == "Succeeded" || pod.Metadata.DeletionTimestamp != ""
		if !known || !mirror || over {
			continue
		}
		if argv := argumentsOf(component, pod.Spec.Containers); len(argv) > 0 {
			result.processes = append(result.processes, process{
				where: "pod kube-system/" + short(pod.Metadata.Name),
				flags: readCommandLine(component, argv),
			})
		}
	}
	return result
}

// argumentsOf gives the command line of the container that runs the
// component: the one of its name, or the only one.
func argumentsOf(component model.Component, containers []podContainer) []string {
	for _, c := range containers {
		if c.Name == string(component) || len(containers) == 1 {
			return slices.Concat(c.Command, c.Args)
		}
	}
	return nil
}

func (p podsAnswer) judge(know model.FlagTable, oldest model.Version) found {
	result := p.found
	for _, one := range p.processes {
		result.observed = append(result.observed, one.flags.observations(model.SourceProcess, one.where, know, oldest.Minor)...)
	}
	return result
}
