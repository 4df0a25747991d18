package demo

import (
	"encoding/json"
	"net/http"
	"strings"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

// patched applies a patch to an object's JSON form, as the API server does.
// Server-side apply is not served.
func patched(r *http.Request, body []byte, k kind, old *item) (runtime.Object, error) {
	before, err := json.Marshal(old.object)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	after, err := applyPatch(types.PatchType(contentType), before, body, k)
	if err != nil {
		return nil, err
	}
	into, err := k.empty()
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	gvk := k.gvk()
	o, _, err := scheme.Codecs.SupportedMediaTypes()[0].Serializer.Decode(after, &gvk, into)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	return o, nil
}

func applyPatch(how types.PatchType, before, patch []byte, k kind) ([]byte, error) {
	switch {
	case how == types.JSONPatchType:
		p, err := jsonpatch.DecodePatch(patch)
		if err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		after, err := p.Apply(before)
		if err != nil {
			// A test that fails is a refusal, not a conflict.
			return nil, apierrors.NewGenericServerResponse(http.StatusUnprocessableEntity, "", schema.GroupResource{}, "", err.Error(), 0, false)
		}
		return after, nil
	case how == types.MergePatchType:
		after, err := jsonpatch.MergePatch(before, patch)
		if err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		return after, nil
	case how == types.StrategicMergePatchType && k.typed:
		shape, err := k.empty()
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		after, err := strategicpatch.StrategicMergePatch(before, patch, shape)
		if err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		return after, nil
	}
	return nil, unsupportedMedia("415: Unsupported Media Type")
}
