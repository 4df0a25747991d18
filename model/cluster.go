package model

import "time"

// Cluster is what is known of the control plane. Everything here is an
// observation; what follows from observations and versions is a Setting.
type Cluster struct {
	Context  string // kubeconfig context; "" in-cluster
	Server   string // address of the API server
	UID      string // UID of the kube-system namespace, the cluster's identity; "" if not readable
	Servers  []ServerVersion
	Platform Platform
	Tracking Tracking
	// Observed holds every gate and flag value that was seen, with its
	// source; one name may be seen several times, with different values.
	Observed []Observation
	// Refused counts the uses of switched-off tokens that were refused, by the one
	// API server that answered and since it started; of which tokens it does not
	// say.
	Refused Counter
	// Counters is what API servers count of tokens, one by one where they can be
	// reached.
	Counters Counters
	// ClockSkew is the server's clock minus ours; 0 if not measured.
	ClockSkew time.Duration
}

// Counter is a number that a server counts, if it could be read.
type Counter struct {
	Known bool
	Value int64
}

// ServerVersion is a version that an API server behind the address answered.
// Several servers behind one address may differ during an upgrade.
type ServerVersion struct {
	Version Version
	Answers int // how many probes got this answer
}

// Platform is who runs the control plane, as far as the API shows it.
type Platform struct {
	ID      PlatformID
	Version string // the platform's own version ("4.14.8"); "" if it has none
	How     string // what gave it away, for people: "API group config.openshift.io"
}

// PlatformID names a platform.
type PlatformID string

// The platforms that are told apart.
const (
	PlatformPlain      PlatformID = "kubernetes" // nothing else was recognised
	PlatformOpenShift  PlatformID = "openshift"
	PlatformEKS        PlatformID = "eks"
	PlatformAKS        PlatformID = "aks"
	PlatformGKE        PlatformID = "gke"
	PlatformCCE        PlatformID = "cce"
	PlatformACK        PlatformID = "ack"
	PlatformK3s        PlatformID = "k3s"
	PlatformRKE2       PlatformID = "rke2"
	PlatformKubeadm    PlatformID = "kubeadm"
	PlatformMicroShift PlatformID = "microshift"
)

// Tracking is the configmap kube-system/kube-apiserver-legacy-service-account-token-tracking:
// present if some API server writes last-used labels (1.26 and later).
type Tracking struct {
	State TrackingState
	Since DayLabel // data.since
}

// FirstDay is the first whole day on which uses were recorded; false if that is
// not known. The day itself was recorded only in part, so upstream's cleaner
// does not count it either.
func (t Tracking) FirstDay() (Day, bool) {
	return t.Since.Day + 1, t.State == TrackingPresent && t.Since.Valid
}

// WholeDays counts the days up to today for which uses were recorded; 0 if that
// is not known.
func (t Tracking) WholeDays(today Day) int {
	first, known := t.FirstDay()
	if !known {
		return 0
	}
	return max(0, int(today-first))
}

// TrackingState says whether the tracking configmap could be read.
type TrackingState uint8

// The states of the tracking configmap.
const (
	TrackingPending    TrackingState = iota // not asked yet
	TrackingPresent                         // read
	TrackingAbsent                          // the API server says that there is none
	TrackingUnreadable                      // forbidden or failed
)

// Observation is one value of a gate or flag, as seen somewhere.
type Observation struct {
	Component Component
	Kind      SettingKind
	Name      string
	Value     string // "true"/"false" for gates; the flag's value otherwise
	Source    Source
	Where     string // the exact place, for people: "pod kube-system/kube-apiserver-cp1", "GET /metrics"
	// NotGiven says that the whole command line was seen and the flag is not on
	// it: Value is the default, and it is what runs.
	NotGiven bool
}

// Component is a control plane process.
type Component string

// The components whose settings matter.
const (
	APIServer         Component = "kube-apiserver"
	ControllerManager Component = "kube-controller-manager"
	Kubelet           Component = "kubelet"
)

// SettingKind tells gates from flags.
type SettingKind uint8

// The kinds of setting.
const (
	SettingGate SettingKind = iota
	SettingFlag
)

// String gives the word people read.
func (k SettingKind) String() string {
	if k == SettingFlag {
		return "flag"
	}
	return "gate"
}

var platformTitles = map[PlatformID]string{
	PlatformPlain: "Kubernetes", PlatformOpenShift: "OpenShift", PlatformMicroShift: "MicroShift",
	PlatformEKS: "Amazon EKS", PlatformAKS: "Azure AKS", PlatformGKE: "Google GKE", PlatformCCE: "Huawei CCE",
	PlatformACK: "Alibaba ACK", PlatformK3s: "k3s", PlatformRKE2: "RKE2", PlatformKubeadm: "kubeadm",
}

// Title gives the platform's name for people, with its version if it has one:
// "OpenShift 4.16.8". "" if the platform is not known.
func (p Platform) Title() string {
	title, known := platformTitles[p.ID]
	if !known {
		title = string(p.ID)
	}
	if p.Version != "" {
		title += " " + p.Version
	}
	return title
}
