package controlplane

import (
	"slices"
	"testing"

	"golang.org/x/mod/modfile"
)

// Old versions name their staging modules by v0.0.0, some only by the folder
// that replaces them; what merely has a v0.0.0 date version is not of them.
func TestStagingModules(t *testing.T) {
	upstream, err := modfile.Parse("go.mod", []byte(`
module k8s.io/kubernetes
require (
	k8s.io/api v0.0.0
	k8s.io/utils v0.0.0-20260626114624-be93311217bd
	k8s.io/klog/v2 v2.130.1
)
replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/sample-controller => ./staging/src/k8s.io/sample-controller
	k8s.io/klog/v2 => k8s.io/klog/v2 v2.130.0
)`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"k8s.io/api", "k8s.io/sample-controller"}
	if got := stagingModules(upstream); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
