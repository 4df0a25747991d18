package k8s

import (
	"slices"
	"strings"

	"timebound/k8s/trim"
	"timebound/model"
)

// Rule is one permission that Timebound wants, and what for.
type Rule struct {
	APIGroups       []string // "" is the core group
	Resources       []string
	ResourceNames   []string // nil means any
	NonResourceURLs []string // instead of the three above
	Verbs           []string
	// Namespace is where the rule is needed if not everywhere.
	Namespace string
	// Why says what the permission is for, in one line.
	Why string
	// Optional rules only make the picture sharper: without them nothing is
	// judged wrongly, some settings stay unknown.
	Optional bool
	// OpenShift rules are about things that only OpenShift has.
	OpenShift bool

	// unnoticed says that nothing shows when the permission is missing: what
	// it is for is left out in silence.
	unnoticed bool
}

// String gives the rule in the words of `kubectl auth can-i`:
// "list pods", "get configmaps/name in kube-system", "get /metrics".
func (r Rule) String() string {
	var what []string
	for _, resource := range r.Resources {
		for _, group := range r.APIGroups {
			name := resource
			if group != "" {
				name += "." + group
			}
			what = append(what, name)
		}
	}
	what = append(what, r.NonResourceURLs...)
	s := strings.Join(r.Verbs, ",") + " " + strings.Join(what, ",")
	if len(r.ResourceNames) > 0 {
		s += "/" + strings.Join(r.ResourceNames, ",")
	}
	if r.Namespace != "" {
		s += " in " + r.Namespace
	}
	return s
}

// Purpose is what a set of rules is for.
type Purpose string

// The purposes.
const (
	PurposeRead  Purpose = "read"
	PurposeWrite Purpose = "write"
	PurposePower Purpose = "power"
)

// Purposes lists them, in the order in which they are granted.
func Purposes() []Purpose { return []Purpose{PurposeRead, PurposeWrite, PurposePower} }

var listWatch = []string{"list", "watch"}

// ReadRules gives what Timebound reads, and why. All of it is asked for
// without ever asking for the data of a secret; RBAC knows no permission for
// metadata alone, so list secrets it has to be.
func ReadRules() []Rule {
	return []Rule{
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: listWatch,
			Why: "token secrets, as metadata only: the data is never asked for"},
		{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: listWatch,
			Why: "which tokens are auto-generated, and which accounts are gone"},
		{APIGroups: []string{""}, Resources: []string{"pods", "replicationcontrollers"}, Verbs: listWatch,
			Why: "what mounts or names a token"},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments", "statefulsets", "daemonsets", "replicasets"}, Verbs: listWatch,
			Why: "what will mount a token when it is scaled up again"},
		{APIGroups: []string{"batch"}, Resources: []string{"jobs", "cronjobs"}, Verbs: listWatch,
			Why: "what will mount a token when it runs next"},
		{APIGroups: []string{trim.OpenShiftApps.Group}, Resources: []string{"deploymentconfigs"}, Verbs: listWatch, OpenShift: true,
			Why: "the same for OpenShift's own deployments; without effect elsewhere"},
		{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: listWatch,
			Why: "the versions of the kubelets"},
		{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get", "list"},
			Why: "the cluster's identity (UID of kube-system), and where to look when not everything may be listed at once"},
		{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{trackingName}, Verbs: []string{"get"}, Namespace: trackingNamespace,
			Why: "since when the API servers record uses of tokens"},
		{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{"kubeadm-config"}, Verbs: []string{"get"}, Namespace: trackingNamespace, Optional: true,
			Why: "the flags that kubeadm set"},
		{APIGroups: []string{"config.openshift.io"}, Resources: []string{"clusterversions", "infrastructures"}, Verbs: []string{"get"}, Optional: true, OpenShift: true, unnoticed: true,
			Why: "OpenShift's version and topology; without effect elsewhere"},
		renderedRule("openshift-kube-apiserver"),
		renderedRule("openshift-kube-controller-manager"),
		{NonResourceURLs: []string{"/metrics", "/flagz"}, Verbs: []string{"get"}, Optional: true,
			Why: "which feature gates and flags the API server runs with, and what it counts of token uses"},
		{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, ResourceNames: []string{"kubernetes"}, Verbs: []string{"get"}, Namespace: "default", Optional: true,
			Why: "the addresses of the API servers, each of which counts for itself"},
	}
}

// renderedRule is for the configuration that an OpenShift operator starts a
// control plane process from.
func renderedRule(namespace string) Rule {
	return Rule{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{"config"}, Verbs: []string{"get"},
		Namespace: namespace, Optional: true, OpenShift: true, Why: "the flags and feature gates that OpenShift set"}
}

// WriteRules gives what changing a cluster takes on top of ReadRules. Nothing
// here is used before writing has been unlocked.
func WriteRules() []Rule {
	templates := func(group string, resources ...string) Rule {
		return Rule{APIGroups: []string{group}, Resources: resources, Verbs: []string{"get", "patch"},
			Why: "project: a workload's secret volume becomes a time-bound token at the same path"}
	}
	return []Rule{
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"patch"},
			Why: "invalidate and reactivate: set or remove one label"},
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"delete"},
			Why: "delete, after a soak and with a backup"},
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get", "create"},
			Why: "sealed backup of one secret before it is deleted, and restore"},
		{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"get", "patch"},
			Why: "detach a dangling reference, and put one back after a restore; accounts are never replaced"},
		{APIGroups: []string{""}, Resources: []string{"serviceaccounts/token"}, Verbs: []string{"create"},
			Why: "issue: a time-bound token for a user outside the cluster"},
		{NonResourceURLs: []string{"/openid/v1/jwks"}, Verbs: []string{"get"},
			Why: "delete: whether the same token comes back follows from the public keys that tokens are checked with"},
		templates("apps", "deployments", "statefulsets", "daemonsets", "replicasets"),
		templates("batch", "cronjobs"),
		templates("", "replicationcontrollers"),
		templates(trim.OpenShiftApps.Group, "deploymentconfigs"),
	}
}

// PowerRules gives what it takes, on top of ReadRules, to say what accounts may
// do. Without them everything else works as before.
func PowerRules() []Rule {
	return []Rule{
		{APIGroups: []string{rbacGroup}, Resources: []string{"clusterroles", "clusterrolebindings"}, Verbs: []string{"list"},
			Why: "what accounts may do everywhere"},
		{APIGroups: []string{rbacGroup}, Resources: []string{"roles", "rolebindings"}, Verbs: []string{"list"},
			Why: "what accounts may do in one namespace"},
	}
}

const rbacGroup = "rbac.authorization.k8s.io"

// RulesFor gives the rules of a purpose; those that are not for reading come on
// top of ReadRules. nil if there is no such purpose.
func RulesFor(p Purpose) []Rule {
	switch p {
	case PurposeRead:
		return ReadRules()
	case PurposeWrite:
		return WriteRules()
	case PurposePower:
		return PowerRules()
	}
	return nil
}

// clusteredResources are those in the rules that have no namespace.
var clusteredResources = []string{string(model.KindNodes), "namespaces", "clusterroles", "clusterrolebindings"}

// clusterWide says that the rule speaks of things without a namespace, so
// that a Role cannot grant it.
func (r Rule) clusterWide() bool {
	return len(r.NonResourceURLs) > 0 || slices.Contains(r.APIGroups, "config.openshift.io") ||
		slices.ContainsFunc(r.Resources, func(resource string) bool { return slices.Contains(clusteredResources, resource) })
}
