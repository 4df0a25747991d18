package auditlog

// The objects that requests are about.
var (
	onPods         = &object{"", "v1", "pods", ""}
	onSecrets      = &object{"", "v1", "secrets", ""}
	onConfigmaps   = &object{"", "v1", "configmaps", ""}
	onServices     = &object{"", "v1", "services", ""}
	onEvents       = &object{"", "v1", "events", ""}
	onPodStatus    = &object{"", "v1", "pods", "status"}
	onAccountToken = &object{"", "v1", "serviceaccounts", "token"}
	onDeployments  = &object{"apps", "v1", "deployments", ""}
	onScales       = &object{"apps", "v1", "deployments", "scale"}
	onLeases       = &object{"coordination.k8s.io", "v1", "leases", ""}
	onSlices       = &object{"discovery.k8s.io", "v1", "endpointslices", ""}
	onTokenReviews = &object{"authentication.k8s.io", "v1", "tokenreviews", ""}
	onAccessReview = &object{"authorization.k8s.io", "v1", "subjectaccessreviews", ""}
)

// asked is what a request does.
type asked struct {
	verb   string
	object *object // nil: path
	path   string
	query  string
}

// The requests of each kind of client. A verb that stands twice is as frequent.
var (
	readsAsked = []asked{
		{verb: "get", object: onPods}, {verb: "list", object: onPods}, {verb: "list", object: onPods},
		{verb: "get", object: onConfigmaps}, {verb: "list", object: onSecrets, query: "?limit=500&resourceVersion=0"},
		{verb: "get", object: onSecrets}, {verb: "get", object: onDeployments}, {verb: "list", object: onServices},
		{verb: "watch", object: onPods, query: "?allowWatchBookmarks=true&resourceVersion=48151623&timeout=7m12s&timeoutSeconds=432&watch=true"},
		{verb: "get", path: "/version"}, {verb: "get", path: "/apis", query: "?timeout=32s"}, {verb: "get", path: "/metrics"},
		{verb: "get", path: "/healthz"},
	}
	writesAsked = []asked{
		{verb: "create", object: onDeployments, query: "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict"},
		{verb: "update", object: onDeployments}, {verb: "patch", object: onDeployments, query: "?fieldManager=argocd-controller"},
		{verb: "patch", object: onScales}, {verb: "create", object: onConfigmaps},
	}
	kubeletAsked = []asked{
		{verb: "update", object: onLeases, query: "?timeout=10s"}, {verb: "get", object: onLeases, query: "?timeout=10s"},
		{verb: "update", object: onLeases, query: "?timeout=10s"}, {verb: "patch", object: onPodStatus}, {verb: "create", object: onEvents},
		{verb: "watch", object: onPods, query: "?allowWatchBookmarks=true&fieldSelector=spec.nodeName%3Dip-10-1-0-1&timeoutSeconds=512&watch=true"},
	}
	planeAsked = []asked{
		{verb: "update", object: onLeases, query: "?timeout=5s"}, {verb: "get", object: onLeases, query: "?timeout=5s"},
		{verb: "update", object: onSlices}, {verb: "create", object: onAccessReview}, {verb: "get", object: onDeployments},
	}
)

// level chooses how much of a request is logged.
func (w *writer) level() string {
	switch n := w.rng.IntN(100); {
	case n < 80 || w.options.MetadataOnly:
		return "Metadata"
	case n < 95:
		return "Request"
	default:
		return "RequestResponse"
	}
}

// ask fills in what the request does, one of reads. At levels above Metadata it
// writes: a request that reads has no body that could be logged.
func (w *writer) ask(r *request, reads []asked, namespace string) {
	a := pick(w.rng, reads)
	if r.level != "Metadata" {
		a = pick(w.rng, writesAsked)
		at := w.rng.IntN(len(w.world.bodies.requests))
		r.body = w.world.bodies.requests[at]
		if r.level == "RequestResponse" {
			r.answer = w.world.bodies.answers[at]
		}
	}
	r.verb, r.object, r.watches = a.verb, a.object, a.verb == "watch"
	if a.object == nil {
		r.uri = append(append(r.uri, a.path...), a.query...)
		return
	}
	r.namespace = namespace
	if a.verb != "list" && a.verb != "watch" && a.verb != "create" {
		r.name = pick(w.rng, services)
	}
	r.uri = append(a.object.path(r.uri, namespace, r.name), a.query...)
	if a.verb == "create" {
		r.code = 201
	}
}
