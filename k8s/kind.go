package k8s

import (
	"cmp"
	"slices"
	"strings"

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
	purpose   Purpose // whose rules allow it; "" is PurposeRead
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

// remedy is what to do about a missing permission for the kind.
func (k *kind) remedy() string {
	return remedyHead + string(cmp.Or(k.purpose, PurposeRead)) + remedyTail
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

// openShiftGroups says whether any of the API groups is one of OpenShift's.
func openShiftGroups(groups []string) bool {
	return slices.ContainsFunc(groups, func(g string) bool { return strings.HasSuffix(g, ".openshift.io") })
}
