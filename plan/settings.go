package plan

import (
	"strings"

	"timebound/model"
)

// setting looks a setting up; nil if the current version does not have it.
func (b *builder) setting(c model.Component, name string) *model.Setting {
	return b.settings[settingKey{c, name}]
}

// firm says that a value was seen, or cannot be otherwise: more than a default
// that somebody may have changed.
func firm(s model.Source) bool { return s < model.SourceDefault && s != 0 }

// knownBy tells a setting with the way it is known.
func knownBy(s *model.Setting) string {
	value := s.Value
	if value == "" {
		value = "not known"
	}
	name := s.Name
	if s.Kind == model.SettingFlag {
		name = "--" + name
	}
	text := name + " is " + value + " (" + s.Source.String()
	if s.Where != "" {
		text += ": " + s.Where
	}
	return text + ")"
}

// otherwise tells the observations that say something else.
func otherwise(s *model.Setting) []string {
	var out []string
	for _, o := range s.Others {
		value := o.Value
		if value == "" {
			value = "not set"
		}
		out = append(out, "but "+value+" ("+o.Source.String()+": "+o.Where+")")
	}
	return out
}

// form gives the lines that set a flag or gate on this platform, in the version
// of minor. nil with a reason means that nobody but the provider sets it.
func (b *builder) form(c model.Component, kind model.SettingKind, name, value string, minor Minor) (lines []string, reason string) {
	flag, text := name, value
	if kind == model.SettingGate {
		flag, text = "feature-gates", name+"="+value
	}
	short := map[model.Component]string{model.APIServer: "apiServer", model.ControllerManager: "controllerManager"}[c]
	switch b.place.Form {
	case "manifest":
		return []string{"# /etc/kubernetes/manifests/" + string(c) + ".yaml, on every control plane node, one after the other", "- --" + flag + "=" + text}, ""
	case "kubeadm":
		lines = []string{"# kubectl -n kube-system edit configmap kubeadm-config, under ClusterConfiguration", short + ":", "  extraArgs:"}
		// kubeadm.k8s.io/v1beta4, a list, came with 1.31 (k8s.io/kubernetes
		// cmd/kubeadm/app/apis/kubeadm/v1beta4); before, it is a map.
		if minor >= 31 {
			lines = append(lines, "  - name: "+flag, "    value: \""+text+"\"")
		} else {
			lines = append(lines, "    "+flag+": \""+text+"\"")
		}
		return append(lines, "# kubeadm upgrade applies it; without an upgrade: kubeadm init phase control-plane "+strings.TrimPrefix(string(c), "kube-")+" --config FILE, on every control plane node"), ""
	case "k3s":
		product := "k3s"
		if b.inv.Cluster.Platform.ID == model.PlatformRKE2 {
			product = "rke2"
		}
		return []string{"# /etc/rancher/" + product + "/config.yaml, on every server node; restart it afterwards", string(c) + "-arg:", "- \"" + flag + "=" + text + "\""}, ""
	case "openshift":
		if kind == model.SettingGate {
			return nil, "OpenShift sets gates with its release"
		}
		return nil, "OpenShift has no supported setting for this flag"
	}
	return nil, "the provider decides"
}
