package trim

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// managedBy tells which tool owns an object's manifest, from the marks the
// tools leave; "" if there are none. A change made beside the tool would be
// undone by it, so people have to know. Argo CD and Flux come before Helm:
// where both are seen, they drive it.
func managedBy(m *metav1.ObjectMeta) string {
	// Argo CD's tracking id is APP:GROUP/KIND:NAMESPACE/NAME
	// (argo-cd docs/user-guide/resource_tracking.md).
	if id := m.Annotations["argocd.argoproj.io/tracking-id"]; id != "" {
		app, _, _ := strings.Cut(id, ":")
		return named("Argo CD", app)
	}
	if app := m.Labels["argocd.argoproj.io/instance"]; app != "" {
		return named("Argo CD", app)
	}
	if name := m.Labels["kustomize.toolkit.fluxcd.io/name"]; name != "" {
		return named("Flux", name)
	}
	if name := m.Labels["helm.toolkit.fluxcd.io/name"]; name != "" {
		return named("Flux", name)
	}
	if m.Labels["app.kubernetes.io/managed-by"] == "Helm" {
		return named("Helm release", m.Annotations["meta.helm.sh/release-name"])
	}
	return ""
}

func named(tool, name string) string {
	if name == "" {
		return strings.TrimSuffix(tool, " release")
	}
	return shared(tool + " " + tame(name))
}
