package knowledge

import (
	"regexp"
	"strings"
	"testing"

	"timebound/model"
)

func TestUnknownAndRepeatedKeysAreErrors(t *testing.T) {
	for name, text := range map[string]string{
		"unknown key":        "newest: 37\ngates:\n- name: X\n  wy: typo\n",
		"unknown in a cell":  "gates:\n- name: X\n  minors:\n    30: {stage: GA, defualt: true}\n",
		"repeated minor":     "gates:\n- name: X\n  minors:\n    30: {stage: GA}\n    30: {stage: beta}\n",
		"wrong kind of cell": "gates:\n- name: X\n  minors: {30: GA}\n",
	} {
		var file gatesFile
		if err := decodeText([]byte(text), &file); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestLoadReadsOnce(t *testing.T) {
	first, second := loaded(t), loaded(t)
	if &first.Gates.Gates[0] != &second.Gates.Gates[0] {
		t.Error("a second Load read the files again")
	}
}

func TestFlags(t *testing.T) {
	flags := loaded(t).Flags
	cite := regexp.MustCompile(`^[a-z-]+@v[01]\.\d+\.\d+/\S+\.go:\d+$`)
	seen := map[string]bool{}
	for _, f := range flags {
		id := string(f.Component) + " --" + f.Name
		if seen[id] {
			t.Errorf("%s stands twice", id)
		}
		seen[id] = true
		if strings.HasPrefix(f.Name, "-") || f.Why == "" {
			t.Errorf("%s: needs a bare name and a why", id)
		}
		if f.Component != model.APIServer && f.Component != model.ControllerManager {
			t.Errorf("%s: unknown component", id)
		}
		if f.From < oldestMinor || f.To != 0 && f.To < f.From || f.To > newestMinor {
			t.Errorf("%s: from 1.%d to 1.%d", id, f.From, f.To)
		}
		for _, c := range strings.Split(f.Cite, "; ") {
			if !cite.MatchString(c) {
				t.Errorf("%s cites %q, which is no line of a module", id, c)
			}
		}
	}
	for _, c := range []struct {
		component model.Component
		name      string
		value     string
		from      int
	}{
		{model.APIServer, "service-account-extend-token-expiration", "true", 20},
		{model.APIServer, "service-account-lookup", "true", 20},
		{model.APIServer, "service-account-max-token-expiration", "0s", 20},
		{model.APIServer, "service-account-signing-endpoint", "", 32},
		{model.ControllerManager, "legacy-service-account-token-clean-up-period", "8760h0m0s", 28},
		{model.ControllerManager, "service-account-private-key-file", "", 20},
		{model.ControllerManager, "controllers", "*", 20},
	} {
		f, ok := flags.Find(c.component, c.name)
		if !ok || f.Default != c.value || f.From != c.from {
			t.Errorf("%s --%s: found %v, default %q from 1.%d; want %q from 1.%d", c.component, c.name, ok, f.Default, f.From, c.value, c.from)
		}
	}
	period, _ := flags.Find(model.ControllerManager, "legacy-service-account-token-clean-up-period")
	if period.In(27) || !period.In(28) || !period.In(newestMinor) {
		t.Error("the clean-up period must exist from 1.28 on")
	}
	if _, ok := flags.Find(model.Kubelet, "service-account-lookup"); ok {
		t.Error("the kubelet has no --service-account-lookup")
	}
}

func TestKeepersSayWhoAndWhatAndWhere(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range loaded(t).Keepers {
		if seen[k.ID] {
			t.Errorf("keeper %s stands twice", k.ID)
		}
		seen[k.ID] = true
		for field, text := range map[string]string{
			"id": k.ID, "title": k.Title, "usedBy": k.UsedBy, "ifGone": k.IfGone, "safePath": k.SafePath, "source": k.Source,
		} {
			if text == "" {
				t.Errorf("keeper %s has no %s", k.ID, field)
			}
		}
		m := k.Match
		if m.Account == "" && len(m.Labels) == 0 && len(m.Annotations) == 0 {
			t.Errorf("keeper %s matches by place or name alone, which proves nothing", k.ID)
		}
		if strings.Trim(m.Account, "*") == "" && m.Account != "" {
			t.Errorf("keeper %s matches every account", k.ID)
		}
		if m.Name != "" && m.Account == "" {
			t.Errorf("keeper %s matches a name without an account", k.ID)
		}
	}
	for _, id := range []string{
		"openshift-recovery-kube-apiserver", "openshift-recovery-kube-controller-manager", "openshift-recovery-kube-scheduler",
		"openshift-node-bootstrapper", "argocd-manager", "lke-admin", "rancher-agent", "karmada", "submariner", "istio-remote-reader",
	} {
		if !seen[id] {
			t.Errorf("keeper %s is missing", id)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := read(); err != nil {
			b.Fatal(err)
		}
	}
}
