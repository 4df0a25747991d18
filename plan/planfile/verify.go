package planfile

import (
	"errors"
	"fmt"
	"strconv"

	"timebound/model"
	"timebound/plan"
)

// Why a plan is not for a cluster.
var (
	// ErrOtherCluster says that a plan was made for another cluster.
	ErrOtherCluster = errors.New("the plan belongs to another cluster")
	// ErrNoIdentity says that plan or cluster cannot be identified.
	ErrNoIdentity = errors.New("the plan cannot be tied to a cluster")
)

// SameCluster says whether a plan belongs to a cluster: the UIDs of their
// kube-system namespaces are the same. The error is ErrOtherCluster or
// ErrNoIdentity.
func SameCluster(p *plan.Plan, c model.Cluster) error {
	switch {
	case p.Cluster.UID == "":
		return fmt.Errorf("%w: it has no UID of the kube-system namespace; allow get on that namespace and make it again", ErrNoIdentity)
	case c.UID == "":
		return fmt.Errorf("%w: the UID of the kube-system namespace is not readable here", ErrNoIdentity)
	case p.Cluster.UID != c.UID:
		return fmt.Errorf("%w: it is for %s (UID %s), and this one has UID %s", ErrOtherCluster, p.Cluster.Name, p.Cluster.UID, c.UID)
	}
	return nil
}

// Drift is what became of an action's object since the plan was made.
type Drift struct {
	Action string `json:"action"`
	Why    string `json:"why"`
}

// DriftOf says which actions of a plan do not stand as they were planned: their
// object is gone, is another one, was changed, or is judged otherwise. What
// drifted has to be planned anew.
func DriftOf(p *plan.Plan, a *model.Assessment) []Drift {
	var out []Drift
	eachAction(p, func(action *plan.Action) {
		if why := drifted(action, a); why != "" {
			out = append(out, Drift{ActionName(action), why})
		}
	})
	return out
}

func drifted(action *plan.Action, a *model.Assessment) string {
	on := action.On
	key := model.Key{Namespace: on.Namespace, Name: on.Name}
	switch on.Kind {
	case "Secret":
		f := a.Token(key)
		if f == nil {
			return "gone, or not readable"
		}
		if f.Verdict.Slug() != action.Verdict {
			return "was " + action.Verdict + ", is " + f.Verdict.Slug()
		}
		if action.Kind == plan.Issue {
			return pinned(on, f.Token.UID, "", 0)
		}
		return pinned(on, f.Token.UID, f.Token.ResourceVersion, 0)
	case "ServiceAccount":
		acc := a.Account(key)
		if acc == nil {
			return "gone, or not readable"
		}
		return pinned(on, acc.Account.UID, acc.Account.ResourceVersion, 0)
	}
	w := a.Workload(model.WorkloadKey{Kind: on.Kind, Key: key})
	if w == nil {
		return "gone, not readable, or names no token any more"
	}
	return pinned(on, w.Workload.UID, "", w.Workload.Generation)
}

// pinned holds an object against its pin. What was staged by hand can lack the
// resourceVersion: what takes names off an account looks for them by themselves.
func pinned(on plan.Pin, uid, resourceVersion string, generation int64) string {
	switch {
	case on.UID != uid:
		return "made anew: UID was " + on.UID + ", is " + uid
	case on.ResourceVersion != "" && on.ResourceVersion != resourceVersion:
		return "changed: resourceVersion was " + on.ResourceVersion + ", is " + resourceVersion
	case on.Generation != generation:
		return "changed: generation was " + strconv.FormatInt(on.Generation, 10) + ", is " + strconv.FormatInt(generation, 10)
	}
	return ""
}
