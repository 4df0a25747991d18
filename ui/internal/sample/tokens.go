package sample

import (
	"fmt"
	"time"

	"timebound/model"
)

// The tokens that stand for a verdict. Each has the account that its name
// begins with.
const (
	Protected   = "localhost-recovery-client-token"
	InUse       = "ci-deployer-token"
	Referenced  = "legacy-app-token-p0q9"
	Dormant     = "report-token-m4x1"
	Quiet       = "fresh-token"
	Idle        = "ledger-token-7bbc"
	IdleOnce    = "export-token-x2m1"
	Invalidated = "batch-token-88sd"
	Knocked     = "partner-feed-token"
	Dead        = "gone-token-1qaz"
	Unknown     = "hidden-token-2wsx"
	Odd         = "odd-token"
)

func addTokens(inv *model.Inventory) {
	old := time.Date(2021, 3, 4, 10, 0, 0, 0, time.UTC)
	add := func(namespace, account, name, lastUsed, invalidSince string, created time.Time, auto bool) *model.Token {
		n := len(inv.Tokens)
		acc := &model.Account{
			Key: model.Key{Namespace: namespace, Name: account}, UID: fmt.Sprintf("acc-%04d", n), Created: created.Add(-time.Minute),
			Secrets: []string{account + "-dockercfg-9zzk"},
		}
		if auto {
			acc.Secrets = append(acc.Secrets, name)
		}
		t := &model.Token{
			Key: model.Key{Namespace: namespace, Name: name}, UID: fmt.Sprintf("0d9a2c44-77f1-4a0e-8b53-%012d", n), ResourceVersion: "918273",
			Account: account, AccountUID: acc.UID, Created: created,
			LastUsed: model.NewDayLabel(lastUsed), InvalidSince: model.NewDayLabel(invalidSince),
		}
		inv.Tokens = append(inv.Tokens, t)
		inv.Accounts = append(inv.Accounts, acc)
		return t
	}
	add("openshift-kube-apiserver", "localhost-recovery-client", Protected, "", "", old, false)
	add("payments", "ci-deployer", InUse, "2026-11-21", "", old, false)
	add("payments", "legacy-app", Referenced, "2026-03-01", "", old, true)
	add("payments", "report", Dormant, "", "", old, true)
	add("payments", "fresh", Quiet, "", "", Now.AddDate(0, 0, -12), false)
	add("payments", "ledger", Idle, "", "", old, true)
	add("payments", "export", IdleOnce, "2026-04-24", "", old, false)
	add("batch", "batch", Invalidated, "2026-01-01", "2026-09-01", old, true)
	add("batch", "partner-feed", Knocked, "2026-11-20", "2026-09-01", old, false)
	add("secretive", "hidden", Unknown, "", "", old, true)
	odd := add("odd", Hostile, Hostile, "expires-2027", "", old, false)
	odd.Labels = map[string]string{"team": Hostile}
	odd.Annotations = map[string]string{"note": "line one\nline two \x1b]52;c;eA==\x07"}
	odd.Owners = []model.Owner{{Kind: "Thing", Name: Hostile}}
	odd.CreatedBy = "subctl"
	odd.Finalizers = []string{"example.org/keep"}
	add("odd", "odd", Odd, "", "yesterday", old, false)
	gone := add("batch", "gone", Dead, "2025-12-24", "", old, true)
	inv.Accounts = inv.Accounts[:len(inv.Accounts)-1]
	gone.CreatedBy = "openshift.io/create-dockercfg-secrets"

	inv.Accounts[2].ImagePullSecrets = []string{Referenced}
	inv.Accounts[2].EnforceMountable = true
	inv.Accounts[1].OAuthClient = true
	inv.PullSecrets = []*model.PullSecret{{
		Key: model.Key{Namespace: "payments", Name: "legacy-app-dockercfg-9zzk"}, Account: "legacy-app", TokenSecret: Referenced,
	}}
}

func addWorkloads(inv *model.Inventory) {
	ref := func(how model.RefKind, secret, where string) model.SecretRef {
		return model.SecretRef{Secret: secret, How: how, Where: where}
	}
	add := func(kind, namespace, name, account string, state model.WorkloadState, refs ...model.SecretRef) *model.Workload {
		w := &model.Workload{
			Key: model.Key{Namespace: namespace, Name: name}, Kind: kind, UID: "w-" + name, Account: account, State: state,
			Created: Now.AddDate(0, -2, 0), Secrets: refs,
		}
		inv.Workloads = append(inv.Workloads, w)
		return w
	}
	volume := ref(model.RefVolume, Referenced, `volume "token"`)
	add("Deployment", "payments", "legacy-app", "legacy-app", model.WorkloadActive, volume,
		ref(model.RefEnv, Referenced, `container "app", env TOKEN`)).ManagedBy = "Helm release legacy-app"
	for i := range 9 {
		pod := add("Pod", "payments", fmt.Sprintf("legacy-app-6d5f9c7b8-%05d", i), "legacy-app", model.WorkloadActive, volume)
		pod.Owner = model.Owner{Kind: "ReplicaSet", Name: "legacy-app-6d5f9c7b8", Controller: true}
		pod.Node = "w-1"
		pod.BoundToken = true
	}
	add("CronJob", "payments", "report", "report", model.WorkloadSuspended, ref(model.RefVolume, Dormant, `volume "api-token"`))
	add("StatefulSet", "payments", "ledger-db", "ledger", model.WorkloadZero)
	add("Deployment", "odd", Hostile, Hostile, model.WorkloadActive, ref(model.RefProjected, "unrelated", Hostile))
}
