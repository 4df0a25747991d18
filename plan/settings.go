package plan

import (
	"strconv"
	"strings"

	"timebound/model"
)

// setting looks a setting up; nil if the current version does not have it.
func (b *builder) setting(c model.Component, name string) *model.Setting {
	return b.settings[settingKey{c, name}]
}

// firm says that a value was seen where it is read, or cannot be otherwise. A
// default that somebody may have changed is not, nor an intention such as
// kubeadm's configmap, nor what one process says of a gate that another reads.
func (b *builder) firm(s *model.Setting) bool {
	switch {
	case s == nil:
		return false
	case s.Source == model.SourceEvidence:
		return s.Component == model.APIServer
	}
	return s.Source == model.SourceProcess || s.Source == model.SourceRendered || s.Source == model.SourceLocked
}

// given is the value that somebody gave a gate. What /metrics tells is the
// state of every gate, given or not.
func (b *builder) given(c model.Component, gate string) (value string, ok bool) {
	for _, o := range b.inv.Cluster.Observed {
		if o.Component == c && o.Kind == model.SettingGate && o.Name == gate && givenThere(o) {
			return o.Value, true
		}
	}
	return "", false
}

func givenThere(o model.Observation) bool {
	switch o.Source {
	case model.SourceProcess, model.SourceRendered, model.SourceConfig:
		return !o.NotGiven && !strings.Contains(o.Where, "/metrics")
	}
	return false
}

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
	flag, text, remark := name, value, ""
	if kind == model.SettingGate {
		flag, text, remark = "feature-gates", name+"="+value, "   # beside the gates that are there"
	}
	short := map[model.Component]string{model.APIServer: "apiServer", model.ControllerManager: "controllerManager"}[c]
	switch b.place.Form {
	case "manifest":
		return []string{"# where you run the control plane as static pods: /etc/kubernetes/manifests/" + string(c) + ".yaml, one node after the other", "- --" + flag + "=" + text + remark}, ""
	case "kubeadm":
		lines = []string{"# kubectl -n kube-system edit configmap kubeadm-config, under ClusterConfiguration", short + ":", "  extraArgs:"}
		// kubeadm.k8s.io/v1beta4, a list, came with 1.31 (k8s.io/kubernetes
		// cmd/kubeadm/app/apis/kubeadm/v1beta4); before, it is a map.
		if min(minor, b.current) >= 31 {
			lines = append(lines, "  - name: "+flag, "    value: \""+text+"\""+remark)
		} else {
			lines = append(lines, "    "+flag+": \""+text+"\""+remark)
			if minor >= 31 {
				lines = append(lines, "# once the configmap says v1beta4: - {name: "+flag+", value: \""+text+"\"}")
			}
		}
		return append(lines, "# kubeadm upgrade applies it; without an upgrade: kubeadm init phase control-plane "+strings.TrimPrefix(string(c), "kube-")+" --config FILE, on every control plane node"), ""
	case "k3s":
		product := "k3s"
		if b.inv.Cluster.Platform.ID == model.PlatformRKE2 {
			product = "rke2"
		}
		return []string{"# /etc/rancher/" + product + "/config.yaml, on every server node; restart it afterwards", string(c) + "-arg:", "- \"" + flag + "=" + text + "\"" + remark}, ""
	case "openshift":
		if kind == model.SettingGate {
			return nil, "OpenShift sets gates with its release"
		}
		return nil, "OpenShift has no supported setting for this flag"
	}
	return nil, "the provider decides"
}

// gateForm gives the lines that let a gate be on or off. Where the version's
// default is just that, the gate is not to be given at all: a name that is given
// stops a later version which does not know it any more.
func (b *builder) gateForm(c model.Component, gate string, on bool, minor Minor) (lines []string, reason string) {
	lines, reason = b.form(c, model.SettingGate, gate, strconv.FormatBool(on), minor)
	if reason != "" {
		return nil, reason
	}
	history := b.gateHistory(gate)
	if state, known := history.Minors[int(minor)]; known && state.Default == on {
		return []string{"# take " + gate + "=" + strconv.FormatBool(!on) + " out of --feature-gates of " + string(c) + ": " + strconv.FormatBool(on) + " is the default"}, ""
	}
	if last := lastMinor(history); last < b.know.Gates.Newest {
		lines = append(lines, "# take it out again before the upgrade to "+Minor(last+1).String()+", which does not know the name and would not start")
	}
	return lines, ""
}

func (b *builder) gateHistory(name string) model.GateHistory {
	for _, g := range b.know.Gates.Gates {
		if g.Name == name {
			return g
		}
	}
	return model.GateHistory{}
}

func lastMinor(g model.GateHistory) int {
	last := 0
	for m := range g.Minors {
		last = max(last, m)
	}
	return last
}

// arguments gives the command that shows what the components were started
// with on this platform; nil where nobody but the provider sees that.
func (b *builder) arguments(what string) []string {
	switch b.place.Form {
	case "openshift":
		return []string{"oc -n openshift-kube-apiserver get configmap config -o yaml | grep -A5 " + what, "oc -n openshift-kube-controller-manager get configmap config -o yaml | grep -A5 " + what}
	case "k3s":
		return []string{"kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.annotations.k3s\\.io/node-args}{\"\\n\"}{end}'"}
	case "provider":
		return nil
	}
	return []string{"# shows nothing at all where the control plane does not run in static pods", "kubectl -n kube-system get pods -l tier=control-plane -o yaml | grep -e " + what}
}
