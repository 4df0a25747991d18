package batch

import (
	"maps"
	"slices"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
)

// Batch is what is staged on one cluster. Its items are not changed once they
// are in it. It may not be used by several goroutines at once; the slices that
// it gives may.
type Batch struct {
	cluster string // UID of the kube-system namespace
	items   map[string]*change.Item

	// What follows from items; nil until somebody asks.
	sorted []*change.Item
	totals []Total
	on     map[Object][]*change.Item
	drift  map[*change.Item]*change.Skip
	basis  *model.Assessment // what drift was found with
}

// Object is what an item is about.
type Object struct {
	Kind string
	model.Key
}

// Total is how many items of an action there are.
type Total struct {
	Kind  plan.ActionKind
	Count int
}

// New makes an empty batch for the cluster of that UID.
func New(cluster string) *Batch {
	return &Batch{cluster: cluster, items: map[string]*change.Item{}}
}

// Cluster is the UID of the cluster that the batch belongs to.
func (b *Batch) Cluster() string { return b.cluster }

// Len is the number of items.
func (b *Batch) Len() int { return len(b.items) }

// Add stages items. One that is staged already is replaced, and so is another
// decision about the same token: it cannot be both switched off and deleted in
// one batch, because the first of the two changes moves what the second stands
// on.
func (b *Batch) Add(items ...*change.Item) {
	for _, i := range items {
		for _, kind := range rivals(i.Kind) {
			other := *i
			other.Kind = kind
			delete(b.items, other.ID())
		}
		b.items[i.ID()] = i
	}
	b.changed()
}

// tokenKinds are the actions of which a token can take one.
var tokenKinds = []plan.ActionKind{plan.Invalidate, plan.Reactivate, plan.Delete}

// rivals gives the actions that a kind takes the place of.
func rivals(kind plan.ActionKind) []plan.ActionKind {
	if slices.Contains(tokenKinds, kind) {
		return tokenKinds
	}
	return nil
}

// Remove takes items out, and gives the number of those that were there.
func (b *Batch) Remove(ids ...string) int {
	before := len(b.items)
	for _, id := range ids {
		delete(b.items, id)
	}
	b.changed()
	return before - len(b.items)
}

// Clear takes all items out.
func (b *Batch) Clear() {
	clear(b.items)
	b.changed()
}

func (b *Batch) changed() { b.sorted, b.totals, b.on, b.drift, b.basis = nil, nil, nil, nil, nil }

// Get gives an item by its id; nil if it is not staged.
func (b *Batch) Get(id string) *change.Item { return b.items[id] }

// On gives what is staged for an object: one item, or none, but for a token of
// which something is issued too.
func (b *Batch) On(o Object) []*change.Item {
	if b.on == nil {
		b.on = make(map[Object][]*change.Item, len(b.items))
		for _, i := range b.Items() {
			at := Object{i.On.Kind, i.Key()}
			b.on[at] = append(b.on[at], i)
		}
	}
	return b.on[o]
}

// Items gives all items, sorted by change.Compare. The slice is never changed
// afterwards, and must not be.
func (b *Batch) Items() []*change.Item {
	if b.sorted == nil {
		b.sorted = slices.SortedFunc(maps.Values(b.items), change.Compare)
	}
	return b.sorted
}

// Totals counts the items by action, in the order in which Items has them.
func (b *Batch) Totals() []Total {
	if b.totals == nil {
		b.totals = Totals(b.Items())
	}
	return b.totals
}

// Totals counts sorted items by action.
func Totals(items []*change.Item) []Total {
	var totals []Total
	for _, i := range items {
		if n := len(totals); n > 0 && totals[n-1].Kind == i.Kind {
			totals[n-1].Count++
			continue
		}
		totals = append(totals, Total{i.Kind, 1})
	}
	return totals
}

// Drift holds every item against the newest facts, and gives why those would be
// skipped that moved since they were staged. It is kept until facts or items
// are others.
func (b *Batch) Drift(a *model.Assessment) map[*change.Item]*change.Skip {
	if b.drift != nil && b.basis == a {
		return b.drift
	}
	b.drift, b.basis = Drift(b.Items(), a), a
	return b.drift
}

// Drift holds items against facts, and gives why those would be skipped that
// moved. Without facts none does.
func Drift(items []*change.Item, a *model.Assessment) map[*change.Item]*change.Skip {
	drift := map[*change.Item]*change.Skip{}
	if a == nil {
		return drift
	}
	for _, i := range items {
		if s := change.Recheck(i, a); s != nil {
			drift[i] = s
		}
	}
	return drift
}
