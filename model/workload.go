package model

import "time"

// Workload is a pod, or an object that carries a pod template. Only what
// decides about tokens is kept.
type Workload struct {
	Key
	Kind string // "Pod", "Deployment", "CronJob", …
	UID  string
	// Generation counts changes of the spec; 0 for pods, and where the server
	// does not count. Unlike resourceVersion it stands still while only the
	// status changes.
	Generation int64
	Created    time.Time
	// Account is the service account its pods run as; never empty: a missing
	// name is "default", as the admission plugin fills it in.
	Account string
	State   WorkloadState
	// Owner is the controlling object ("" Kind if none), for telling people
	// where to change a template.
	Owner Owner
	Node  string // pods only
	// Address is the pod's IP address; "" for templates, for pods that have none yet,
	// and for pods on the host's network, whose address is the node's.
	Address string
	// ManagedBy says which tool owns the manifest, as far as labels show it:
	// "Helm release x", "Argo CD", "Flux". "" if unknown.
	ManagedBy string
	// Secrets are all secrets that it names, tokens or not, in the order found.
	Secrets []SecretRef
	// BoundToken says that a projected serviceAccountToken volume is present:
	// the workload has a time-bound token of its own.
	BoundToken bool
}

// WorkloadState says whether a workload runs now. A workload that does not
// run still references its secrets: it will want them when it wakes up.
type WorkloadState uint8

// The states of a workload.
const (
	WorkloadActive    WorkloadState = iota // a pod that is pending or running; a template with replicas
	WorkloadFinished                       // a pod or job that succeeded or failed
	WorkloadZero                           // scaled to zero
	WorkloadSuspended                      // a suspended Job or CronJob, a paused rollout does not count
)

// String gives the word people read.
func (s WorkloadState) String() string {
	switch s {
	case WorkloadFinished:
		return "finished"
	case WorkloadZero:
		return "scaled to zero"
	case WorkloadSuspended:
		return "suspended"
	default:
		return "active"
	}
}

// SecretRef is one place in a pod spec that names a secret.
type SecretRef struct {
	Secret string // in the workload's own namespace: no pod can name another's
	How    RefKind
	// Where names the place inside the spec: a volume, or container and
	// variable, as people find it in the manifest.
	Where    string
	Optional bool
	// SubPath says that a container mounts a part of the volume by subPath: such
	// a file is never renewed. Mapped says that keys are mounted under other
	// names than their own. Both are for volumes only.
	SubPath, Mapped bool
}

// RefKind is the way in which something points at a secret.
type RefKind uint8

// The ways to point at a secret. The pod ones are those of upstream's own pod
// visitor (k8s.io/kubernetes pkg/api/v1/pod VisitPodSecretNames).
const (
	RefVolume      RefKind = iota // volumes[].secret
	RefProjected                  // volumes[].projected.sources[].secret
	RefEnv                        // env[].valueFrom.secretKeyRef
	RefEnvFrom                    // envFrom[].secretRef
	RefImagePull                  // imagePullSecrets of a pod or template
	RefVolumeOther                // azureFile, cephfs, cinder, csi, flexVolume, iscsi, rbd, scaleIO, storageos
	RefAccountPull                // imagePullSecrets of a ServiceAccount
	RefDockercfg                  // an OpenShift dockercfg secret made from it
	RefOAuthClient                // the account is an OpenShift OAuth client
)

var refKindWords = [...]string{
	RefVolume:      "secret volume",
	RefProjected:   "projected volume",
	RefEnv:         "environment variable",
	RefEnvFrom:     "environment from secret",
	RefImagePull:   "image pull secret",
	RefVolumeOther: "volume credentials",
	RefAccountPull: "account's image pull secret",
	RefDockercfg:   "dockercfg pair",
	RefOAuthClient: "OAuth client",
}

// String gives the words people read.
func (k RefKind) String() string { return refKindWords[k] }
