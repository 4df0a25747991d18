package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// page is one answer to a list.
type page struct {
	items     []*item
	revision  uint64
	next      string
	remaining *int64
}

// continuation is what a continue token says. Clients must not look inside.
type continuation struct {
	// Revision is the state the list began with; -1 means whatever is there
	// now, which a client may choose after 410.
	Revision  int64  `json:"rv"`
	Namespace string `json:"ns,omitempty"`
	Name      string `json:"name"` // the last object that was sent
}

func (t continuation) String() string {
	b, err := json.Marshal(t)
	if err != nil {
		return "" // three plain fields always marshal
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseContinuation(s string) (continuation, error) {
	var t continuation
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &t)
	}
	if err != nil {
		return t, apierrors.NewBadRequest(fmt.Sprintf("invalid continue token: continue key is not valid: %v", err))
	}
	return t, nil
}

// listOptions reads the query of a list or watch.
func (c *call) listOptions() (metav1.ListOptions, selection, error) {
	var opts metav1.ListOptions
	if err := scheme.ParameterCodec.DecodeParameters(c.r.URL.Query(), schema.GroupVersion{Version: "v1"}, &opts); err != nil {
		return opts, selection{}, apierrors.NewBadRequest(err.Error())
	}
	sel, err := newSelection(c.target, opts.LabelSelector, opts.FieldSelector)
	return opts, sel, err
}

func (c *call) list() {
	accepted, err := negotiate(c.r, c.target.shelf.kind)
	if err != nil {
		c.refuse(err)
		return
	}
	opts, sel, err := c.listOptions()
	if err != nil {
		c.refuse(err)
		return
	}
	if accepted.as == asMetadata {
		c.refuse(notAcceptable("you requested PartialObjectMetadata, but the requested object is a list"))
		return
	}
	p, err := c.server.store.page(c.target.shelf, sel, opts)
	if err != nil {
		c.refuse(err)
		return
	}
	list, err := p.object(c.target.shelf.kind, accepted.as)
	if err != nil {
		c.refuse(apierrors.NewInternalError(err))
		return
	}
	c.write(http.StatusOK, accepted, list)
}

func (s *store) page(sh *shelf, sel selection, opts metav1.ListOptions) (page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items, revision, err := s.state(sh, opts)
	if err != nil {
		return page{}, err
	}
	all := items
	if sel.namespace != "" {
		from := sort.Search(len(items), func(i int) bool { return items[i].key.namespace >= sel.namespace })
		to := sort.Search(len(items), func(i int) bool { return items[i].key.namespace > sel.namespace })
		items = items[from:to]
	}
	if opts.Continue != "" {
		t, err := parseContinuation(opts.Continue)
		if err != nil {
			return page{}, err
		}
		last := key{t.Namespace, t.Name}
		items = items[sort.Search(len(items), func(i int) bool { return items[i].key.compare(last) > 0 }):]
	}
	limit := int(opts.Limit)
	if opts.ResourceVersion == "0" {
		// Answers from the watch cache are never paged.
		limit = 0
	}
	p := page{revision: revision}
	for i, it := range items {
		if !sel.has(it) {
			continue
		}
		p.items = append(p.items, it)
		if rest := int64(len(items) - i - 1); limit > 0 && len(p.items) == limit && rest > 0 {
			p.next = continuation{int64(revision), it.key.namespace, it.key.name}.String()
			if sel.everything() {
				p.remaining = &rest
			}
			sh.keep(revision, all)
			break
		}
	}
	return p, nil
}

// state finds the objects that a list shall read: those of now, or those that
// its first page began with.
func (s *store) state(sh *shelf, opts metav1.ListOptions) ([]*item, uint64, error) {
	if opts.Continue != "" {
		return s.continued(sh, opts)
	}
	if opts.ResourceVersionMatch != "" && opts.ResourceVersion == "" {
		return nil, 0, invalidOption("resourceVersionMatch is forbidden unless resourceVersion is provided")
	}
	if opts.ResourceVersion == "" || opts.ResourceVersion == "0" {
		return sh.all(), s.revision, nil
	}
	wanted, err := strconv.ParseUint(opts.ResourceVersion, 10, 64)
	if err != nil {
		return nil, 0, apierrors.NewBadRequest(fmt.Sprintf("invalid resource version: %v", err))
	}
	if wanted > s.revision {
		return nil, 0, tooLarge(wanted, s.revision)
	}
	if opts.ResourceVersionMatch == metav1.ResourceVersionMatchExact && wanted != s.revision {
		if items, ok := sh.kept(wanted); ok {
			return items, wanted, nil
		}
		return nil, 0, apierrors.NewResourceExpired("The resourceVersion for the provided list is too old.")
	}
	return sh.all(), s.revision, nil
}

func (s *store) continued(sh *shelf, opts metav1.ListOptions) ([]*item, uint64, error) {
	t, err := parseContinuation(opts.Continue)
	if err != nil {
		return nil, 0, err
	}
	if opts.ResourceVersion != "" && opts.ResourceVersion != "0" {
		return nil, 0, apierrors.NewBadRequest("specifying resource version is not allowed when using continue")
	}
	if t.Revision < 0 {
		return sh.all(), s.revision, nil
	}
	if items, ok := sh.kept(uint64(t.Revision)); ok {
		return items, uint64(t.Revision), nil
	}
	// The real server offers a token that goes on with the state of now
	// (k8s.io/apiserver pkg/storage/etcd3/errors.go).
	expired := apierrors.NewResourceExpired("The provided continue parameter is too old " +
		"to display a consistent list result. You can start a new list without " +
		"the continue parameter, or use the continue token in this response to " +
		"retrieve the remainder of the results.")
	expired.ErrStatus.Continue = continuation{-1, t.Namespace, t.Name}.String()
	return nil, 0, expired
}

func tooLarge(wanted, current uint64) error {
	err := apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d, current: %d", wanted, current), 1)
	err.ErrStatus.Details.Causes = []metav1.StatusCause{{
		Type: metav1.CauseTypeResourceVersionTooLarge, Message: "Too large resource version",
	}}
	return err
}

func invalidOption(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusUnprocessableEntity,
		Reason: metav1.StatusReasonInvalid, Message: "ListOptions.meta.k8s.io \"\" is invalid: " + message,
	}}
}

// object makes the list that is sent.
func (p page) object(k kind, as string) (runtime.Object, error) {
	listMeta := metav1.ListMeta{
		ResourceVersion: strconv.FormatUint(p.revision, 10), Continue: p.next, RemainingItemCount: p.remaining,
	}
	if as == asMetadataList {
		list := &metav1.PartialObjectMetadataList{
			TypeMeta: metav1.TypeMeta{Kind: asMetadataList, APIVersion: metav1.SchemeGroupVersion.String()},
			ListMeta: listMeta, Items: make([]metav1.PartialObjectMetadata, 0, len(p.items)),
		}
		for _, it := range p.items {
			list.Items = append(list.Items, *partial(it))
		}
		return list, nil
	}
	gvk := k.gvk()
	gvk.Kind += "List"
	if !k.typed {
		list := &unstructured.UnstructuredList{Items: make([]unstructured.Unstructured, 0, len(p.items))}
		list.SetGroupVersionKind(gvk)
		list.SetResourceVersion(listMeta.ResourceVersion)
		list.SetContinue(listMeta.Continue)
		list.SetRemainingItemCount(listMeta.RemainingItemCount)
		for _, it := range p.items {
			list.Items = append(list.Items, *it.object.(*unstructured.Unstructured))
		}
		return list, nil
	}
	return typedList(gvk, listMeta, p.items)
}

func typedList(gvk schema.GroupVersionKind, listMeta metav1.ListMeta, items []*item) (runtime.Object, error) {
	list, err := scheme.Scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	objects := slices.Collect(func(yield func(runtime.Object) bool) {
		for _, it := range items {
			if !yield(it.object) {
				return
			}
		}
	})
	if err := meta.SetList(list, objects); err != nil {
		return nil, err
	}
	// Items of a typed list carry no apiVersion and kind of their own. They
	// are copies by now.
	err = meta.EachListItem(list, func(o runtime.Object) error {
		o.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		return nil
	})
	if err != nil {
		return nil, err
	}
	m, err := meta.ListAccessor(list)
	if err != nil {
		return nil, err
	}
	m.SetResourceVersion(listMeta.ResourceVersion)
	m.SetContinue(listMeta.Continue)
	m.SetRemainingItemCount(listMeta.RemainingItemCount)
	list.GetObjectKind().SetGroupVersionKind(gvk)
	return list, nil
}
