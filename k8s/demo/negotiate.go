package demo

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/munnerz/goautoneg"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// The transformations that a client may ask for in its Accept header.
const (
	asIs           = ""
	asMetadata     = "PartialObjectMetadata"
	asMetadataList = "PartialObjectMetadataList"
)

// media is the form in which a client wants its answer.
type media struct {
	info runtime.SerializerInfo
	as   string
}

// negotiate picks the first clause of the Accept header that can be served.
// Clauses that ask for something else (tables, aggregated discovery) are passed
// over, as on a server that does not know them.
func negotiate(r *http.Request, k kind) (media, error) {
	header := r.Header.Get("Accept")
	if header == "" {
		header = "*/*"
	}
	for _, clause := range goautoneg.ParseAccept(header) {
		as, known := transformation(clause.Params)
		if !known {
			continue
		}
		for _, info := range scheme.Codecs.SupportedMediaTypes() {
			if clause.Type != "*" && clause.Type != info.MediaTypeType ||
				clause.SubType != "*" && clause.SubType != info.MediaTypeSubType {
				continue
			}
			if info.MediaType == runtime.ContentTypeProtobuf && !k.typed && as == asIs {
				// Custom resources have no protobuf form; their metadata does.
				continue
			}
			return media{info, as}, nil
		}
	}
	return media{}, notAcceptable("only the following media types are accepted: " + mediaTypes(k))
}

func transformation(params map[string]string) (as string, known bool) {
	as = params["as"]
	switch {
	case as == asIs:
		return as, true
	case (as == asMetadata || as == asMetadataList) && params["g"] == metav1.GroupName && params["v"] == "v1":
		return as, true
	}
	return "", false
}

func mediaTypes(k kind) string {
	var types []string
	for _, info := range scheme.Codecs.SupportedMediaTypes() {
		if info.MediaType != runtime.ContentTypeProtobuf || k.typed {
			types = append(types, info.MediaType)
		}
	}
	return strings.Join(types, ", ")
}

// statusMedia is the form for errors: the client's own where it has one.
func statusMedia(r *http.Request) media {
	if m, err := negotiate(r, kind{typed: true}); err == nil {
		return m
	}
	return media{info: scheme.Codecs.SupportedMediaTypes()[0]}
}

// decode reads a request body into an object of the kind.
func decode(r *http.Request, body []byte, k kind) (runtime.Object, error) {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if contentType == "" {
		contentType = runtime.ContentTypeJSON
	}
	info, ok := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), contentType)
	if !ok || info.MediaType == runtime.ContentTypeProtobuf && !k.typed {
		return nil, unsupportedMedia("the body of the request was in an unknown format - accepted media types include: " + mediaTypes(k))
	}
	into, err := k.empty()
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	gvk := k.gvk()
	o, got, err := info.Serializer.Decode(body, &gvk, into)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	if *got != gvk {
		return nil, apierrors.NewBadRequest(got.Kind + " in version \"" + got.GroupVersion().String() + "\" cannot be handled as a " + k.Kind)
	}
	return o, nil
}

// partial gives an object's metadata as an object of its own.
func partial(it *item) *metav1.PartialObjectMetadata {
	m := it.meta
	if typed, ok := m.(metav1.ObjectMetaAccessor); ok {
		m = typed.GetObjectMeta()
	}
	p := meta.AsPartialObjectMetadata(m)
	p.TypeMeta = metav1.TypeMeta{Kind: asMetadata, APIVersion: metav1.SchemeGroupVersion.String()}
	return p
}

func (c *call) send(code int, mediaType string, body []byte) {
	c.w.Header().Set("Content-Type", mediaType)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(code)
	// A client that went away needs no answer.
	_, _ = c.w.Write(body)
}

// errNoSuchPath is what the API server says to a path that it does not serve.
var errNoSuchPath = &apierrors.StatusError{ErrStatus: metav1.Status{
	Status: metav1.StatusFailure, Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound,
	Message: "the server could not find the requested resource", Details: &metav1.StatusDetails{},
}}

func notAcceptable(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotAcceptable,
		Reason: metav1.StatusReasonNotAcceptable, Message: message,
	}}
}

func unsupportedMedia(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusUnsupportedMediaType,
		Reason: metav1.StatusReasonUnsupportedMediaType, Message: message,
	}}
}

// forbidden is RBAC's refusal, in the words of k8s.io/apiserver
// pkg/endpoints/handlers/responsewriters/errors.go.
func (t target) forbidden(user string) error {
	where := "at the cluster scope"
	if t.namespace != "" {
		where = `in the namespace "` + t.namespace + `"`
	}
	return apierrors.NewForbidden(t.gr(), t.name, errors.New(`User "`+user+`" cannot `+t.verb+` resource "`+
		t.ruled().Resource+`" in API group "`+t.gr().Group+`" `+where))
}
