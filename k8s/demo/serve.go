package demo

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// call is one request with its answer.
type call struct {
	server *Server
	w      http.ResponseWriter
	r      *http.Request
	target target
}

// target is what a request is about.
type target struct {
	shelf     *shelf // nil if the path names no kind that is served
	verb      string // as RBAC names it
	namespace string
	name      string
	sub       string // subresource
}

func (t target) gr() schema.GroupResource {
	if t.shelf == nil {
		return schema.GroupResource{}
	}
	return t.shelf.kind.gr()
}

// ruled is the resource as RBAC rules name it.
func (t target) ruled() schema.GroupResource {
	gr := t.gr()
	if t.sub != "" {
		gr.Resource += "/" + t.sub
	}
	return gr
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	// net/http leaves a Date header alone that is already there.
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("Cache-Control", "no-cache, private")
	if s.broken != nil {
		http.Error(w, s.broken.Error(), http.StatusInternalServerError)
		return
	}
	c := &call{server: s, w: w, r: r, target: s.targetOf(r)}
	if f, hit := s.faultFor(r); hit {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return
		}
		if f.answer(c) {
			return
		}
		if f.Truncate > 0 {
			c.w = &cutter{ResponseWriter: w, left: f.Truncate}
		}
	}
	if c.target.shelf == nil {
		c.plain()
		return
	}
	c.resource()
}

// targetOf reads the path as the API server does: /api/v1 or
// /apis/GROUP/VERSION, then [namespaces/NS/]RESOURCE[/NAME[/SUBRESOURCE]].
func (s *Server) targetOf(r *http.Request) target {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	var gv schema.GroupVersion
	switch {
	case len(parts) > 2 && parts[0] == "api":
		gv, parts = schema.GroupVersion{Version: parts[1]}, parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		gv, parts = schema.GroupVersion{Group: parts[1], Version: parts[2]}, parts[3:]
	default:
		return target{}
	}
	var t target
	if parts[0] == "namespaces" && len(parts) > 2 && !slices.Contains([]string{"status", "finalize"}, parts[2]) {
		t.namespace, parts = parts[1], parts[2:]
	}
	t.shelf = s.store.shelves[gv.WithResource(parts[0])]
	if len(parts) > 1 {
		t.name = parts[1]
	}
	if len(parts) > 2 {
		t.sub = strings.Join(parts[2:], "/")
	}
	if t.shelf != nil && t.shelf.kind.Kind == "Namespace" && t.name != "" {
		// RBAC places a namespace inside itself.
		t.namespace = t.name
	}
	t.verb = verbOf(r, t.name != "")
	return t
}

func verbOf(r *http.Request, named bool) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		switch {
		case isWatch(r):
			return "watch"
		case named:
			return "get"
		}
		return "list"
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	case http.MethodPatch:
		return "patch"
	case http.MethodDelete:
		if named {
			return "delete"
		}
		return "deletecollection"
	}
	return ""
}

// resource answers a request for objects.
func (c *call) resource() {
	t := c.target
	if !c.server.allowed(t.verb, t.ruled(), t.namespace) {
		c.refuse(t.forbidden(c.server.world.User))
		return
	}
	if t.accountToken() && t.verb == "create" {
		c.issue()
		return
	}
	if t.sub != "" {
		c.refuse(errNoSuchPath)
		return
	}
	if k := t.shelf.kind; k.Namespaced && t.namespace == "" && (t.name != "" || t.verb == "create") {
		c.refuse(errNoSuchPath)
		return
	}
	switch t.verb {
	case "get":
		c.get()
	case "list":
		c.list()
	case "watch":
		c.watch()
	case "create":
		c.create()
	case "update", "patch":
		c.modify()
	case "delete":
		c.delete()
	default:
		c.refuse(apierrors.NewMethodNotSupported(t.gr(), t.verb))
	}
}

// key names the object that the request is about.
func (t target) key() key {
	if !t.shelf.kind.Namespaced {
		return key{name: t.name}
	}
	return key{t.namespace, t.name}
}

func (c *call) get() {
	accepted, err := negotiate(c.r, c.target.shelf.kind)
	if err != nil {
		c.refuse(err)
		return
	}
	c.server.store.mu.Lock()
	it := c.target.shelf.items[c.target.key()]
	c.server.store.mu.Unlock()
	if it == nil {
		c.refuse(apierrors.NewNotFound(c.target.gr(), c.target.name))
		return
	}
	c.give(http.StatusOK, accepted, it)
}

// give answers with one object, or its metadata if that was asked for.
func (c *call) give(code int, accepted media, it *item) {
	switch accepted.as {
	case asMetadata:
		c.write(code, accepted, partial(it))
	case asMetadataList:
		c.refuse(notAcceptable("you requested PartialObjectMetadataList, but the requested object is not a list"))
	default:
		o, err := c.server.shown(it.object)
		if err != nil {
			c.refuse(apierrors.NewInternalError(err))
			return
		}
		c.write(code, accepted, o)
	}
}

// write sends an object that has its apiVersion and kind.
func (c *call) write(code int, accepted media, o runtime.Object) {
	var body bytes.Buffer
	if err := accepted.info.Serializer.Encode(o, &body); err != nil {
		c.refuse(apierrors.NewInternalError(err))
		return
	}
	c.send(code, accepted.info.MediaType, body.Bytes())
}

// refuse sends an error as a Status, in the client's own format if possible.
func (c *call) refuse(err error) {
	status := &metav1.Status{Status: metav1.StatusFailure, Code: http.StatusInternalServerError, Message: err.Error()}
	if api, ok := err.(apierrors.APIStatus); ok {
		s := api.Status()
		status = &s
	}
	c.status(status)
}

func (c *call) status(status *metav1.Status) {
	status.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	if d := status.Details; d != nil && d.RetryAfterSeconds > 0 {
		c.w.Header().Set("Retry-After", strconv.Itoa(int(d.RetryAfterSeconds)))
	}
	accepted := statusMedia(c.r)
	var body bytes.Buffer
	if err := accepted.info.Serializer.Encode(status, &body); err != nil {
		http.Error(c.w, err.Error(), http.StatusInternalServerError)
		return
	}
	c.send(int(status.Code), accepted.info.MediaType, body.Bytes())
}
