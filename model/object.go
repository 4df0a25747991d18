package model

// ObjectKind names a kind of object that the inventory holds, in the plural
// resource form that RBAC rules and `kubectl get` use.
type ObjectKind string

// The kinds that are loaded.
const (
	KindTokens                 ObjectKind = "secrets" // Secrets of type kubernetes.io/service-account-token, metadata only
	KindPullSecrets            ObjectKind = "dockercfg secrets"
	KindAccounts               ObjectKind = "serviceaccounts"
	KindPods                   ObjectKind = "pods"
	KindDeployments            ObjectKind = "deployments"
	KindStatefulSets           ObjectKind = "statefulsets"
	KindDaemonSets             ObjectKind = "daemonsets"
	KindReplicaSets            ObjectKind = "replicasets"
	KindReplicationControllers ObjectKind = "replicationcontrollers"
	KindJobs                   ObjectKind = "jobs"
	KindCronJobs               ObjectKind = "cronjobs"
	KindDeploymentConfigs      ObjectKind = "deploymentconfigs" // OpenShift
	KindNodes                  ObjectKind = "nodes"
	KindTracking               ObjectKind = "tracking configmap"
)

var templateKinds = [...]ObjectKind{
	KindDeployments, KindStatefulSets, KindDaemonSets, KindReplicaSets,
	KindReplicationControllers, KindJobs, KindCronJobs, KindDeploymentConfigs,
}

// TemplateKinds gives the kinds that carry a pod template, in the order in
// which they are listed for people.
func TemplateKinds() []ObjectKind { return templateKinds[:] }

// Key names an object inside its kind. Cluster-scoped objects have no
// Namespace.
type Key struct {
	Namespace string
	Name      string
}

// String gives namespace/name, or the bare name of a cluster-scoped object.
func (k Key) String() string {
	if k.Namespace == "" {
		return k.Name
	}
	return k.Namespace + "/" + k.Name
}

// Compare orders keys by namespace, then name.
func (k Key) Compare(o Key) int {
	if k.Namespace != o.Namespace {
		if k.Namespace < o.Namespace {
			return -1
		}
		return 1
	}
	switch {
	case k.Name < o.Name:
		return -1
	case k.Name > o.Name:
		return 1
	}
	return 0
}
