package agent

// Agent is what a User-Agent header says. All its strings are safe to show and
// bounded, whatever was sent.
type Agent struct {
	// Product is the name as sent, without version: "kubectl",
	// "argocd-application-controller", "OpenAPI-Generator". "" if none was sent.
	Product string
	// Version is what was sent after the product, without a leading v: "1.28.5".
	// It is "" where nothing was sent, or a constant that says nothing, as v0.0.0
	// of Go programs built outside of Kubernetes.
	Version string
	// Platform is operating system and processor as sent: "linux/amd64".
	Platform string
	// Part is what a program says of the part of it that asks:
	// "system:serviceaccount:kube-system:job-controller", "leader-election",
	// "cluster c-8z5tw".
	Part    string
	Library Library
	Kind    Kind
	// Program is the name for people of a program that is known: "Argo CD
	// application controller". "" if it is not.
	Program string
	// Raw is the whole header, safe to show, and cut if it was long.
	Raw string
}

// Kind is what sort of thing a program is, in the word people read.
type Kind string

// The kinds of program.
const (
	KindNone         Kind = "unnamed"            // nothing was sent
	KindUnknown      Kind = "unknown"            // a name that says nothing
	KindLibrary      Kind = "library"            // the library shows, the program does not
	KindControlPlane Kind = "control plane"      // Kubernetes itself
	KindNode         Kind = "node"               // kubelet, network and storage plug-ins
	KindTool         Kind = "tool"               // what a person types, or a script
	KindPipeline     Kind = "pipeline"           // builds and deploys
	KindGitOps       Kind = "gitops"             // puts a repository's content into a cluster
	KindFleet        Kind = "fleet"              // manages several clusters, often from another one
	KindOperator     Kind = "operator"           // a controller for something else
	KindMonitoring   Kind = "monitoring"         // metrics, logs, scanners
	KindMesh         Kind = "mesh"               // service mesh and ingress
	KindSecrets      Kind = "secrets"            // keeps or hands out secrets
	KindBackup       Kind = "backup"             // copies a cluster's content
	KindRegistry     Kind = "container registry" // keeps images
)

// Title names the sender for people: "kubectl 1.28.5", "Python client 11.0.0",
// "Argo CD application controller", "manager".
func (a Agent) Title() string {
	title := a.Program
	switch {
	case a.Kind == KindNone:
		return "a client without a name"
	case title == "" && a.Library.names():
		title = a.Library.Title()
	case title == "":
		title = a.Product
	}
	if a.Version != "" {
		title += " " + a.Version
	}
	if a.Part != "" {
		title += " (" + a.Part + ")"
	}
	return title
}

// Family is the sender without version and part, to count all versions of it
// together: "kubectl", "Python client", "Argo CD application controller".
func (a Agent) Family() string {
	a.Version, a.Part = "", ""
	return a.Title()
}
