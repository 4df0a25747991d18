package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
)

// plainPaths are the paths outside of the resources that RBAC can speak of.
var plainPaths = []string{"/api", "/apis", "/flagz", "/healthz", "/livez", "/metrics", "/openid/v1/jwks", "/readyz", "/version"}

// allVerbs are the verbs that discovery announces for every kind.
var allVerbs = []string{"create", "delete", "get", "list", "patch", "update", "watch"}

// plain answers everything that is no object: discovery, the version, health,
// metrics, keys, and questions about oneself.
func (c *call) plain() {
	if c.review() {
		return
	}
	path := strings.TrimSuffix(c.r.URL.Path, "/")
	if c.r.Method != http.MethodGet {
		c.refuse(errNoSuchPath)
		return
	}
	if !c.server.allowedPath(path) {
		c.refuse(forbiddenPath(c.server.world.User, path))
		return
	}
	w := c.server.world
	switch path {
	case "/version":
		c.version()
	case "/readyz", "/livez", "/healthz":
		c.send(http.StatusOK, "text/plain; charset=utf-8", []byte("ok"))
	case "/metrics":
		c.send(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", []byte(w.Metrics()))
	case "/openid/v1/jwks":
		c.keys()
	case "/flagz":
		if w.Flagz == "" {
			c.refuse(errNoSuchPath)
			return
		}
		c.send(http.StatusOK, "text/plain; charset=utf-8", []byte(w.Flagz))
	default:
		c.discovery(path)
	}
}

// keys gives the public key that the cluster's tokens are signed with.
func (c *call) keys() {
	body, err := c.server.signer.jwks()
	if err != nil {
		c.refuse(apierrors.NewInternalError(err))
		return
	}
	c.send(http.StatusOK, "application/jwk-set+json", body)
}

func forbiddenPath(user, path string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden,
		Message: fmt.Sprintf("forbidden: User %q cannot get path %q", user, path), Details: &metav1.StatusDetails{},
	}}
}

func (c *call) version() {
	git := c.server.world.Version
	info := version.Info{
		Major: "1", GitVersion: git, GitTreeState: "clean", GoVersion: runtime.Version(),
		Compiler: runtime.Compiler, Platform: "linux/amd64",
	}
	if parts := strings.SplitN(strings.TrimPrefix(git, "v"), ".", 3); len(parts) > 1 {
		info.Major, info.Minor = parts[0], parts[1]
	}
	body, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		c.refuse(apierrors.NewInternalError(err))
		return
	}
	c.send(http.StatusOK, "application/json", body)
}

// discovery says which groups, versions and kinds are served.
func (c *call) discovery(path string) {
	accepted, err := negotiate(c.r, kind{typed: true})
	if err != nil {
		c.refuse(err)
		return
	}
	switch parts := strings.Split(strings.TrimPrefix(path, "/"), "/"); {
	case path == "/api":
		c.write(http.StatusOK, accepted, &metav1.APIVersions{
			TypeMeta: metav1.TypeMeta{Kind: "APIVersions", APIVersion: "v1"}, Versions: []string{"v1"},
			ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{{ClientCIDR: "0.0.0.0/0", ServerAddress: c.server.listener.Addr().String()}},
		})
	case path == "/apis":
		list := &metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
		for _, gv := range c.server.groupVersions() {
			if gv.Group != "" {
				list.Groups = append(list.Groups, apiGroup(gv))
			}
		}
		c.write(http.StatusOK, accepted, list)
	case len(parts) == 2 && parts[0] == "apis":
		for _, gv := range c.server.groupVersions() {
			if gv.Group == parts[1] {
				g := apiGroup(gv)
				g.TypeMeta = metav1.TypeMeta{Kind: "APIGroup", APIVersion: "v1"}
				c.write(http.StatusOK, accepted, &g)
				return
			}
		}
		c.refuse(errNoSuchPath)
	case len(parts) == 2 && parts[0] == "api":
		c.resources(accepted, schema.GroupVersion{Version: parts[1]})
	case len(parts) == 3 && parts[0] == "apis":
		c.resources(accepted, schema.GroupVersion{Group: parts[1], Version: parts[2]})
	default:
		c.refuse(errNoSuchPath)
	}
}

// groupVersions lists what is served; every group has one version here.
func (s *Server) groupVersions() []schema.GroupVersion {
	found := []schema.GroupVersion{{Group: "authentication.k8s.io", Version: "v1"}, {Group: "authorization.k8s.io", Version: "v1"}}
	for gvr := range s.store.shelves {
		if gv := gvr.GroupVersion(); !slices.Contains(found, gv) {
			found = append(found, gv)
		}
	}
	slices.SortFunc(found, func(a, b schema.GroupVersion) int { return strings.Compare(a.Group, b.Group) })
	return found
}

func apiGroup(gv schema.GroupVersion) metav1.APIGroup {
	v := metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: gv.Version}
	return metav1.APIGroup{Name: gv.Group, Versions: []metav1.GroupVersionForDiscovery{v}, PreferredVersion: v}
}

func (c *call) resources(accepted media, gv schema.GroupVersion) {
	if !slices.Contains(c.server.groupVersions(), gv) {
		c.refuse(errNoSuchPath)
		return
	}
	list := &metav1.APIResourceList{
		TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: gv.String(),
		APIResources: []metav1.APIResource{},
	}
	switch gv.Group {
	case "authentication.k8s.io":
		list.APIResources = []metav1.APIResource{
			{Name: "selfsubjectreviews", SingularName: "selfsubjectreview", Kind: "SelfSubjectReview", Verbs: metav1.Verbs{"create"}},
		}
	case "authorization.k8s.io":
		list.APIResources = []metav1.APIResource{
			{Name: "selfsubjectaccessreviews", SingularName: "selfsubjectaccessreview", Kind: "SelfSubjectAccessReview", Verbs: metav1.Verbs{"create"}},
			{Name: "selfsubjectrulesreviews", SingularName: "selfsubjectrulesreview", Kind: "SelfSubjectRulesReview", Verbs: metav1.Verbs{"create"}},
		}
	}
	for gvr, sh := range c.server.store.shelves {
		if gvr.GroupVersion() == gv {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: gvr.Resource, SingularName: strings.ToLower(sh.kind.Kind), Kind: sh.kind.Kind,
				Namespaced: sh.kind.Namespaced, Verbs: allVerbs,
			})
		}
	}
	slices.SortFunc(list.APIResources, func(a, b metav1.APIResource) int { return strings.Compare(a.Name, b.Name) })
	c.write(http.StatusOK, accepted, list)
}
