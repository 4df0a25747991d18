package knowledge

import (
	"sync"
	"time"

	"timebound/model"
)

// Migration is what is written about the way from long-lived to time-bound
// tokens, beside what model.Knowledge has for judging. It is shared: callers
// must not write to it.
type Migration struct {
	model.Knowledge
	Behaviours []Behaviour
	Providers  []Provider
	Policies   []Policy
	Steps      []StepInfo
	Ways       []Way
	Readers    []Reader
	Needs      []GateNeed

	steps map[string]int
}

// Proof says how well a fact is known.
type Proof string

// The proofs.
const (
	ProofSource   Proof = "source"   // read in the code of that version
	ProofRun      Proof = "run"      // seen on a running control plane too
	ProofDocument Proof = "document" // a provider's document; may change without a word
	ProofInferred Proof = "inferred" // follows from other facts; nobody has seen it
)

// Proven says that a fact may be told without a reservation.
func (p Proof) Proven() bool { return p == ProofSource || p == ProofRun }

// Behaviour is one thing that Kubernetes does by itself, through the versions.
type Behaviour struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Component model.Component  `json:"component"`
	States    []BehaviourState `json:"states"`
}

// BehaviourState is what a Behaviour is in a run of minors.
type BehaviourState struct {
	From   int    `json:"from"`
	To     int    `json:"to"` // 0: the newest known minor too
	Text   string `json:"text"`
	Change string `json:"change"` // what From brings, for who upgrades to it; "" if not worth a word
	Proof  Proof  `json:"proof"`
	Cite   string `json:"cite"`
}

// At gives the state in a minor. Minors before the first known one have the
// first state.
func (b Behaviour) At(minor int) BehaviourState {
	for _, s := range b.States {
		if s.To == 0 || minor <= s.To {
			return s
		}
	}
	return BehaviourState{}
}

// Provider is what a platform does in its own way.
type Provider struct {
	Platform model.PlatformID `json:"platform"`
	Form     Form             `json:"form"`
	// Versions maps the platform's versions to minors; nil if it has none.
	Versions map[string]int `json:"versions"`
	// Extension is the life of an extended pod token, if it is not upstream's
	// year: a Go duration.
	Extension string         `json:"extension"`
	Facts     []ProviderFact `json:"facts"`
}

// Form is how a flag or gate is set on a platform.
type Form string

// The forms.
const (
	FormManifest  Form = "manifest"  // an argument in a static pod's manifest
	FormKubeadm   Form = "kubeadm"   // extraArgs in kubeadm's ClusterConfiguration
	FormK3s       Form = "k3s"       // kube-apiserver-arg in the server's config.yaml
	FormOpenShift Form = "openshift" // rendered by operators
	FormProvider  Form = "provider"  // nobody but the provider sets it
)

// ProviderFact is one thing to know about a platform.
type ProviderFact struct {
	ID     string `json:"id"`
	About  string `json:"about"` // a flag, gate or behaviour
	From   int    `json:"from"`  // minors for which it holds; 0 is open
	To     int    `json:"to"`
	Text   string `json:"text"`
	Proof  Proof  `json:"proof"`
	Source string `json:"source"`
}

// In says that the fact holds in a minor.
func (f ProviderFact) In(minor int) bool {
	return (f.From == 0 || minor >= f.From) && (f.To == 0 || minor <= f.To)
}

// ExtendedLife gives the life of an extended pod token on the platform.
// Upstream's is a year (k8s.io/kubernetes pkg/serviceaccount/claims.go,
// ExpirationExtensionSeconds).
func (p Provider) ExtendedLife() time.Duration {
	if d, err := time.ParseDuration(p.Extension); err == nil && d > 0 {
		return d
	}
	return 365 * 24 * time.Hour
}

// StepInfo is what is always true of a step.
type StepInfo struct {
	Code   string   `json:"code"`
	Phase  string   `json:"phase"`
	Title  string   `json:"title"` // with a %s per argument
	Done   string   `json:"done"`  // said when there is nothing to do; "" repeats the title
	Why    string   `json:"why"`
	Verify []string `json:"verify"`
	Undo   string   `json:"undo"`
	Cite   string   `json:"cite"` // what the step states of Kubernetes; "" if nothing
}

// Way is one way in which somebody outside can do without a long-lived token.
type Way struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	How      string `json:"how"`
	Good     string `json:"good"`
	Bad      string `json:"bad"`
	Needs    string `json:"needs"`
	HandOver string `json:"handOver"`
	// Platforms says what it is called where only some platforms have it; nil
	// for all.
	Platforms map[model.PlatformID]string `json:"platforms"`
	Proof     Proof                       `json:"proof"`
	Source    string                      `json:"source"`
}

// Reader is a tool that is known to read .secrets of an account. A trailing *
// matches any ending.
type Reader struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Namespace string `json:"namespace"`
	Account   string `json:"account"`
	Why       string `json:"why"`
	Source    string `json:"source"`
}

// GateNeed is a gate that must not be off while another one is on.
type GateNeed struct {
	Gate    string `json:"gate"`
	From    int    `json:"from"`
	To      int    `json:"to"`
	Because string `json:"because"`
	Cite    string `json:"cite"`
}

// Need says why a gate must not be off in a minor; "" if it may be.
func (m *Migration) Need(gate string, minor int) string {
	for _, n := range m.Needs {
		if n.Gate == gate && minor >= n.From && minor <= n.To {
			return n.Because
		}
	}
	return ""
}

var migrationOnce = sync.OnceValues(readMigration)

// LoadMigration gives the embedded knowledge about the migration, read once.
func LoadMigration() (*Migration, error) { return migrationOnce() }

func readMigration() (*Migration, error) {
	know, err := Load()
	if err != nil {
		return nil, err
	}
	m := &Migration{Knowledge: know, steps: map[string]int{}}
	for name, out := range map[string]any{
		"behaviours.yaml": &m.Behaviours, "providers.yaml": &m.Providers, "policies.yaml": &m.Policies,
		"steps.yaml": &m.Steps, "ways.yaml": &m.Ways, "readers.yaml": &m.Readers, "needs.yaml": &m.Needs,
	} {
		if err := decode(name, out); err != nil {
			return nil, err
		}
	}
	for i, s := range m.Steps {
		m.steps[s.Code] = i
	}
	return m, nil
}

// Step looks a step up; false if there is none of that code.
func (m *Migration) Step(code string) (StepInfo, bool) {
	i, ok := m.steps[code]
	if !ok {
		return StepInfo{Code: code}, false
	}
	return m.Steps[i], true
}

// Provider gives what is known of a platform. A platform that is not listed is
// treated as plain Kubernetes.
func (m *Migration) Provider(id model.PlatformID) Provider {
	for _, p := range m.Providers {
		if p.Platform == id {
			return p
		}
	}
	return Provider{Platform: id, Form: FormManifest}
}

// Behaviour looks a behaviour up; the zero Behaviour if there is none.
func (m *Migration) Behaviour(id string) Behaviour {
	for _, b := range m.Behaviours {
		if b.ID == id {
			return b
		}
	}
	return Behaviour{}
}
