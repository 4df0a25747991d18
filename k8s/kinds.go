package k8s

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/k8s/trim"
	"timebound/model"
)

// Page sizes. Answers are decoded as they stream in, so a page costs us
// nothing; it is bounded by what a server has to put together at once, and by
// its 60 s limit on a request over a slow line. Metadata is about 0.6 kB an
// object, a pod 4 kB.
const (
	pageMetadata = 5000
	pageSmall    = 5000
	pageLarge    = 5000
)

// newShelves makes an empty shelf for each kind, in the order in which lists
// are begun: the largest first. The workloads' order is also that of
// Inventory.Workloads.
func newShelves() []shelf {
	core := []form{{version: "v1"}}
	apps := []form{{group: "apps", version: "v1"}}
	batch := []form{{group: "batch", version: "v1"}}
	return []shelf{
		newShelf(kind{
			name: model.KindTokens, resource: "secrets", listKind: "PartialObjectMetadataList", served: core,
			selector: "type=" + model.TypeToken, metadata: true, page: pageMetadata,
		}, trimming(partial, trim.Token), tokenKey, func(inv *model.Inventory, rows []*model.Token) { inv.Tokens = rows }),
		newShelf(kind{
			name: model.KindPods, resource: "pods", listKind: "PodList", served: core, page: pageLarge,
		}, trimming(func(o *corev1.Pod) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.Pod), workloadKey, nil),
		newShelf(kind{
			name: model.KindAccounts, resource: "serviceaccounts", listKind: "ServiceAccountList", served: core, page: pageSmall,
		}, trimming(func(o *corev1.ServiceAccount) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.Account), accountKey, func(inv *model.Inventory, rows []*model.Account) { inv.Accounts = rows }),
		// Only OpenShift makes dockercfg secrets from tokens. Elsewhere the
		// type is people's own registry passwords: nothing of ours, so they
		// are not even asked for.
		newShelf(kind{
			name: model.KindPullSecrets, resource: "secrets", listKind: "PartialObjectMetadataList", served: core,
			selector: "type=" + model.TypeDockercfg, metadata: true, openShift: true, page: pageMetadata,
		}, trimming(partial, trim.PullSecret), pullSecretKey, func(inv *model.Inventory, rows []*model.PullSecret) { inv.PullSecrets = rows }),
		workloads(kind{name: model.KindDeployments, resource: "deployments", listKind: "DeploymentList", served: apps}, func(o *appsv1.Deployment) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.Deployment),
		workloads(kind{name: model.KindStatefulSets, resource: "statefulsets", listKind: "StatefulSetList", served: apps}, func(o *appsv1.StatefulSet) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.StatefulSet),
		workloads(kind{name: model.KindDaemonSets, resource: "daemonsets", listKind: "DaemonSetList", served: apps}, func(o *appsv1.DaemonSet) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.DaemonSet),
		workloads(kind{name: model.KindReplicaSets, resource: "replicasets", listKind: "ReplicaSetList", served: apps}, func(o *appsv1.ReplicaSet) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.ReplicaSet),
		workloads(kind{name: model.KindReplicationControllers, resource: "replicationcontrollers", listKind: "ReplicationControllerList", served: core},
			func(o *corev1.ReplicationController) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.ReplicationController),
		workloads(kind{name: model.KindJobs, resource: "jobs", listKind: "JobList", served: batch}, func(o *batchv1.Job) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.Job),
		cronJobs(),
		workloads(kind{
			name: model.KindDeploymentConfigs, resource: "deploymentconfigs", listKind: "DeploymentConfigList",
			served:   []form{{group: trim.OpenShiftApps.Group, version: trim.OpenShiftApps.Version}},
			optional: true, openShift: true, jsonOnly: true,
		}, func(o *trim.OpenShiftDeploymentConfig) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.DeploymentConfig),
		newShelf(kind{
			name: model.KindNodes, resource: "nodes", listKind: "NodeList", served: core, clustered: true, page: 500,
		}, trimming(func(o *corev1.Node) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.Node), func(n *model.Node) model.Key { return model.Key{Name: n.Name} }, keepNodes),
	}
}

// cronJobs are served in batch/v1 from 1.21 on, before in batch/v1beta1.
func cronJobs() shelf {
	s := workloads(kind{
		name: model.KindCronJobs, resource: "cronjobs", listKind: "CronJobList",
		served:   []form{{group: "batch", version: "v1"}, {group: "batch", version: "v1beta1", beta: true}},
		optional: true,
	}, func(o *batchv1.CronJob) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.CronJob)
	s.beta = trimming(func(o *batchv1beta1.CronJob) *metav1.ObjectMeta { return &o.ObjectMeta }, trim.CronJobBeta)
	return s
}

func workloads[O any](k kind, metadata func(*O) *metav1.ObjectMeta, keep func(*O) *model.Workload) *shelfOf[model.Workload] {
	k.page = pageLarge
	return newShelf(k, trimming(metadata, keep), workloadKey, nil)
}

func keepNodes(inv *model.Inventory, rows []*model.Node) {
	inv.Nodes = make([]model.Node, len(rows))
	for i, n := range rows {
		inv.Nodes[i] = *n
	}
}

// The keys of what is kept.
func tokenKey(t *model.Token) model.Key           { return t.Key }
func accountKey(a *model.Account) model.Key       { return a.Key }
func pullSecretKey(p *model.PullSecret) model.Key { return p.Key }
func workloadKey(w *model.Workload) model.Key     { return w.Key }

func partial(o *metav1.PartialObjectMetadata) *metav1.ObjectMeta { return &o.ObjectMeta }
