package k8s

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"timebound/k8s/redact"
)

// WriteRefusedError says that a request was stopped before it left this
// machine, because it could change the cluster.
type WriteRefusedError struct {
	Method string
	Path   string
	Reason string
	// Unlocked says that confirmed changes pass, of which this was none.
	Unlocked bool
}

// Error names the request and why it was stopped; never its body or query.
func (e *WriteRefusedError) Error() string {
	rule := "Timebound is read-only"
	if e.Unlocked {
		rule = "only confirmed changes pass"
	}
	return fmt.Sprintf("%s %s refused: %s; %s", e.Method, redact.Words(e.Path), e.Reason, rule)
}

// readOnly is the innermost transport that every request passes. It lets
// through what cannot change anything: GET, HEAD, OPTIONS, dry runs, and the
// reviews in which a user asks about himself. While the gate is open, it also
// lets through the changes that a Hand makes, each by a permit of its own.
// Everything else, and whatever it does not understand, is refused before a
// byte is sent.
type readOnly struct {
	base string // path of the API server's address, without trailing slash
	gate *gate  // nil: never open
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if reason := t.refuse(req); reason != "" {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, &WriteRefusedError{Method: req.Method, Path: req.URL.Path, Reason: reason, Unlocked: t.gate.unlocked()}
	}
	return t.next.RoundTrip(req)
}

// WrappedRoundTripper lets client-go find the transport underneath.
func (t *readOnly) WrappedRoundTripper() http.RoundTripper { return t.next }

// refuse gives the reason against a request, or "" if there is none.
func (t *readOnly) refuse(req *http.Request) string {
	if reason := refuseHeaders(req.Header); reason != "" {
		return reason
	}
	path, ok := t.plainPath(req.URL)
	if !ok {
		return "its path is not in plain form"
	}
	r := parseResource(path)
	if slices.Contains(connecting, r.subresource) || r.resource == "proxy" {
		return "it opens a connection into the cluster"
	}
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return ""
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		if req.Method == http.MethodPost && r.selfReview() {
			return ""
		}
		reason := refuseDryRun(req, r)
		if reason == "" {
			return ""
		}
		return t.gate.refuse(req, path, reason)
	default:
		return "it is no known way of reading"
	}
}

// refuseHeaders finds headers that make a request something else than its
// method says.
func refuseHeaders(h http.Header) string {
	for name, values := range h {
		switch http.CanonicalHeaderKey(name) {
		case "Upgrade", ":protocol", ":Protocol":
			return "it asks to upgrade the connection"
		case "Connection":
			for _, v := range values {
				if strings.Contains(strings.ToLower(v), "upgrade") {
					return "it asks to upgrade the connection"
				}
			}
		case "X-Http-Method-Override", "X-Http-Method", "X-Method-Override":
			return "it carries another method in a header"
		}
	}
	return ""
}

// plainPath gives the path below the API server's address. Paths that a
// server, or a proxy before it, may read otherwise than we do are no plain
// paths: escapes, dot segments, empty segments, backslashes.
func (t *readOnly) plainPath(u *url.URL) (string, bool) {
	if u.Opaque != "" || u.RawPath != "" && u.RawPath != u.Path {
		return "", false
	}
	path, ok := strings.CutPrefix(u.Path, t.base)
	if !ok || path != "" && path[0] != '/' || strings.ContainsAny(path, "%\\;?#") {
		return "", false
	}
	path = strings.TrimSuffix(path, "/")
	for i, segment := range strings.Split(path, "/") {
		if segment == "." || segment == ".." || segment == "" && i > 0 {
			return "", false
		}
	}
	return path, true
}

func basePath(host string) string {
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	u, err := url.Parse(host)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// connecting are the subresources that are streams, whatever the method is
// (k8s.io/kubernetes pkg/registry/core/{pod,node,service}/rest).
var connecting = []string{"exec", "attach", "portforward", "proxy"}

// resourcePath is what a path of the resource API names. The zero value is a
// path outside of it, such as /version.
type resourcePath struct {
	group, version, resource, subresource string
}

func parseResource(path string) resourcePath {
	s := strings.Split(strings.TrimPrefix(path, "/"), "/")
	var r resourcePath
	switch {
	case s[0] == "api" && len(s) >= 3:
		r.version, s = s[1], s[2:]
	case s[0] == "apis" && len(s) >= 4:
		r.group, r.version, s = s[1], s[2], s[3:]
	default:
		return r
	}
	// /api/v1/watch/… is the old way to watch: the same, one segment further.
	if s[0] == "watch" && len(s) > 1 {
		s = s[1:]
	}
	// namespaces/x/pods/y/log, but namespaces/x and namespaces/x/status: with
	// three segments the third may be either, and reads as a resource.
	if s[0] == "namespaces" && len(s) >= 3 {
		s = s[2:]
	}
	r.resource = s[0]
	if len(s) >= 3 {
		r.subresource = s[2]
	}
	return r
}

var reviewVersions = []string{"v1", "v1beta1", "v1alpha1"}

// selfReview says whether a POST only asks the server about the asker.
func (r resourcePath) selfReview() bool {
	if r.subresource != "" || !slices.Contains(reviewVersions, r.version) {
		return false
	}
	switch r.group {
	case "authorization.k8s.io":
		return r.resource == "selfsubjectaccessreviews" || r.resource == "selfsubjectrulesreviews"
	case "authentication.k8s.io":
		return r.resource == "selfsubjectreviews"
	}
	return false
}

// dryRunGroups are the API groups with a dot in their name whose own API server
// honours dryRun. Groups without a dot (apps, batch) are Kubernetes' own.
var dryRunGroups = []string{"apps.openshift.io", "rbac.authorization.k8s.io"}

// refuseDryRun says what keeps a write from being a dry run. Subresources are
// out: some ignore dryRun. POST serviceaccounts/x/token?dryRun=All issues a
// token that works (k8s.io/kubernetes pkg/registry/core/serviceaccount/storage/token.go
// never looks at it). So are all reviews: a TokenReview of a legacy token
// counts as its use.
func refuseDryRun(req *http.Request, r resourcePath) string {
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return "its query cannot be read"
	}
	values, given := query["dryRun"]
	switch {
	case !given:
		return "it changes the cluster"
	case len(values) != 1 || values[0] != "All":
		return "its dryRun is not exactly All"
	case r.resource == "":
		return "it is no request for a resource, so dryRun means nothing"
	case r.group == "authentication.k8s.io" || r.group == "authorization.k8s.io":
		return "a review is carried out even as a dry run"
	case strings.Contains(r.group, ".") && !slices.Contains(dryRunGroups, r.group):
		return "an extension's API server may ignore dryRun"
	case r.subresource != "" || r.resource == "status" || r.resource == "finalize":
		return "a subresource may ignore dryRun"
	case req.Method == http.MethodDelete:
		return refuseDeleteBody(req)
	}
	return ""
}

// maxDeleteOptions bounds the body of a delete that is looked at.
const maxDeleteOptions = 64 << 10

// refuseDeleteBody looks into the body of a delete. If there is one, the API
// server takes its options from there and never reads the query
// (k8s.io/apiserver pkg/endpoints/handlers/delete.go), so a body without dryRun
// would delete for good.
func refuseDeleteBody(req *http.Request) string {
	if req.Body == nil || req.Body == http.NoBody {
		return ""
	}
	if req.GetBody == nil {
		return "its options cannot be read ahead"
	}
	copied, err := req.GetBody()
	if err != nil {
		return "its options cannot be read ahead"
	}
	defer func() { _ = copied.Close() }()
	body, err := io.ReadAll(io.LimitReader(copied, maxDeleteOptions+1))
	if err != nil || len(body) > maxDeleteOptions {
		return "its options cannot be read"
	}
	if len(body) == 0 {
		return ""
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return "its options are not JSON"
	}
	// A map compares keys as the server does, exactly; a struct would take
	// "DRYRUN" for dryRun.
	var dryRun []string
	if json.Unmarshal(keys["dryRun"], &dryRun) != nil || len(dryRun) != 1 || dryRun[0] != "All" {
		return "its options lack dryRun"
	}
	return ""
}
