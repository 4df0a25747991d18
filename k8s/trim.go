package k8s

import (
	"strings"
	"time"
	"unique"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"timebound/model"
)

// What is kept of an object is copied out of it: a string cut from a decoded
// page would keep the whole page in memory.

// shared copies a string that many objects have in common: one copy for all.
func shared(s string) string {
	if s == "" {
		return ""
	}
	return unique.Make(s).Value()
}

// own copies a string that hardly another object has.
func own(s string) string { return strings.Clone(s) }

// nameOf gives an object's key.
func nameOf(m *metav1.ObjectMeta) model.Key {
	return model.Key{Namespace: shared(m.Namespace), Name: own(m.Name)}
}

// deleting gives the deletionTimestamp; zero if there is none.
func deleting(m *metav1.ObjectMeta) time.Time {
	if m.DeletionTimestamp == nil {
		return time.Time{}
	}
	return m.DeletionTimestamp.UTC()
}

func created(m *metav1.ObjectMeta) time.Time {
	if m.CreationTimestamp.IsZero() {
		return time.Time{}
	}
	return m.CreationTimestamp.UTC()
}

func trimOwner(o *metav1.OwnerReference) model.Owner {
	return model.Owner{
		Kind:       shared(o.Kind),
		Name:       shared(o.Name),
		UID:        shared(string(o.UID)),
		Controller: o.Controller != nil && *o.Controller,
	}
}

func trimOwners(refs []metav1.OwnerReference) []model.Owner {
	if len(refs) == 0 {
		return nil
	}
	owners := make([]model.Owner, len(refs))
	for i := range refs {
		owners[i] = trimOwner(&refs[i])
	}
	return owners
}

// controller gives the controlling owner, or the zero Owner.
func controller(m *metav1.ObjectMeta) model.Owner {
	if ref := metav1.GetControllerOfNoCopy(m); ref != nil {
		return trimOwner(ref)
	}
	return model.Owner{}
}

func sharedAll(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	kept := make([]string, len(list))
	for i, s := range list {
		kept[i] = shared(s)
	}
	return kept
}

// trimNode keeps what says how old the kubelets are and who runs the machines.
func trimNode(n *corev1.Node) *model.Node {
	return &model.Node{
		Name:           own(n.Name),
		KubeletVersion: shared(n.Status.NodeInfo.KubeletVersion),
		ProviderID:     own(n.Spec.ProviderID),
	}
}
