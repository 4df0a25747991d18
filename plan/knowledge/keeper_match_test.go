package knowledge

import (
	"testing"
	"time"

	"timebound/model"
)

// One token per keeper, with the fields filled in as package k8s fills them
// in: well-known annotations stand in their own fields, not among Annotations.
var owned = map[string]model.Token{
	"openshift-recovery-kube-apiserver":          {Key: model.Key{Namespace: "openshift-kube-apiserver", Name: "localhost-recovery-client-token"}, Account: "localhost-recovery-client"},
	"openshift-recovery-kube-controller-manager": {Key: model.Key{Namespace: "openshift-kube-controller-manager", Name: "localhost-recovery-client-token"}, Account: "localhost-recovery-client"},
	"openshift-recovery-kube-scheduler":          {Key: model.Key{Namespace: "openshift-kube-scheduler", Name: "localhost-recovery-client-token"}, Account: "localhost-recovery-client"},
	"openshift-node-bootstrapper":                {Key: model.Key{Namespace: "openshift-machine-config-operator", Name: "node-bootstrapper-token"}, Account: "node-bootstrapper"},
	"argocd-manager":                             {Key: model.Key{Namespace: "kube-system", Name: "argocd-manager-long-lived-token"}, Account: "argocd-manager"},
	"lke-admin":                                  {Key: model.Key{Namespace: "kube-system", Name: "lke-admin-token-x7k2p"}, Account: "lke-admin"},
	"rancher-agent":                              {Key: model.Key{Namespace: "cattle-system", Name: "cattle-token-x7k2p"}, Account: "cattle"},
	"rancher-hosted":                             {Key: model.Key{Namespace: "cattle-system", Name: "kontainer-engine-token-x7k2p"}, Account: "kontainer-engine"},
	"rancher-server":                             {Key: model.Key{Namespace: "cattle-system", Name: "rancher-token-x7k2p"}, Account: "rancher"},
	"karmada":                                    {Key: model.Key{Namespace: "karmada-cluster", Name: "karmada-impersonator"}, Account: "karmada-impersonator"},
	"submariner":                                 {Key: model.Key{Namespace: "submariner-k8s-broker", Name: "broker-admin-token-x7k2p"}, Account: "broker-admin", CreatedBy: "subctl"},
	"istio-remote-reader":                        {Key: model.Key{Namespace: "istio-system", Name: "istio-reader-service-account-istio-remote-secret-token"}, Account: "istio-reader-service-account"},
}

// strangers look like owned tokens by name only.
var strangers = []model.Token{
	{Key: model.Key{Namespace: "web", Name: "argocd-manager-long-lived-token"}, Account: "web"},
	{Key: model.Key{Namespace: "web", Name: "localhost-recovery-client-token"}, Account: "localhost-recovery-client"},
	{Key: model.Key{Namespace: "karmada-cluster", Name: "karmada-impersonator"}, Account: "default"},
	{Key: model.Key{Namespace: "web", Name: "submariner-token"}, Account: "web", CreatedBy: "openshift.io/create-dockercfg-secrets"},
}

func keeperOf(t *testing.T, token model.Token) *model.Keeper {
	t.Helper()
	token.Created = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	inv := &model.Inventory{Tokens: []*model.Token{&token}}
	return model.Assess(inv, loaded(t), model.DefaultPolicy(token.Created)).Findings[0].Keeper
}

func TestKeepersKnowTheirTokens(t *testing.T) {
	for _, k := range loaded(t).Keepers {
		token, told := owned[k.ID]
		if !told {
			t.Errorf("no example token for keeper %s", k.ID)
			continue
		}
		got := keeperOf(t, token)
		if got == nil || got.ID != k.ID {
			t.Errorf("%s does not recognise its token: %v", k.ID, got)
		}
	}
	for _, token := range strangers {
		if got := keeperOf(t, token); got != nil {
			t.Errorf("%s is taken for a token of %s", token.Key, got.ID)
		}
	}
}
