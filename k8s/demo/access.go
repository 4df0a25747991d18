package demo

import (
	"io"
	"net/http"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"timebound/k8s/demo/world"
)

const reviewPath = "/apis/authorization.k8s.io/v1/"

// allowed says whether the world's RBAC lets the request pass. RBAC only ever
// adds rights, so what is forbidden in one namespace cannot be allowed for all
// of them at once: namespace "" asks for the whole cluster.
func (s *Server) allowed(verb string, gr schema.GroupResource, namespace string) bool {
	return !slices.ContainsFunc(s.world.Forbidden, func(f world.Forbidden) bool {
		return f.Resource == gr.Resource && f.Group == gr.Group &&
			(len(f.Verbs) == 0 || slices.Contains(f.Verbs, verb)) &&
			(namespace == "" || len(f.Namespaces) == 0 || slices.Contains(f.Namespaces, namespace))
	})
}

// allowedPath is the same for paths that are no resources.
func (s *Server) allowedPath(path string) bool {
	return !slices.ContainsFunc(s.world.Forbidden, func(f world.Forbidden) bool { return f.Path != "" && f.Path == path })
}

// review answers a question about oneself. It reports false if the
// path is no such question.
func (c *call) review() bool {
	var answer func(runtime.Object) runtime.Object
	var question runtime.Object
	switch c.r.URL.Path {
	case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
		question, answer = &authenticationv1.SelfSubjectReview{}, c.selfReview
	case reviewPath + "selfsubjectaccessreviews":
		question, answer = &authorizationv1.SelfSubjectAccessReview{}, c.accessReview
	case reviewPath + "selfsubjectrulesreviews":
		question, answer = &authorizationv1.SelfSubjectRulesReview{}, c.rulesReview
	default:
		return false
	}
	if c.r.Method != http.MethodPost {
		c.refuse(apierrors.NewMethodNotSupported(schema.GroupResource{}, c.r.Method))
		return true
	}
	accepted, err := negotiate(c.r, kind{typed: true})
	if err != nil {
		c.refuse(err)
		return true
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, 1<<20))
	if err == nil {
		_, _, err = scheme.Codecs.UniversalDeserializer().Decode(body, nil, question)
	}
	if err != nil {
		c.refuse(apierrors.NewBadRequest(err.Error()))
		return true
	}
	o := answer(question)
	gvks, _, err := scheme.Scheme.ObjectKinds(o)
	if err != nil {
		c.refuse(apierrors.NewInternalError(err))
		return true
	}
	o.GetObjectKind().SetGroupVersionKind(gvks[0])
	c.write(http.StatusCreated, accepted, o)
	return true
}

// selfReview says who the client is.
func (c *call) selfReview(o runtime.Object) runtime.Object {
	q := o.(*authenticationv1.SelfSubjectReview)
	q.Status.UserInfo = authenticationv1.UserInfo{Username: c.server.world.User, Groups: []string{"system:authenticated"}}
	return q
}

func (c *call) accessReview(o runtime.Object) runtime.Object {
	q := o.(*authorizationv1.SelfSubjectAccessReview)
	switch spec := q.Spec; {
	case spec.ResourceAttributes != nil:
		a := spec.ResourceAttributes
		gr := schema.GroupResource{Group: a.Group, Resource: a.Resource}
		if a.Subresource != "" {
			gr.Resource += "/" + a.Subresource
		}
		q.Status.Allowed = c.server.allowed(a.Verb, gr, a.Namespace)
	case spec.NonResourceAttributes != nil:
		q.Status.Allowed = c.server.allowedPath(spec.NonResourceAttributes.Path)
	}
	if q.Status.Allowed {
		q.Status.Reason = `RBAC: allowed by ClusterRoleBinding "sre-oncall" of ClusterRole "cluster-admin" to User "` + c.server.world.User + `"`
	}
	return q
}

// rulesReview lists the rights in one namespace, kind by kind where something
// is forbidden.
func (c *call) rulesReview(o runtime.Object) runtime.Object {
	q := o.(*authorizationv1.SelfSubjectRulesReview)
	namespace := q.Spec.Namespace
	whole := true
	var rules []authorizationv1.ResourceRule
	for _, sh := range c.server.store.shelves {
		verbs := slices.DeleteFunc(slices.Clone(allVerbs), func(v string) bool {
			return !c.server.allowed(v, sh.kind.gr(), namespace)
		})
		whole = whole && len(verbs) == len(allVerbs)
		if len(verbs) > 0 {
			rules = append(rules, authorizationv1.ResourceRule{
				Verbs: verbs, APIGroups: []string{sh.kind.Group}, Resources: []string{sh.kind.Resource.Resource},
			})
		}
	}
	if whole {
		rules = []authorizationv1.ResourceRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}}
	}
	slices.SortFunc(rules, func(a, b authorizationv1.ResourceRule) int {
		return slices.Compare(append(a.APIGroups, a.Resources...), append(b.APIGroups, b.Resources...))
	})
	q.Status.ResourceRules = rules
	for _, path := range plainPaths {
		if c.server.allowedPath(path) {
			q.Status.NonResourceRules = append(q.Status.NonResourceRules,
				authorizationv1.NonResourceRule{Verbs: []string{"get"}, NonResourceURLs: []string{path}})
		}
	}
	return q
}
