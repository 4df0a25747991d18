package model

import "time"

// The names that Kubernetes and OpenShift give to the metadata Timebound
// reads. Sources: k8s.io/api/core/v1 types.go, k8s.io/kubernetes
// pkg/serviceaccount/legacy.go, openshift/openshift-controller-manager
// pkg/internalregistry.
const (
	TypeToken      = "kubernetes.io/service-account-token"
	TypeDockercfg  = "kubernetes.io/dockercfg"
	TypeDockerJSON = "kubernetes.io/dockerconfigjson"

	AnnotationAccountName = "kubernetes.io/service-account.name"
	AnnotationAccountUID  = "kubernetes.io/service-account.uid"
	AnnotationCreatedBy   = "kubernetes.io/created-by"
	LabelLastUsed         = "kubernetes.io/legacy-token-last-used"
	LabelInvalidSince     = "kubernetes.io/legacy-token-invalid-since"

	// OpenShift up to 4.15 keeps the live token in this annotation, so it is
	// dropped the moment an object arrives.
	AnnotationOpenShiftTokenValue = "openshift.io/token-secret.value"
	AnnotationOpenShiftTokenName  = "openshift.io/token-secret.name"
	AnnotationOpenShiftBinding    = "openshift.io/internal-registry-auth-token.binding"
)

// Token is a Secret of type kubernetes.io/service-account-token, seen without
// its bytes. A Token is immutable once it is in an Inventory: watches replace
// it, they never write to it.
type Token struct {
	Key
	UID             string
	ResourceVersion string
	Account         string // annotation kubernetes.io/service-account.name; "" if missing
	AccountUID      string // annotation kubernetes.io/service-account.uid; "" if missing
	Created         time.Time
	Deleting        time.Time // deletionTimestamp; zero if not being deleted
	Finalizers      []string
	LastUsed        DayLabel // label kubernetes.io/legacy-token-last-used
	InvalidSince    DayLabel // label kubernetes.io/legacy-token-invalid-since
	CreatedBy       string   // annotation kubernetes.io/created-by
	Owners          []Owner  // ownerReferences
	// Labels and Annotations hold what is left after the known ones above,
	// values that may carry secrets, and kubectl's last-applied copy are gone.
	// They are nil for most tokens.
	Labels      map[string]string
	Annotations map[string]string
}

// PullSecret is an OpenShift dockercfg Secret that stands beside a token: a
// Secret of type kubernetes.io/dockercfg, metadata only, its live-token
// annotation dropped on arrival.
type PullSecret struct {
	Key
	UID         string
	Account     string // annotation kubernetes.io/service-account.name
	TokenSecret string // annotation openshift.io/token-secret.name: the Token it was made from; "" for bound ones
	Bound       bool   // made from a bound token (OpenShift 4.16 and later): never a finding
	Deleting    time.Time
}

// Owner is an ownerReference: who made the object and lets it go.
type Owner struct {
	Kind       string
	Name       string
	UID        string
	Controller bool
}

// Account is a ServiceAccount.
type Account struct {
	Key
	UID              string
	ResourceVersion  string
	Created          time.Time
	Deleting         time.Time
	Secrets          []string // .secrets[].name
	ImagePullSecrets []string // .imagePullSecrets[].name
	// AutomountOff says that automountServiceAccountToken is set to false.
	AutomountOff bool
	// EnforceMountable says that kubernetes.io/enforce-mountable-secrets is
	// "true": pods may only mount what .secrets lists, so dropping an entry
	// can stop pods.
	EnforceMountable bool
	// OAuthClient says that OpenShift's OAuth server may accept every token
	// of this account as a client secret. Such a use leaves no trace.
	OAuthClient bool
}

// Node is a machine of the cluster, as far as versions go.
type Node struct {
	Name           string
	KubeletVersion string
	ProviderID     string
	Addresses      []string // IP addresses
}
