package demo

import (
	"encoding/json"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// counted says whether objects of the kind have a generation: those of apps,
// batch and OpenShift's apps do, and replication controllers.
func (k kind) counted() bool {
	switch k.Group {
	case "apps", "batch", "apps.openshift.io":
		return true
	}
	return k.Kind == "ReplicationController"
}

// count sets the generation of a changed object, which grows with its spec.
func (k kind) count(o runtime.Object, m metav1.Object, old *item) {
	switch {
	case !k.counted():
	case sameSpec(o, old.object):
		m.SetGeneration(old.meta.GetGeneration())
	default:
		m.SetGeneration(old.meta.GetGeneration() + 1)
	}
}

func sameSpec(a, b runtime.Object) bool { return reflect.DeepEqual(specOf(a), specOf(b)) }

// specOf gives the spec in its JSON form; nil if it has none.
func specOf(o runtime.Object) any {
	text, err := json.Marshal(o)
	if err != nil {
		return nil
	}
	var body struct {
		Spec any `json:"spec"`
	}
	if json.Unmarshal(text, &body) != nil {
		return nil
	}
	return body.Spec
}
