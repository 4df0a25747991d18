package change

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/model/wire"
	"timebound/plan"
)

// Item is one change that somebody staged: an action with who it belongs to.
type Item struct {
	plan.Action
	// Account and AccountUID are those of a token.
	Account    string `json:"account,omitempty"`
	AccountUID string `json:"accountUID,omitempty"`
	// Listed says that the account's .secrets named the token.
	Listed bool `json:"listed,omitempty"`
	// LastUsed is the token's label when it was staged; "" without one.
	LastUsed string `json:"lastUsed,omitempty"`
	// Referrers are all that pointed at the token when it was staged.
	Referrers []string `json:"referrers,omitempty"`
	// Rotates says that a controller makes a new token as soon as this one is
	// deleted.
	Rotates bool `json:"rotates,omitempty"`
	// Source says where the item came from: a step of a plan, or marks.
	Source string `json:"source,omitempty"`
	// Inverse is what an undoing item goes by; nil for others.
	Inverse *Inverse `json:"inverse,omitempty"`
}

// ID names an item in its batch, and across runs: no batch holds two changes of
// one kind of one object.
func (i *Item) ID() string {
	return string(i.Kind) + " " + i.On.Kind + " " + i.On.Namespace + "/" + i.On.Name
}

// Target says where the object is served.
func (i *Item) Target() wire.Target {
	t, _ := wire.TargetOf(i.On.Kind, i.On.Namespace, i.On.Name)
	return t
}

// AccountTarget says where a token's account is served.
func (i *Item) AccountTarget() wire.Target {
	t, _ := wire.TargetOf("ServiceAccount", i.On.Namespace, i.Account)
	return t
}

// Key is the object's name.
func (i *Item) Key() model.Key { return model.Key{Namespace: i.On.Namespace, Name: i.On.Name} }

// Destructive says that the change takes something away that a label or a patch
// would not bring back.
func (i *Item) Destructive() bool { return i.Kind == plan.Delete }

// Inverse is what putting a change back takes. It is written to the journal
// with the change.
type Inverse struct {
	// Run names the run that made the change.
	Run string `json:"run"`
	// Day is the value of the label that was set.
	Day string `json:"day,omitempty"`
	// Backup is the file with the deleted secret, relative to the run's folder.
	Backup string `json:"backup,omitempty"`
	// Volumes are those of a workload that were replaced.
	Volumes []Volume `json:"volumes,omitempty"`
	// Mounts are the lists of mounts that were changed, by container.
	Mounts []Mounts `json:"mounts,omitempty"`
	// Names were dropped from .secrets.
	Names []string `json:"names,omitempty"`
}

// kinds are all kinds of action in the order in which people read them.
var kinds = []plan.ActionKind{
	plan.Invalidate, plan.Delete, plan.Project, plan.Detach, plan.Issue,
	plan.Reactivate, plan.Restore, plan.Unproject, plan.Reattach,
}

// Compare orders items as a review shows them: by action, then by object.
func Compare(x, y *Item) int {
	if x.Kind != y.Kind {
		return slices.Index(kinds, x.Kind) - slices.Index(kinds, y.Kind)
	}
	if c := strings.Compare(x.On.Namespace, y.On.Namespace); c != 0 {
		return c
	}
	if c := strings.Compare(x.On.Kind, y.On.Kind); c != 0 {
		return c
	}
	return strings.Compare(x.On.Name, y.On.Name)
}
