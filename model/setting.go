package model

// Setting is the value of a gate or flag with the way it is known.
type Setting struct {
	Component Component
	Kind      SettingKind
	Name      string
	Value     string // "" if Source is SourceUnknown
	Source    Source
	Where     string // the exact place or rule, for people
	// Others are further observations that say something else: servers that
	// differ, or a configured value that the running process contradicts.
	Others []Observation
	// Why says in one line what the setting does to tokens.
	Why string
}

// Source says how a value is known, from the strongest to the weakest.
type Source uint8

// The sources of a value. A lock outweighs what is only inferred or intended.
const (
	SourceProcess  Source = iota + 1 // the running process itself: /flagz, /metrics of the component that reads the gate, static pod arguments
	SourceRendered                   // the configuration the process was started from: OpenShift's rendered config
	SourceLocked                     // the version allows no other value
	SourceEvidence                   // an object that only this value leaves behind: the tracking configmap
	SourceConfig                     // an intention: the kubeadm configmap
	SourceDefault                    // the default of the version; somebody may have set it otherwise
	SourceProvider                   // a provider's document
	SourceUnknown                    // cannot be known from here
)

var sourceWords = [...]string{
	SourceProcess:  "observed",
	SourceRendered: "observed",
	SourceEvidence: "inferred",
	SourceConfig:   "configured",
	SourceLocked:   "locked by version",
	SourceDefault:  "version default",
	SourceProvider: "provider document",
	SourceUnknown:  "unknown",
}

// String gives the words people read.
func (s Source) String() string { return sourceWords[s] }

// GateTable is what the source says of each feature gate, minor by minor.
type GateTable struct {
	Gates []GateHistory
	// Newest is the newest minor that the table covers.
	Newest int
}

// GateHistory is one gate through the versions.
type GateHistory struct {
	Name    string
	Readers []GateReader
	Minors  map[int]GateState // absent: the name is not registered in that minor
	Why     string            // what the gate does to tokens, in one line
}

// GateReader says which component reads the gate in which minors. A gate's
// value in another component's metrics is only an inference.
type GateReader struct {
	From, To   int
	Components []Component
}

// GateState is a gate in one minor.
type GateState struct {
	Stage   string // "alpha", "beta", "GA"
	Default bool
	Locked  bool
	Cite    string // where in the source this stands
}
