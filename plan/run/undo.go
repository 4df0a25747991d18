package run

import (
	"fmt"
	"path/filepath"
	"slices"

	"timebound/plan"
	"timebound/plan/change"
)

// Kept is an item that undoing leaves as it is, and why.
type Kept struct {
	Item *change.Item
	Why  string
	// Changed says that something was changed; else there is nothing to put back.
	Changed bool
}

// inverses say which action puts another back.
var inverses = map[plan.ActionKind]plan.ActionKind{
	plan.Invalidate: plan.Reactivate,
	plan.Delete:     plan.Restore,
	plan.Project:    plan.Unproject,
	plan.Detach:     plan.Reattach,
}

// Inverses gives the items that put results back, the last change first, and
// those for which there is nothing to put back. A change of which nobody knows
// whether it was made is put back too: a look at the object tells.
func Inverses(results []Result, run string) (items []*change.Item, kept []Kept) {
	for _, r := range results {
		item, why := inverseOf(r, run)
		if item == nil {
			state := r.Outcome.State
			kept = append(kept, Kept{r.Item, why, state == Done || state == Doing || state == Unsure})
			continue
		}
		items = append(items, item)
	}
	slices.Reverse(items)
	return items, kept
}

func inverseOf(r Result, run string) (*change.Item, string) {
	state := r.Outcome.State
	switch {
	case state == Skipped || state == Failed || state == Pending:
		return nil, fmt.Sprintf("%s: nothing was changed", state)
	case r.Item.Kind == plan.Issue:
		return nil, "a token that was issued cannot be taken back: it ends by itself, or with its account"
	}
	kind, known := inverses[r.Item.Kind]
	if !known {
		return nil, fmt.Sprintf("%s has no way back of its own: stage it anew", r.Item.Kind)
	}
	inverse := &change.Inverse{Run: run}
	if r.Intent != nil && r.Intent.Inverse != nil {
		*inverse = *r.Intent.Inverse
	}
	if r.Outcome.Inverse != nil {
		*inverse = *r.Outcome.Inverse
	}
	if r.Intent != nil && r.Intent.Backup != nil {
		inverse.Backup = filepath.Base(r.Intent.Backup.Path)
	}
	if kind == plan.Restore && inverse.Backup == "" {
		return nil, "it has no backup"
	}
	item := &change.Item{
		Action:  plan.Action{Kind: kind, On: r.Item.On, Team: r.Item.Team, Names: r.Item.Names},
		Account: r.Item.Account, AccountUID: r.Item.AccountUID, Listed: r.Item.Listed,
		Source: "undo of " + run, Inverse: inverse,
	}
	return item, ""
}
