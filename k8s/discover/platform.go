package discover

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"timebound/model"
)

// nodesAnswer is the label keys of a few nodes.
type nodesAnswer struct {
	read   bool
	labels map[string]bool
}

// askNodes reads the metadata of five nodes: platforms label all of theirs.
func (c Client) askNodes(ctx context.Context) nodesAnswer {
	result := nodesAnswer{labels: map[string]bool{}}
	body, err := c.body(ctx, ask{path: "/api/v1/nodes", query: url.Values{"limit": {"5"}}, accept: acceptMetadataList})
	var nodes struct {
		Items []struct {
			Metadata struct {
				Labels map[string]string `json:"labels"`
			} `json:"metadata"`
		} `json:"items"`
	}
	if err != nil || json.Unmarshal(body, &nodes) != nil {
		return result
	}
	result.read = true
	for _, node := range nodes.Items {
		for key := range node.Metadata.Labels {
			result.labels[key] = true
		}
	}
	return result
}

// evidence is everything a platform may be told by.
type evidence struct {
	servers []model.ServerVersion
	shift   openShiftAnswer
	kubeadm bool
	nodes   nodesAnswer
}

// versionMarks tell a platform by the form of its gitVersion. Huawei CCE's is
// the release number right behind the patch, as in its conformance results
// (cncf/k8s-conformance v1.28/huawei-cce).
var versionMarks = []struct {
	platform model.PlatformID
	form     *regexp.Regexp
}{
	{model.PlatformRKE2, regexp.MustCompile(`\+rke2r\d`)},
	{model.PlatformK3s, regexp.MustCompile(`\+k3s\d`)},
	{model.PlatformGKE, regexp.MustCompile(`-gke\.`)},
	{model.PlatformACK, regexp.MustCompile(`-aliyun\.`)},
	{model.PlatformEKS, regexp.MustCompile(`-eks-`)},
	{model.PlatformCCE, regexp.MustCompile(`^v1\.\d+\.\d+-r\d+(-|$)`)},
}

// eksDistro is Amazon's distribution for clusters that Amazon does not run:
// v1.30.4-eks-1-30-12, where EKS itself has a commit.
var eksDistro = regexp.MustCompile(`-eks-1-\d+-\d+`)

// nodeMarks tell a platform by a label that it puts on its nodes.
var nodeMarks = []struct {
	platform model.PlatformID
	label    string
}{
	{model.PlatformAKS, "kubernetes.azure.com/cluster"},
	{model.PlatformEKS, "eks.amazonaws.com/nodegroup"},
}

// recognise names the platform by the strongest mark. It says what gave it
// away, or what could not be looked at.
func recognise(e evidence) model.Platform {
	if e.shift.present {
		how := "API group config.openshift.io"
		if e.shift.updatingTo != "" {
			how += "; an update to " + e.shift.updatingTo + " is under way"
		}
		if e.shift.hosted {
			how += "; the control plane runs outside the cluster (controlPlaneTopology External)"
		}
		return model.Platform{ID: model.PlatformOpenShift, Version: e.shift.version, How: how}
	}
	if e.shift.microShift != "" {
		return model.Platform{ID: model.PlatformMicroShift, Version: e.shift.microShift, How: "configmap kube-public/microshift-version"}
	}
	own := slices.ContainsFunc(e.servers, func(s model.ServerVersion) bool { return eksDistro.MatchString(s.Version.Git) })
	for _, mark := range versionMarks {
		for _, s := range e.servers {
			if mark.form.MatchString(s.Version.Git) && !(own && mark.platform == model.PlatformEKS) {
				return model.Platform{ID: mark.platform, How: "version " + s.Version.Git}
			}
		}
	}
	for _, mark := range nodeMarks {
		if e.nodes.labels[mark.label] {
			return model.Platform{ID: mark.platform, How: "node label " + mark.label}
		}
	}
	var notes []string
	if own {
		notes = append(notes, "Amazon EKS Distro, not run by Amazon")
	}
	if e.kubeadm {
		return model.Platform{ID: model.PlatformKubeadm, How: strings.Join(append([]string{kubeadmWhere}, notes...), "; ")}
	}
	if len(e.servers) == 0 {
		notes = append(notes, "the version was not readable")
	}
	if !e.nodes.read {
		notes = append(notes, "nodes were not readable")
	}
	return model.Platform{ID: model.PlatformPlain, How: strings.Join(append([]string{"nothing else was recognised"}, notes...), "; ")}
}
