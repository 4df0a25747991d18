package demo

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"timebound/k8s/demo/world"
)

// builtin are the kinds that client-go has types for. Other kinds come with
// the world and are served as plain JSON objects, like custom resources.
var builtin = []world.Resource{
	{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true},
	{Version: "v1", Resource: "namespaces", Kind: "Namespace"},
	{Version: "v1", Resource: "nodes", Kind: "Node"},
	{Version: "v1", Resource: "pods", Kind: "Pod", Namespaced: true},
	{Version: "v1", Resource: "replicationcontrollers", Kind: "ReplicationController", Namespaced: true},
	{Version: "v1", Resource: "secrets", Kind: "Secret", Namespaced: true},
	{Version: "v1", Resource: "serviceaccounts", Kind: "ServiceAccount", Namespaced: true},
	{Group: "apps", Version: "v1", Resource: "daemonsets", Kind: "DaemonSet", Namespaced: true},
	{Group: "apps", Version: "v1", Resource: "deployments", Kind: "Deployment", Namespaced: true},
	{Group: "apps", Version: "v1", Resource: "replicasets", Kind: "ReplicaSet", Namespaced: true},
	{Group: "apps", Version: "v1", Resource: "statefulsets", Kind: "StatefulSet", Namespaced: true},
	{Group: "batch", Version: "v1", Resource: "cronjobs", Kind: "CronJob", Namespaced: true},
	{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings", Kind: "ClusterRoleBinding"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles", Kind: "ClusterRole"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings", Kind: "RoleBinding", Namespaced: true},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles", Kind: "Role", Namespaced: true},
}

// kind is one served kind.
type kind struct {
	world.Resource
	typed bool
}

func (k kind) gr() schema.GroupResource {
	return schema.GroupResource{Group: k.Group, Resource: k.Resource.Resource}
}

func (k kind) gvr() schema.GroupVersionResource { return k.gr().WithVersion(k.Version) }

func (k kind) gvk() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: k.Group, Version: k.Version, Kind: k.Kind}
}

// empty makes a new object of the kind.
func (k kind) empty() (runtime.Object, error) {
	if k.typed {
		return scheme.Scheme.New(k.gvk())
	}
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(k.gvk())
	return u, nil
}

// fieldsOf gives what field selectors can see of an object: every kind has its
// name and namespace, few have more (k8s.io/kubernetes pkg/apis/core/v1
// conversion.go).
func fieldsOf(it *item) fields.Set {
	set := fields.Set{"metadata.name": it.key.name, "metadata.namespace": it.key.namespace}
	switch o := it.object.(type) {
	case *corev1.Secret:
		set["type"] = string(o.Type)
	case *corev1.Namespace:
		set["status.phase"] = string(o.Status.Phase)
	case *corev1.Pod:
		set["spec.nodeName"] = o.Spec.NodeName
		set["spec.serviceAccountName"] = o.Spec.ServiceAccountName
		set["status.phase"] = string(o.Status.Phase)
	}
	return set
}

// selectable says which fields the kind's selectors may name.
func (k kind) selectable(field string) bool {
	switch field {
	case "metadata.name":
		return true
	case "metadata.namespace":
		return k.Namespaced
	case "type":
		return k.Kind == "Secret"
	case "status.phase":
		return k.Kind == "Pod" || k.Kind == "Namespace"
	case "spec.nodeName", "spec.serviceAccountName":
		return k.Kind == "Pod"
	}
	return false
}
