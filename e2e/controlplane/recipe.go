package controlplane

import (
	"fmt"
	"strings"
)

// recipeNumber is part of every cache key. Raise it when a change to this file
// or to build.go makes a different binary out of the same version.
const recipeNumber = 1

// recipe says how to make a set of binaries out of one Go module.
type recipe struct {
	name     string            // short name for cache keys and messages
	module   string            // the module that holds the main packages
	version  string            // its version, with the leading v
	commands map[string]string // binary name → main package
	staging  string            // version of the staging modules, "" if the module has none
	ldflags  string
}

// key names the recipe's result in the cache.
func (r recipe) key() string { return fmt.Sprintf("%s-%s-r%d", r.name, r.version, recipeNumber) }

func serverRecipe(r release) recipe {
	return recipe{
		name:    "kubernetes",
		module:  "k8s.io/kubernetes",
		version: r.module(),
		commands: map[string]string{
			"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
			"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
		},
		staging: r.staging(),
		ldflags: kubernetesLDFlags(r),
	}
}

func kubectlRecipe(r release) recipe {
	return recipe{
		name:     "kubectl",
		module:   "k8s.io/kubernetes",
		version:  r.module(),
		commands: map[string]string{"kubectl": "k8s.io/kubernetes/cmd/kubectl"},
		staging:  r.staging(),
		ldflags:  kubernetesLDFlags(r),
	}
}

func etcdRecipe() recipe {
	return recipe{
		name:     "etcd",
		module:   "go.etcd.io/etcd/server/v3",
		version:  "v" + EtcdVersion,
		commands: map[string]string{"etcd": "go.etcd.io/etcd/server/v3"},
		ldflags:  "-s -w",
	}
}

// kubernetesLDFlags stamps the version into both packages that report one.
// Without the stamp a server answers v0.0.0-master on /version, and everything
// that decides by version decides wrongly.
func kubernetesLDFlags(r release) string {
	flags := []string{"-s", "-w"}
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		flags = append(flags,
			fmt.Sprintf("-X %s.gitVersion=%s", pkg, r.module()),
			fmt.Sprintf("-X %s.gitMajor=1", pkg),
			fmt.Sprintf("-X %s.gitMinor=%d", pkg, r.minor),
		)
	}
	return strings.Join(flags, " ")
}
