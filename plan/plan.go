package plan

import (
	"time"

	"timebound/model"
	"timebound/plan/knowledge"
)

// The type of the file that a plan is written to.
const (
	APIVersion = "timebound/v1"
	Kind       = "Plan"
)

// Minor is a minor version of Kubernetes: 30 stands for 1.30.
type Minor = knowledge.Minor

// Plan is the way of one cluster from the version it runs to a target. It is
// also the shape of the plan file: field names and their order are part of it.
type Plan struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Hash is over everything else in the plan; "" until it is written.
	Hash    string           `json:"hash,omitempty"`
	Cluster Cluster          `json:"cluster"`
	Inputs  Inputs           `json:"inputs"`
	From    Minor            `json:"from"`
	Target  Minor            `json:"target"`
	Policy  knowledge.Policy `json:"policy"`
	Hops    []Hop            `json:"hops"`
	// Tokens are all tokens with their verdicts, in the order of their names: one
	// line each, so that two plans can be told apart.
	Tokens []Judged `json:"tokens,omitempty"`
	// Forecast is what the cluster's own cleaner does if nobody acts.
	Forecast Forecast `json:"forecast"`
	// Impact is what each setting does to each kind of token here.
	Impact Impact `json:"impact"`
}

// Cluster says which cluster a plan belongs to. A plan is never carried out on
// another one.
type Cluster struct {
	Name     string `json:"name"`   // context, or address
	UID      string `json:"uid"`    // of the kube-system namespace; "" if not readable
	Server   string `json:"server"` // address of the API server
	Version  string `json:"version"`
	Platform string `json:"platform,omitempty"`
}

// Inputs says what a plan was made from, and how complete that was.
type Inputs struct {
	Taken  time.Time `json:"taken"`
	AsOf   model.Day `json:"asOf"`
	Tokens int       `json:"tokens"`
	// IdleAfterDays and MinWatchDays are the windows that verdicts go by.
	IdleAfterDays int `json:"idleAfterDays"`
	MinWatchDays  int `json:"minWatchDays"`
	// Namespaces are those that were asked for; none stands for all.
	Namespaces []string `json:"namespaces,omitempty"`
	// NotSeen are the blind spots of the whole cluster.
	NotSeen []Evidence `json:"notSeen,omitempty"`
}

// Evidence is one coded statement that something stands on.
type Evidence struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Position says where a hop lies from where the cluster stands.
type Position string

// The positions.
const (
	Past  Position = "past"  // the cluster runs a later version already
	Here  Position = "here"  // the version that runs now
	Ahead Position = "ahead" // still to come
)

// Hop is a run of minors that are upgraded through, or, where From is To, the
// version that runs now.
type Hop struct {
	From     Minor    `json:"from"`
	To       Minor    `json:"to"`
	Position Position `json:"position"`
	// Name is the platform's own name of To: "OpenShift 4.17"; "" if it has none.
	Name string `json:"name,omitempty"`
	// Date is the day of the upgrade to To; 0 for hops that are not ahead.
	Date model.Day `json:"date,omitempty"`
	// DateAssumed says that nobody gave that day.
	DateAssumed bool     `json:"dateAssumed,omitempty"`
	Changes     []Change `json:"changes,omitempty"`
	Steps       []Step   `json:"steps,omitempty"`
}

// Change is what a version brings by itself.
type Change struct {
	Minor Minor  `json:"minor"`
	Text  string `json:"text"`
	// Proof is how well it is known; "" where it was read in the source.
	Proof  knowledge.Proof `json:"proof,omitempty"`
	Source string          `json:"source"`
}

// Phase says when in a hop a step is due.
type Phase string

// The phases, in the order in which they are due.
const (
	Before  Phase = "before"  // before the upgrade
	Set     Phase = "set"     // gates and flags
	Do      Phase = "do"      // tokens and workloads
	Outside Phase = "outside" // users outside of the cluster
	After   Phase = "after"   // checks
)

// Phases lists the phases in order.
func Phases() []Phase { return []Phase{Before, Set, Do, Outside, After} }

// Title gives the words people read, for a hop at a position.
func (p Phase) Title(at Position) string {
	switch p {
	case Before:
		if at == Here {
			return "first"
		}
		return "before the upgrade"
	case Set:
		return "set"
	case Do:
		return "do"
	case Outside:
		return "outside users"
	}
	return "afterwards"
}

// State says how a step stands.
type State string

// The states.
const (
	Done          State = "done"
	ToDo          State = "to do"
	Overdue       State = "overdue" // asked for by a version that is behind, and not done
	Blocked       State = "blocked" // something else has to come first
	NotApplicable State = "not applicable"
	CannotTell    State = "cannot tell" // a fact is missing
)

// States lists the states, what needs somebody first.
func States() []State { return []State{Blocked, Overdue, ToDo, CannotTell, Done, NotApplicable} }

// Open says that a step still asks somebody for something.
func (s State) Open() bool { return s != Done && s != NotApplicable }

// Step is one thing to see to.
type Step struct {
	// ID names the step among all of a plan: "1.28/TB-401". It stays the same
	// between two runs.
	ID    string `json:"id"`
	Code  string `json:"code"`
	Phase Phase  `json:"phase"`
	State State  `json:"state"`
	Title string `json:"title"`
	Why   string `json:"why"`
	// Facts are what the state was concluded from.
	Facts []string `json:"facts,omitempty"`
	// How are the lines to set, in the form of the platform.
	How    []string `json:"how,omitempty"`
	Verify []string `json:"verify,omitempty"`
	Undo   string   `json:"undo,omitempty"`
	// Objects are what the step is about, where no action belongs to them.
	Objects []Object `json:"objects,omitempty"`
	Actions []Action `json:"actions,omitempty"`
	Ways    []Way    `json:"ways,omitempty"`
}

// Count is the number of objects and actions behind a step.
func (s *Step) Count() int { return len(s.Objects) + len(s.Actions) }

// Object is something that a step is about.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Team      string `json:"team,omitempty"`
	Note      string `json:"note,omitempty"`
}

// ActionKind is what an action does.
type ActionKind string

// The kinds of action, each with its inverse. A plan is made of the first five;
// the others put back, of which reactivate can be staged by hand, too.
const (
	Invalidate ActionKind = "invalidate" // label a token; inverse: take the label away
	Delete     ActionKind = "delete"     // delete a token secret; inverse: create it again
	Project    ActionKind = "project"    // secret volume to projected token; inverse: the old template
	Detach     ActionKind = "detach"     // drop a name from .secrets; inverse: put it back
	Issue      ActionKind = "issue"      // a bound token for who uses the token from outside; inverse: none is needed, it ends by itself

	Reactivate ActionKind = "reactivate" // take the label off again
	Restore    ActionKind = "restore"    // create a deleted token secret again
	Unproject  ActionKind = "unproject"  // the old volumes of a workload
	Reattach   ActionKind = "reattach"   // the dropped names of an account
)

// Action is one change of one object, with what it stands on. It is carried out
// only where the object is still the one that was looked at.
type Action struct {
	Kind ActionKind `json:"kind"`
	On   Pin        `json:"on"`
	Team string     `json:"team"`
	// Verdict is the token's; "" for other objects.
	Verdict string `json:"verdict,omitempty"`
	// Names are what of the object is meant: for project the secrets whose
	// volumes are replaced, for detach the names to drop from .secrets.
	Names []string `json:"names,omitempty"`
	// Seconds is how long the token of project or issue lives; 0 is the
	// default of the kind.
	Seconds int64 `json:"seconds,omitempty"`
	// Audience is whom that token is for; "" is the API server.
	Audience string `json:"audience,omitempty"`
	// Override is why somebody wants it in spite of the verdict.
	Override string `json:"override,omitempty"`
	// Change says what becomes different, line by line.
	Change   []string   `json:"change,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	NotSeen  []Evidence `json:"notSeen,omitempty"`
	Warn     []string   `json:"warn,omitempty"`
}

// Pin names an object as it was when the plan was made.
type Pin struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid"`
	// ResourceVersion is that of a secret or account.
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// Generation is that of a workload, whose resourceVersion moves with every
	// change of its status.
	Generation int64 `json:"generation,omitempty"`
}

// Way is one way for somebody outside, with what has to be made for it.
type Way struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	How      string `json:"how"`
	Good     string `json:"good"`
	Bad      string `json:"bad"`
	Needs    string `json:"needs"`
	HandOver string `json:"handOver"`
	// Proof is how well it is known; "" where it was read in the source.
	Proof knowledge.Proof `json:"proof,omitempty"`
	Lines []string        `json:"lines,omitempty"` // manifests and commands
}
