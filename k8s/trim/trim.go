// Package trim keeps of the objects of a cluster what decides about tokens, in
// the small structs of package model, and lets go of the rest. There is one
// function for each kind; nil means that the object is not kept at all.
//
// No token bytes pass: annotations that carry them are dropped, and what looks
// like a token anywhere else is cut out. It must not know how objects arrive,
// or what is concluded from them.
package trim

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

// Key gives an object's key.
func Key(m *metav1.ObjectMeta) model.Key {
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

func owner(o *metav1.OwnerReference) model.Owner {
	return model.Owner{
		Kind:       shared(o.Kind),
		Name:       shared(o.Name),
		UID:        shared(string(o.UID)),
		Controller: o.Controller != nil && *o.Controller,
	}
}

func owners(refs []metav1.OwnerReference) []model.Owner {
	if len(refs) == 0 {
		return nil
	}
	owners := make([]model.Owner, len(refs))
	for i := range refs {
		owners[i] = owner(&refs[i])
	}
	return owners
}

// controller gives the controlling owner, or the zero Owner.
func controller(m *metav1.ObjectMeta) model.Owner {
	if ref := metav1.GetControllerOfNoCopy(m); ref != nil {
		return owner(ref)
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

// Node keeps what says how old the kubelets are and who runs the machines.
func Node(n *corev1.Node) *model.Node {
	node := &model.Node{
		Name:           own(n.Name),
		KubeletVersion: shared(n.Status.NodeInfo.KubeletVersion),
		ProviderID:     own(n.Spec.ProviderID),
	}
	for _, a := range n.Status.Addresses {
		if a.Type == corev1.NodeInternalIP || a.Type == corev1.NodeExternalIP {
			node.Addresses = append(node.Addresses, own(a.Address))
		}
	}
	return node
}
