package demo

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"timebound/k8s/demo/world"
)

// writeRequest is what all changes have in common.
type writeRequest struct {
	accepted media
	body     []byte
	dry      bool
}

func (c *call) writeRequest() (writeRequest, error) {
	var q writeRequest
	var err error
	if q.accepted, err = negotiate(c.r, c.target.shelf.kind); err != nil {
		return q, err
	}
	if q.body, err = io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, 3<<20)); err != nil {
		return q, apierrors.NewRequestEntityTooLargeError(err.Error())
	}
	q.dry, err = isDryRun(c.r.URL.Query()["dryRun"])
	return q, err
}

func isDryRun(values []string) (bool, error) {
	for _, v := range values {
		if v != metav1.DryRunAll {
			return false, invalidOption(fmt.Sprintf(`dryRun: Unsupported value: %q: supported values: "All"`, v))
		}
	}
	return len(values) > 0, nil
}

func (c *call) create() {
	q, err := c.writeRequest()
	if err != nil {
		c.refuse(err)
		return
	}
	k := c.target.shelf.kind
	o, err := decode(c.r, q.body, k)
	if err != nil {
		c.refuse(err)
		return
	}
	it, err := c.created(o, q.dry)
	if err != nil {
		c.refuse(err)
		return
	}
	c.give(http.StatusCreated, q.accepted, it)
}

func (c *call) created(o runtime.Object, dry bool) (*item, error) {
	sh, st := c.target.shelf, c.server.store
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	if err := place(c.target, m); err != nil {
		return nil, err
	}
	if m.GetResourceVersion() != "" {
		return nil, apierrors.NewBadRequest("resourceVersion should not be set on objects to be created")
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if c.target.name != "" {
		return nil, apierrors.NewMethodNotSupported(c.target.gr(), "create")
	}
	if m.GetName() == "" && m.GetGenerateName() != "" {
		m.SetName(m.GetGenerateName() + world.Suffix(5, m.GetGenerateName(), strconv.FormatUint(st.revision, 10)))
	}
	m.SetUID("")
	m.SetCreationTimestamp(metav1.Time{})
	m.SetDeletionTimestamp(nil)
	fillDefaults(o)
	if err := validate(sh.kind, o, m); err != nil {
		return nil, err
	}
	if sh.kind.Namespaced && c.server.namespace(m.GetNamespace()) == nil {
		return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, m.GetNamespace())
	}
	if sh.items[key{m.GetNamespace(), m.GetName()}] != nil {
		return nil, apierrors.NewAlreadyExists(sh.kind.gr(), m.GetName())
	}
	c.server.complete(sh, m)
	m.SetGeneration(0)
	c.manage(m)
	if dry {
		o.GetObjectKind().SetGroupVersionKind(sh.kind.gvk())
		return itemOf(key{m.GetNamespace(), m.GetName()}, o)
	}
	it, err := st.put(sh, o)
	if err == nil {
		tokenController{c.server}.created(it)
	}
	return it, err
}

// namespace finds a namespace. The caller holds the store's lock.
func (s *Server) namespace(name string) *item {
	return s.store.shelves[schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}].items[key{name: name}]
}

// place checks that the object belongs where the request's path says.
func place(t target, m metav1.Object) error {
	namespace := t.key().namespace
	switch m.GetNamespace() {
	case "":
		m.SetNamespace(namespace)
	case namespace:
	default:
		return apierrors.NewBadRequest("the namespace of the provided object does not match the namespace sent on the request")
	}
	return nil
}

// modify answers PUT and PATCH.
func (c *call) modify() {
	q, err := c.writeRequest()
	if err != nil {
		c.refuse(err)
		return
	}
	it, err := c.modified(q)
	if err != nil {
		c.refuse(err)
		return
	}
	c.give(http.StatusOK, q.accepted, it)
}

func (c *call) modified(q writeRequest) (*item, error) {
	sh, st := c.target.shelf, c.server.store
	st.mu.Lock()
	defer st.mu.Unlock()
	old := sh.items[c.target.key()]
	if old == nil {
		return nil, apierrors.NewNotFound(sh.kind.gr(), c.target.name)
	}
	var o runtime.Object
	var err error
	if c.r.Method == http.MethodPatch {
		o, err = patched(c.r, q.body, sh.kind, old)
	} else {
		o, err = decode(c.r, q.body, sh.kind)
	}
	if err != nil {
		return nil, err
	}
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	if err := c.preconditions(m, old); err != nil {
		return nil, err
	}
	fillDefaults(o)
	if err := validate(sh.kind, o, m); err != nil {
		return nil, err
	}
	if err := validateUpdate(sh.kind, o, old.object); err != nil {
		return nil, err
	}
	o.GetObjectKind().SetGroupVersionKind(sh.kind.gvk())
	if apiequality.Semantic.DeepEqual(o, old.object) {
		// A change of nothing writes nothing.
		return old, nil
	}
	sh.kind.count(o, m, old)
	c.manage(m)
	if q.dry {
		return itemOf(old.key, o)
	}
	if m.GetDeletionTimestamp() != nil && len(m.GetFinalizers()) == 0 {
		it, err := itemOf(old.key, o)
		if err != nil {
			return nil, err
		}
		tokenController{c.server}.deleted(it)
		return it, st.remove(sh, it)
	}
	return st.put(sh, o)
}

// preconditions compares what the client believes with what is there, and
// keeps what clients cannot change.
func (c *call) preconditions(m metav1.Object, old *item) error {
	gr := c.target.gr()
	if m.GetName() != old.key.name {
		return apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", m.GetName(), old.key.name))
	}
	if err := place(c.target, m); err != nil {
		return err
	}
	if uid := m.GetUID(); uid != "" && uid != old.meta.GetUID() {
		if c.r.Method == http.MethodPatch {
			return invalid(c.target.shelf.kind, old.key.name, field.ErrorList{
				field.Invalid(field.NewPath("metadata", "uid"), uid, "field is immutable")})
		}
		return apierrors.NewConflict(gr, old.key.name,
			//nolint:staticcheck // the API server's own words, capital and all
			fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", uid, old.meta.GetUID()))
	}
	if rv := m.GetResourceVersion(); rv != "" && rv != old.meta.GetResourceVersion() {
		return apierrors.NewConflict(gr, old.key.name,
			fmt.Errorf("the object has been modified; please apply your changes to the latest version and try again"))
	}
	m.SetResourceVersion(old.meta.GetResourceVersion())
	m.SetUID(old.meta.GetUID())
	m.SetCreationTimestamp(old.meta.GetCreationTimestamp())
	m.SetDeletionTimestamp(old.meta.GetDeletionTimestamp())
	m.SetDeletionGracePeriodSeconds(old.meta.GetDeletionGracePeriodSeconds())
	return nil
}

// itemOf wraps an object that is not stored.
func itemOf(k key, o runtime.Object) (*item, error) {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, err
	}
	return &item{key: k, object: o, meta: m}, nil
}

// fillDefaults does the part of defaulting that clients of this server see.
func fillDefaults(o runtime.Object) {
	switch o := o.(type) {
	case *corev1.Secret:
		if o.Type == "" {
			o.Type = corev1.SecretTypeOpaque
		}
		for name, value := range o.StringData {
			if o.Data == nil {
				o.Data = map[string][]byte{}
			}
			o.Data[name] = []byte(value)
		}
		o.StringData = nil
	case *corev1.Pod:
		if o.Spec.ServiceAccountName == "" {
			o.Spec.ServiceAccountName = "default"
		}
		if o.Status.Phase == "" {
			o.Status.Phase = corev1.PodPending
		}
	case *corev1.Namespace:
		o.Status.Phase = corev1.NamespaceActive
	}
}
