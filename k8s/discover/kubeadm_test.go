package discover

import (
	"testing"

	"timebound/model"
)

func TestKubeadmConfigurations(t *testing.T) {
	for name, config := range map[string]string{
		"v1beta2, map": `
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v1.24.17
apiServer:
  extraArgs:
    authorization-mode: Node,RBAC
    service-account-lookup: "false"
    feature-gates: LegacyServiceAccountTokenNoAutoGeneration=false
  timeoutForControlPlane: 4m0s
controllerManager:
  extraArgs:
    feature-gates: LegacyServiceAccountTokenNoAutoGeneration=false
    legacy-service-account-token-clean-up-period: 48h
`,
		"v1beta3, quotes forgotten": `
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  extraArgs:
    service-account-lookup: false
    feature-gates: "LegacyServiceAccountTokenNoAutoGeneration=false"
controllerManager:
  extraArgs: {feature-gates: "LegacyServiceAccountTokenNoAutoGeneration=false", legacy-service-account-token-clean-up-period: 48h}
scheduler: {}
`,
		"v1beta4, list": `
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
  - name: service-account-lookup
    value: "true"
  - name: service-account-lookup
    value: "false"
  - {name: feature-gates, value: LegacyServiceAccountTokenNoAutoGeneration=false}
controllerManager:
  extraArgs:
  - name: feature-gates
    value: LegacyServiceAccountTokenNoAutoGeneration=false
  - name: legacy-service-account-token-clean-up-period
    value: 48h
`,
	} {
		t.Run(name, func(t *testing.T) {
			w := plain("v1.30.14")
			w[kubeadmPath] = configMap(map[string]string{"ClusterConfiguration": config})
			c, problems := look(t, w)
			wantProblems(t, problems)
			const where = " configured configmap kube-system/kubeadm-config"
			wantValues(t, c, model.APIServer, "service-account-lookup", "false"+where)
			wantValues(t, c, model.APIServer, "LegacyServiceAccountTokenNoAutoGeneration", "false"+where)
			wantValues(t, c, model.ControllerManager, "LegacyServiceAccountTokenNoAutoGeneration", "false"+where)
			wantValues(t, c, model.ControllerManager, "legacy-service-account-token-clean-up-period", "48h0m0s"+where)
			// What is not set there says nothing about the process.
			wantValues(t, c, model.ControllerManager, "service-account-private-key-file")
			if c.Platform.ID != model.PlatformKubeadm {
				t.Errorf("platform %+v", c.Platform)
			}
		})
	}
}

func TestRepeatedIssuersKeepTheirOrder(t *testing.T) {
	w := plain("v1.33.1")
	w[kubeadmPath] = configMap(map[string]string{"ClusterConfiguration": `
apiServer:
  extraArgs:
  - {name: service-account-issuer, value: "https://z.example"}
  - {name: service-account-issuer, value: "https://a.example"}
`})
	c, _ := look(t, w)
	wantValues(t, c, model.APIServer, "service-account-issuer", "https://z.example,https://a.example configured configmap kube-system/kubeadm-config")
}

func TestBrokenKubeadmConfiguration(t *testing.T) {
	for name, config := range map[string]string{
		"no YAML":        "apiServer: [unclosed",
		"args of text":   "apiServer: {extraArgs: everything}",
		"args of lists":  "apiServer: {extraArgs: [[a, b]]}",
		"another object": "[]",
		"alias bomb":     "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := plain("v1.30.14")
			w[kubeadmPath] = configMap(map[string]string{"ClusterConfiguration": config})
			c, problems := look(t, w)
			wantProblems(t, problems, "read configmap kube-system/kubeadm-config: ")
			if len(c.Observed) != 0 {
				t.Errorf("claims %+v", c.Observed)
			}
		})
	}
}

func FuzzParseKubeadm(f *testing.F) {
	f.Add("apiServer:\n  extraArgs:\n    service-account-lookup: \"false\"\n")
	f.Add("controllerManager:\n  extraArgs:\n  - name: controllers\n    value: '*'\n")
	f.Fuzz(func(t *testing.T, config string) {
		processes, err := parseKubeadm([]byte(config))
		if err != nil && processes != nil {
			t.Error("values and an error")
		}
		for _, flags := range processes {
			flags.observations(model.SourceConfig, "here", nil, 0)
		}
	})
}
