package world

// The shapes of the YAML files. Ages are spans before the world's clock
// ("412d", "6h"), or dates ("2024-03-05").

// clusterFile is cluster.yaml.
type clusterFile struct {
	Name    string `json:"name"`
	Now     string `json:"now"` // RFC 3339
	Version string `json:"version"`
	User    string `json:"user"`
	// TrackingSince is the day on which the API server began to write
	// last-used labels.
	TrackingSince string `json:"trackingSince"`
	// CleanerSince is the day of the upstream cleaner's first pass; tokens
	// that it would have switched off by now carry its label.
	CleanerSince string `json:"cleanerSince"`
	// TokensMadeUntil is the day of the upgrade to 1.24: accounts of older
	// namespaces have an auto-generated token.
	TokensMadeUntil string `json:"tokensMadeUntil"`
	// PairsMadeUntil is the day of the upgrade to OpenShift 4.16: accounts of
	// older namespaces have a registry token and its dockercfg secret, younger
	// ones a bound pull secret.
	PairsMadeUntil string           `json:"pairsMadeUntil"`
	Nodes          []nodeRow        `json:"nodes"`
	Gates          []Gate           `json:"gates"`
	Counters       map[string]int64 `json:"counters"`
	Forbidden      []Forbidden      `json:"forbidden"`
	Resources      []Resource       `json:"resources"`
	// Objects are written out in full: what other kinds the cluster shows.
	Objects []map[string]any `json:"objects"`
	// ConfigMaps maps namespace/name to the data.
	ConfigMaps map[string]map[string]string `json:"configMaps"`
}

type nodeRow struct {
	Name    string `json:"name"`
	Role    string `json:"role"`
	Created string `json:"created"`
}

// namespacesFile is every other file.
type namespacesFile struct {
	Namespaces []namespaceRow `json:"namespaces"`
}

type namespaceRow struct {
	Name        string            `json:"name"`
	Created     string            `json:"created"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	// Standard shapes the accounts that OpenShift puts into every namespace:
	// default, builder and deployer. Leave it out in namespaces without them.
	Standard *standardRow `json:"standard"`
	Accounts []accountRow `json:"accounts"`
	// Orphans are tokens whose account does not exist.
	Orphans   []tokenRow    `json:"orphans"`
	Secrets   []secretRow   `json:"secrets"` // of other types
	Workloads []workloadRow `json:"workloads"`
}

// standardRow says what became of the standard accounts' tokens.
type standardRow struct {
	// Tokens is "removed" where somebody deleted the auto-generated ones.
	Tokens string `json:"tokens"`
	// Used gives the last use of the auto-generated tokens, by account.
	Used map[string]string `json:"used"`
	// PairsUsed gives the last use of the registry tokens, by account.
	PairsUsed map[string]string `json:"pairsUsed"`
}

type accountRow struct {
	Name        string            `json:"name"`
	Created     string            `json:"created"` // default: as the namespace
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Tokens      []tokenRow        `json:"tokens"`
	// AlsoLists are names in .secrets that are no tokens of this account:
	// dangling ones, or other secrets.
	AlsoLists []string `json:"alsoLists"`
	Pull      []string `json:"pull"` // imagePullSecrets
	// Pair gives the account a registry token with its dockercfg secret. The
	// value is the last use of that token, "never" for none.
	Pair string `json:"pair"`
	// AutomountOff sets automountServiceAccountToken to false.
	AutomountOff bool `json:"automountOff"`
}

type tokenRow struct {
	// Name defaults to ACCOUNT-token-xxxxx.
	Name    string `json:"name"`
	Account string `json:"account"` // orphans only
	// Listed puts the name into the account's .secrets, which is what makes a
	// token auto-generated.
	Listed  bool   `json:"listed"`
	Created string `json:"created"` // default: as the account
	// Used is the last use: "3d" ago, "0d" for today, or any other text to be
	// the label's value as it stands.
	Used string `json:"used"`
	// InvalidSince is the same for the label that switches the token off.
	InvalidSince string `json:"invalidSince"`
	// Remade gives the token the UID of an account that was deleted and made
	// anew under the same name.
	Remade      bool              `json:"remade"`
	Deleting    string            `json:"deleting"` // when deletion began
	Finalizers  []string          `json:"finalizers"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	// Owner is the controlling object, "Kind/name".
	Owner string `json:"owner"`
}

type secretRow struct {
	Name        string            `json:"name"`
	Type        string            `json:"type"`    // default Opaque
	Created     string            `json:"created"` // default: as the namespace
	Keys        []string          `json:"keys"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

type workloadRow struct {
	// Kind is Deployment, StatefulSet, DaemonSet, ReplicaSet,
	// ReplicationController, Job, CronJob, DeploymentConfig or Pod.
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Created string `json:"created"` // default: as the namespace
	// Account is the service account; default "default".
	Account string `json:"account"`
	// Replicas is the number of pods, default 1 (a DaemonSet's default is one
	// for each worker); 0 is scaled to zero.
	Replicas  *int   `json:"replicas"`
	Suspended bool   `json:"suspended"` // Job, CronJob
	Schedule  string `json:"schedule"`  // CronJob
	// Finished is for Jobs and Pods: "Succeeded" or "Failed".
	Finished string `json:"finished"`
	// Managed says who owns the manifest: "helm RELEASE", "argocd APP",
	// "flux NAME".
	Managed     string            `json:"managed"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Image       string            `json:"image"`
	// The ways in which it names secrets.
	Volumes      []string          `json:"volumes"`
	Projected    []string          `json:"projected"`
	Env          map[string]string `json:"env"`     // variable: secret
	InitEnv      map[string]string `json:"initEnv"` // of an init container
	EnvFrom      []string          `json:"envFrom"`
	DebugEnv     map[string]string `json:"debugEnv"` // of an ephemeral container, pods only
	CSI          []string          `json:"csi"`      // nodePublishSecretRef
	Pull         []string          `json:"pull"`
	OptionalRefs bool              `json:"optionalRefs"` // volumes and env are optional
	// NoToken switches the automatic time-bound token off.
	NoToken bool `json:"noToken"`
}
