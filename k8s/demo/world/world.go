package world

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
)

// Canary begins every value of every Secret's data in the demo world, so that
// a test can prove that no such byte crossed the wire.
const Canary = "demo-not-a-token-data"

// CanaryAnnotation begins the value of the annotation
// openshift.io/token-secret.value, in which OpenShift up to 4.15 kept a live
// token. Metadata-only lists do carry it, here as there.
const CanaryAnnotation = "demo-not-a-token-annotation"

// World is a cluster as data. The zero value of every field is usable; Now
// should be set.
type World struct {
	// Name is what people call the cluster, as in a kubeconfig's context.
	Name string
	// Now is the fixed clock.
	Now time.Time
	// Version is the gitVersion that /version answers.
	Version string
	// User is who the client is, in refusals.
	User string
	// Objects are typed objects of k8s.io/api, or unstructured ones of the
	// kinds named in Resources.
	Objects []runtime.Object
	// Resources are kinds without Go types, served as JSON only.
	Resources []Resource
	// Gates and Counters are what /metrics shows.
	Gates    []Gate
	Counters map[string]int64
	// Forbidden is what RBAC does not allow; everything else is allowed.
	Forbidden []Forbidden
	// Flagz is the text of /flagz; "" means 404, as before 1.36.
	Flagz string
}

// Resource is a kind of object that an API server serves.
type Resource struct {
	Group      string `json:"group"` // "" for the core group
	Version    string `json:"version"`
	Resource   string `json:"resource"` // plural, as in paths and RBAC rules
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
}

// Gate is a feature gate as kubernetes_feature_enabled shows it.
type Gate struct {
	Name    string `json:"name"`
	Stage   string `json:"stage"` // "" for GA, else "ALPHA", "BETA", "DEPRECATED"
	Enabled bool   `json:"enabled"`
}

// Forbidden is a right that the client does not have.
type Forbidden struct {
	Group      string   `json:"group"`
	Resource   string   `json:"resource"`   // plural; "" if Path is set
	Namespaces []string `json:"namespaces"` // empty: everywhere
	Verbs      []string `json:"verbs"`      // empty: all
	Path       string   `json:"path"`       // a path that is no resource: "/metrics"
}

// Metrics is the text of /metrics, as far as it concerns tokens.
func (w *World) Metrics() string {
	var b strings.Builder
	if len(w.Gates) > 0 {
		b.WriteString("# HELP kubernetes_feature_enabled [BETA] This metric records the data about the stage and enablement of a k8s feature.\n" +
			"# TYPE kubernetes_feature_enabled gauge\n")
	}
	for _, g := range w.Gates {
		on := 0
		if g.Enabled {
			on = 1
		}
		fmt.Fprintf(&b, "kubernetes_feature_enabled{name=%q,stage=%q} %d\n", g.Name, g.Stage, on)
	}
	for _, name := range slices.Sorted(maps.Keys(w.Counters)) {
		fmt.Fprintf(&b, "# HELP %s [ALPHA] Cumulative tokens used\n# TYPE %s counter\n%s %d\n", name, name, name, w.Counters[name])
	}
	return b.String()
}
