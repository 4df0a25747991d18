package k8s

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"timebound/model"
)

// kind is one kind of object that is read: where it is served, in which form
// it is asked for, and how big its pages are.
type kind struct {
	name      model.ObjectKind
	resource  string // as in paths and RBAC rules
	listKind  string // kind of the list's answer
	served    []form // newest first; the next is tried if the server answers 404
	selector  string // field selector
	metadata  bool   // ask for PartialObjectMetadata only
	clustered bool   // has no namespace
	optional  bool   // a server without it misses nothing
	openShift bool   // only looked for where an API group of OpenShift is served
	jsonOnly  bool
	page      int64
}

// form is a version of an API group in which a kind is served.
type form struct {
	group, version string
	beta           bool // its Go type is the shelf's beta one
}

// path gives the path of the kind's list; namespace "" means all.
func (k *kind) path(f form, namespace string) []string {
	root := []string{"api", f.version}
	if f.group != "" {
		root = []string{"apis", f.group, f.version}
	}
	if namespace != "" {
		root = append(root, "namespaces", namespace)
	}
	return append(root, k.resource)
}

// rule is the permission that listing takes, in the words of
// `kubectl auth can-i`.
func (k *kind) rule() string {
	if g := k.served[0].group; g != "" {
		return "list " + k.resource + "." + g
	}
	return "list " + k.resource
}

// watchRule is the same for watching.
func (k *kind) watchRule() string { return "watch" + strings.TrimPrefix(k.rule(), "list") }

func (k *kind) acceptList() string {
	switch {
	case k.metadata:
		return acceptMetadataList
	case k.jsonOnly:
		return acceptJSON
	}
	return acceptTyped
}

func (k *kind) acceptWatch() string {
	switch {
	case k.metadata:
		return acceptMetadata
	case k.jsonOnly:
		return acceptJSON
	}
	return acceptTyped
}

// Page sizes. Answers are decoded as they stream in, so a page costs us
// nothing; it is bounded by what a server has to put together at once, and by
// its 60 s limit on a request over a slow line. Metadata is about 0.6 kB an
// object, a pod 4 kB.
const (
	pageMetadata = 5000
	pageSmall    = 5000
	pageLarge    = 2000
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
		}, trimming(partial, trimToken), tokenKey, func(inv *model.Inventory, rows []*model.Token) { inv.Tokens = rows }),
		newShelf(kind{
			name: model.KindPods, resource: "pods", listKind: "PodList", served: core, page: pageLarge,
		}, trimming(func(o *corev1.Pod) *metav1.ObjectMeta { return &o.ObjectMeta }, trimPod), workloadKey, nil),
		newShelf(kind{
			name: model.KindAccounts, resource: "serviceaccounts", listKind: "ServiceAccountList", served: core, page: pageSmall,
		}, trimming(func(o *corev1.ServiceAccount) *metav1.ObjectMeta { return &o.ObjectMeta }, trimAccount), accountKey, func(inv *model.Inventory, rows []*model.Account) { inv.Accounts = rows }),
		// Only OpenShift makes dockercfg secrets from tokens. Elsewhere the
		// type is people's own registry passwords: nothing of ours, so they
		// are not even asked for.
		newShelf(kind{
			name: model.KindPullSecrets, resource: "secrets", listKind: "PartialObjectMetadataList", served: core,
			selector: "type=" + model.TypeDockercfg, metadata: true, openShift: true, page: pageMetadata,
		}, trimming(partial, trimPullSecret), pullSecretKey, func(inv *model.Inventory, rows []*model.PullSecret) { inv.PullSecrets = rows }),
		workloads(kind{name: model.KindDeployments, resource: "deployments", listKind: "DeploymentList", served: apps}, func(o *appsv1.Deployment) *metav1.ObjectMeta { return &o.ObjectMeta }, trimDeployment),
		workloads(kind{name: model.KindStatefulSets, resource: "statefulsets", listKind: "StatefulSetList", served: apps}, func(o *appsv1.StatefulSet) *metav1.ObjectMeta { return &o.ObjectMeta }, trimStatefulSet),
		workloads(kind{name: model.KindDaemonSets, resource: "daemonsets", listKind: "DaemonSetList", served: apps}, func(o *appsv1.DaemonSet) *metav1.ObjectMeta { return &o.ObjectMeta }, trimDaemonSet),
		workloads(kind{name: model.KindReplicaSets, resource: "replicasets", listKind: "ReplicaSetList", served: apps}, func(o *appsv1.ReplicaSet) *metav1.ObjectMeta { return &o.ObjectMeta }, trimReplicaSet),
		workloads(kind{name: model.KindReplicationControllers, resource: "replicationcontrollers", listKind: "ReplicationControllerList", served: core},
			func(o *corev1.ReplicationController) *metav1.ObjectMeta { return &o.ObjectMeta }, trimReplicationController),
		workloads(kind{name: model.KindJobs, resource: "jobs", listKind: "JobList", served: batch}, func(o *batchv1.Job) *metav1.ObjectMeta { return &o.ObjectMeta }, trimJob),
		cronJobs(),
		workloads(kind{
			name: model.KindDeploymentConfigs, resource: "deploymentconfigs", listKind: "DeploymentConfigList",
			served:   []form{{group: deploymentConfigVersion.Group, version: deploymentConfigVersion.Version}},
			optional: true, openShift: true, jsonOnly: true,
		}, func(o *deploymentConfig) *metav1.ObjectMeta { return &o.ObjectMeta }, trimDeploymentConfig),
		newShelf(kind{
			name: model.KindNodes, resource: "nodes", listKind: "NodeList", served: core, clustered: true, page: 500,
		}, trimming(func(o *corev1.Node) *metav1.ObjectMeta { return &o.ObjectMeta }, trimNode), func(n *model.Node) model.Key { return model.Key{Name: n.Name} }, keepNodes),
	}
}

// cronJobs are served in batch/v1 from 1.21 on, before in batch/v1beta1.
func cronJobs() shelf {
	s := workloads(kind{
		name: model.KindCronJobs, resource: "cronjobs", listKind: "CronJobList",
		served:   []form{{group: "batch", version: "v1"}, {group: "batch", version: "v1beta1", beta: true}},
		optional: true,
	}, func(o *batchv1.CronJob) *metav1.ObjectMeta { return &o.ObjectMeta }, trimCronJob)
	s.beta = trimming(func(o *batchv1beta1.CronJob) *metav1.ObjectMeta { return &o.ObjectMeta }, trimCronJobBeta)
	return s
}

func workloads[O any](k kind, metadata func(*O) *metav1.ObjectMeta, trim func(*O) *model.Workload) *shelfOf[model.Workload] {
	k.page = pageLarge
	return newShelf(k, trimming(metadata, trim), workloadKey, nil)
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

// trimmer makes a kept object of an item of a list or an object of a watch.
// A nil result without error means that the object is not kept.
type trimmer[T any] struct {
	newDecoder func() func(raw []byte, enc encoding) (*T, error)
	object     func(runtime.Object) (kept *T, key model.Key, ok bool)
}

func trimming[O, T any](metadata func(*O) *metav1.ObjectMeta, trim func(*O) *T) trimmer[T] {
	return trimmer[T]{
		newDecoder: func() func([]byte, encoding) (*T, error) {
			d := &decoder[O]{metadata: metadata}
			return func(raw []byte, enc encoding) (*T, error) {
				o, err := d.decode(raw, enc)
				if err != nil {
					return nil, err
				}
				return trim(o), nil
			}
		},
		object: func(o runtime.Object) (*T, model.Key, bool) {
			typed, ok := any(o).(*O)
			if !ok {
				return nil, model.Key{}, false
			}
			return trim(typed), nameOf(metadata(typed)), true
		},
	}
}

// openShiftGroups says whether any of the API groups is one of OpenShift's.
func openShiftGroups(groups []string) bool {
	return slices.ContainsFunc(groups, func(g string) bool { return strings.HasSuffix(g, ".openshift.io") })
}
