package discover

import (
	"net/http"
	"testing"

	"timebound/model"
)

const (
	clusterVersionPath = "/apis/config.openshift.io/v1/clusterversions/version"
	infrastructurePath = "/apis/config.openshift.io/v1/infrastructures/cluster"
	renderedAPIServer  = "/api/v1/namespaces/openshift-kube-apiserver/configmaps/config"
	renderedController = "/api/v1/namespaces/openshift-kube-controller-manager/configmaps/config"
)

// openShift414 is like OpenShift 4.14, in the middle of an update.
func openShift414() world {
	w := plain("v1.27.8+4fab27b")
	w[groupPath] = text(`{"kind":"APIGroup","apiVersion":"v1","name":"config.openshift.io","versions":[{"groupVersion":"config.openshift.io/v1","version":"v1"}]}`)
	w[clusterVersionPath] = text(`{"kind":"ClusterVersion","status":{"desired":{"version":"4.14.9"},"history":[
		{"state":"Partial","version":"4.14.9"},{"state":"Completed","version":"4.14.8"},{"state":"Completed","version":"4.13.20"}]}}`)
	w[infrastructurePath] = text(`{"kind":"Infrastructure","status":{"controlPlaneTopology":"HighlyAvailable"}}`)
	w[renderedAPIServer] = configMap(map[string]string{"config.yaml": `{"apiVersion":"kubecontrolplane.config.openshift.io/v1","kind":"KubeAPIServerConfig","apiServerArguments":{
		"api-audiences":["https://kubernetes.default.svc"],"feature-gates":["LegacyServiceAccountTokenTracking=true","Other=false"],
		"service-account-issuer":["https://kubernetes.default.svc"],"service-account-lookup":["true"],
		"service-account-signing-key-file":["/etc/kubernetes/static-pod-certs/secrets/bound-service-account-signing-key/service-account.key"]}}`})
	w[renderedController] = configMap(map[string]string{"config.yaml": `
apiVersion: kubecontrolplane.config.openshift.io/v1
kind: KubeControllerManagerConfig
extendedArguments:
  controllers: ["*", "-ttl", "-bootstrapsigner", "-tokencleaner"]
  root-ca-file: [/etc/kubernetes/static-pod-resources/configmaps/serviceaccount-ca/ca-bundle.crt]
  service-account-private-key-file:
  - /etc/kubernetes/static-pod-resources/secrets/service-account-private-key/service-account.key
`})
	return w
}

func TestOpenShift414(t *testing.T) {
	c, problems := look(t, openShift414())
	wantProblems(t, problems)
	if c.Platform != (model.Platform{ID: model.PlatformOpenShift, Version: "4.14.8", How: "API group config.openshift.io; an update to 4.14.9 is under way"}) {
		t.Errorf("platform %+v", c.Platform)
	}
	if oldest, _ := c.Oldest(); oldest.Minor != 27 {
		t.Errorf("servers %+v", c.Servers)
	}
	const api, kcm = " observed configmap openshift-kube-apiserver/config", " observed configmap openshift-kube-controller-manager/config"
	wantValues(t, c, model.APIServer, "api-audiences", "https://kubernetes.default.svc"+api)
	wantValues(t, c, model.APIServer, "LegacyServiceAccountTokenTracking", "true"+api)
	wantValues(t, c, model.APIServer, "service-account-lookup", "true"+api)
	wantValues(t, c, model.APIServer, "service-account-signing-key-file", "set"+api)
	wantValues(t, c, model.APIServer, "service-account-extend-token-expiration", "true"+api+": not given there")
	wantValues(t, c, model.ControllerManager, "controllers", "*,-ttl,-bootstrapsigner,-tokencleaner"+kcm)
	wantValues(t, c, model.ControllerManager, "root-ca-file", "set"+kcm)
	wantValues(t, c, model.ControllerManager, "service-account-private-key-file", "set"+kcm)
	// 1.27 has no cleaner.
	wantValues(t, c, model.ControllerManager, "legacy-service-account-token-clean-up-period")
	for _, o := range c.Observed {
		if o.Source != model.SourceRendered {
			t.Errorf("%+v is not from the rendered configuration", o)
		}
	}
}

func TestHostedControlPlaneHasNoRenderedConfiguration(t *testing.T) {
	w := openShift414()
	delete(w, renderedAPIServer)
	delete(w, renderedController)
	w[infrastructurePath] = text(`{"status":{"controlPlaneTopology":"External"}}`)
	w[clusterVersionPath] = text(`{"status":{"history":[{"state":"Completed","version":"4.14.8"}]}}`)
	c, problems := look(t, w)
	wantProblems(t, problems)
	if c.Platform.How != "API group config.openshift.io; the control plane runs outside the cluster (controlPlaneTopology External)" {
		t.Errorf("platform %+v", c.Platform)
	}
	if len(c.Observed) != 0 {
		t.Errorf("claims %+v", c.Observed)
	}
}

func TestForbiddenRenderedConfigurationIsAProblem(t *testing.T) {
	w := openShift414()
	w[renderedAPIServer] = status(403, "Forbidden")
	w[renderedController] = configMap(map[string]string{"config.yaml": "extendedArguments: 7"})
	w[clusterVersionPath] = status(403, "Forbidden")
	w[infrastructurePath] = http.NotFound
	c, problems := look(t, w)
	wantProblems(t, problems,
		"get configmap openshift-kube-apiserver/config: forbidden, needs get on configmaps/config in openshift-kube-apiserver, so the settings of kube-apiserver are not seen; run \"timebound rbac --for read\" for the manifest",
		"get configmap openshift-kube-controller-manager/config: its config.yaml holds no extendedArguments")
	if c.Platform.ID != model.PlatformOpenShift || c.Platform.Version != "" || len(c.Observed) != 0 {
		t.Errorf("platform %+v, claims %+v", c.Platform, c.Observed)
	}
}

func TestMicroShift(t *testing.T) {
	for _, test := range []struct {
		data map[string]string
		want string
	}{
		{map[string]string{"major": "4", "minor": "14", "version": "4.14.8"}, "4.14.8"},
		{map[string]string{"major": "4", "minor": "12"}, "4.12"},
	} {
		w := plain("v1.27.6")
		w["/api/v1/namespaces/kube-public/configmaps/microshift-version"] = configMap(test.data)
		c, problems := look(t, w)
		wantProblems(t, problems)
		if c.Platform != (model.Platform{ID: model.PlatformMicroShift, Version: test.want, How: "configmap kube-public/microshift-version"}) {
			t.Errorf("platform %+v", c.Platform)
		}
	}
}

func FuzzParseRendered(f *testing.F) {
	f.Add("extendedArguments:\n  controllers: ['*', -ttl]\n")
	f.Add(`{"extendedArguments":{"feature-gates":"A=true","root-ca-file":null}}`)
	f.Fuzz(func(t *testing.T, config string) {
		flags, err := parseRendered(renderedConfigs[1], []byte(config))
		if (err == nil) != (flags != nil) {
			t.Error("neither or both of values and error")
		}
		if flags != nil {
			flags.observations(model.SourceRendered, "here", nil, 30)
		}
	})
}
