package power

import "slices"

// Ability is something that whoever holds a token may do with it.
type Ability uint8

// The abilities, the gravest first. From BindsRoles to RunsCommands they are
// ways to more power than was given, which Escalates sums up.
const (
	Everything Ability = iota // everywhere it is what cluster-admin gives
	Escalates
	BindsRoles
	WidensRoles
	Impersonates
	IssuesTokens
	ApprovesCertificates
	ReachesNodes
	RunsCommands
	ReadsSecrets
	CreatesPods
	Writes
	Reads
	AnyVerb
	AnyResource
	AbilityCount = int(AnyResource) + 1
)

// AbilityInfo is what an ability is, in words.
type AbilityInfo struct {
	ID    string // for scripts and queries: "reads-secrets"
	Title string // completes "the account …"
	Why   string // what is grave about it
	Way   bool   // it is one of the ways that Escalates sums up
}

// Info looks an ability up.
func (a Ability) Info() AbilityInfo { return abilities[a].AbilityInfo }

// String gives the ability's title.
func (a Ability) String() string { return abilities[a].Title }

// ability is an AbilityInfo with the rules that give it: those that allow one of
// the acts, or that fit.
type ability struct {
	AbilityInfo
	acts []act
	fits func(*Rule) Extent
}

// act is a request that takes a right: one of the verbs on one of the resources.
type act struct {
	verbs     []string
	group     string
	resources []string
	// clustered says that it is asked for without a namespace, so that a
	// RoleBinding cannot give it.
	clustered bool
	// nameless says that no object has a name yet when it is asked for, so that a
	// rule with names gives nothing.
	nameless bool
	// names are the only ones that matter, if a rule has names.
	names []string
	// until is the last minor version in which the right gives the ability; 0 means
	// that it still does.
	until int
}

const (
	rbacGroup  = "rbac.authorization.k8s.io"
	authnGroup = "authentication.k8s.io"
)

var (
	change    = []string{"update", "patch"}
	workloads = []act{
		{verbs: []string{"create"}, resources: []string{"pods", "replicationcontrollers"}, nameless: true},
		{verbs: change, resources: []string{"pods", "replicationcontrollers"}},
		{verbs: []string{"create"}, group: "apps", resources: []string{"deployments", "statefulsets", "daemonsets", "replicasets"}, nameless: true},
		{verbs: change, group: "apps", resources: []string{"deployments", "statefulsets", "daemonsets", "replicasets"}},
		{verbs: []string{"create"}, group: "batch", resources: []string{"jobs", "cronjobs"}, nameless: true},
		{verbs: change, group: "batch", resources: []string{"jobs", "cronjobs"}},
		{verbs: []string{"create"}, group: "apps.openshift.io", resources: []string{"deploymentconfigs"}, nameless: true},
		{verbs: change, group: "apps.openshift.io", resources: []string{"deploymentconfigs"}},
	}
)

// abilities is in the order of the constants.
var abilities = [AbilityCount]ability{
	Everything: {AbilityInfo{"everything", "may do everything", "no rule holds its user back", false},
		[]act{{verbs: []string{"*"}, group: "*", resources: []string{"*"}}}, nil},
	Escalates: {AbilityInfo{"escalates", "can get more power than it has", "one more request, and it has what it was not given", false}, nil, nil},
	// k8s.io/kubernetes pkg/registry/rbac/escalation_check.go: bind is asked for in
	// the namespace of the binding, escalate in that of the role.
	BindsRoles: {AbilityInfo{"binds-roles", "may bind roles that it does not have", "verb bind: it can give itself any role that it may bind", true},
		[]act{{verbs: []string{"bind"}, group: rbacGroup, resources: []string{"roles", "clusterroles"}}}, nil},
	WidensRoles: {AbilityInfo{"widens-roles", "may write rules that it does not have", "verb escalate: it can put any right into a role that it may change", true},
		[]act{
			{verbs: []string{"escalate"}, group: rbacGroup, resources: []string{"roles"}},
			{verbs: []string{"escalate"}, group: rbacGroup, resources: []string{"clusterroles"}, clustered: true},
		}, nil},
	// k8s.io/apiserver pkg/endpoints/filters/impersonation. The verbs with a colon
	// are those of constrained impersonation; what may be done with them depends on
	// further rules, which are not looked at.
	Impersonates: {AbilityInfo{"impersonates", "may act as others", "verb impersonate: it has the power of whom it may impersonate", true},
		[]act{
			{verbs: []string{"impersonate"}, resources: []string{"users", "groups"}, clustered: true},
			{verbs: []string{"impersonate"}, resources: []string{"serviceaccounts"}},
			{verbs: []string{"impersonate:user-info", "impersonate:arbitrary-node"}, group: authnGroup, resources: []string{"users", "groups", "nodes"}, clustered: true},
			{verbs: []string{"impersonate:serviceaccount"}, group: authnGroup, resources: []string{"serviceaccounts"}},
		}, nil},
	IssuesTokens: {AbilityInfo{"issues-tokens", "may issue tokens of accounts", "create serviceaccounts/token: it can become these accounts", true},
		[]act{{verbs: []string{"create"}, resources: []string{"serviceaccounts/token"}}}, nil},
	// k8s.io/kubernetes plugin/pkg/admission/certificates/approval: approve is asked
	// for on the signer's name. Signers that make no client certificates of the API
	// server are left out.
	ApprovesCertificates: {AbilityInfo{"approves-certificates", "may approve client certificates", "it can make itself a certificate of another user", true},
		[]act{{verbs: []string{"approve"}, group: "certificates.k8s.io", resources: []string{"signers"}, clustered: true,
			names: []string{"kubernetes.io/*", "kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet"}}}, nil},
	// k8s.io/kubernetes pkg/kubelet/server/auth.go takes the HTTP method for the
	// verb, and commands can be run by GET, over a WebSocket.
	ReachesNodes: {AbilityInfo{"reaches-nodes", "reaches the kubelets", "nodes/proxy: commands in every pod, past the API server's admission and audit", true},
		[]act{{verbs: []string{"get", "create"}, resources: []string{"nodes/proxy"}, clustered: true}}, nil},
	// Up to 1.34 a WebSocket needs get alone, which many a role that is meant to read
	// has on everything (k8s.io/kubernetes pkg/registry/core/pod/rest/subresources.go,
	// kubernetes issue 133515).
	RunsCommands: {AbilityInfo{"runs-commands", "may run commands in pods", "pods/exec, attach or ephemeral containers: it can read the tokens of their accounts", true},
		[]act{
			{verbs: []string{"create"}, resources: []string{"pods/exec", "pods/attach"}},
			{verbs: []string{"get"}, resources: []string{"pods/exec", "pods/attach"}, until: 34},
			{verbs: change, resources: []string{"pods/ephemeralcontainers"}},
		}, nil},
	ReadsSecrets: {AbilityInfo{"reads-secrets", "reads secrets", "passwords, keys, and tokens of other accounts", false},
		[]act{{verbs: []string{"get", "list", "watch"}, resources: []string{"secrets"}}}, nil},
	CreatesPods: {AbilityInfo{"creates-pods", "creates pods, or changes what they run", "it can become any account of the namespace", false}, workloads, nil},
	Writes:      {AbilityInfo{"writes", "changes objects", "", false}, nil, writes},
	Reads:       {AbilityInfo{"reads", "reads objects", "", false}, nil, reads},
	AnyVerb: {AbilityInfo{"any-verb", "has every verb on something", "verbs of later versions too", false}, nil,
		func(r *Rule) Extent { return extentIf(len(r.Resources) > 0 && slices.Contains(r.Verbs, "*"), r) }},
	AnyResource: {AbilityInfo{"any-resource", "has a verb on every resource of a group", "resources of later versions too", false}, nil,
		func(r *Rule) Extent { return extentIf(len(r.Verbs) > 0 && slices.Contains(r.Resources, "*"), r) }},
}

// Questions about rights and identities are created and change nothing. Every
// user may ask them about himself (ClusterRole system:basic-user).
var (
	reviewGroups    = []string{authnGroup, "authorization.k8s.io"}
	reviewResources = []string{"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews",
		"localsubjectaccessreviews", "subjectaccessreviews", "tokenreviews"}
)

var (
	readVerbs  = []string{"get", "list", "watch", "*"}
	writeVerbs = []string{"create", "update", "patch", "delete", "deletecollection", "*"}
)

func reads(r *Rule) Extent { return extentIf(len(r.Resources) > 0 && overlap(r.Verbs, readVerbs), r) }

func writes(r *Rule) Extent {
	asks := all(r.Groups, reviewGroups) && all(r.Resources, reviewResources)
	return extentIf(len(r.Resources) > 0 && !asks && overlap(r.Verbs, writeVerbs), r)
}

func extentIf(given bool, r *Rule) Extent {
	switch {
	case !given || len(r.Groups) == 0:
		return None
	case len(r.Names) > 0:
		return Named
	}
	return Whole
}

func overlap(list, wanted []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return slices.Contains(wanted, s) })
}

func all(list, allowed []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(allowed, s) })
}
