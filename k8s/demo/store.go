package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"

	"timebound/k8s/demo/world"
)

const (
	// firstRevision makes the cluster look as old as it says it is.
	firstRevision = 812_440_000
	// keptEvents is how many events per kind a watch can catch up on; older
	// ones answer 410, as after a compaction.
	keptEvents = 50_000
	// keptSnapshots is how many paged lists per kind can be under way at once.
	keptSnapshots = 16
)

// store holds every object of the cluster under one lock, with one growing
// resourceVersion, as etcd does. Objects in it are immutable: a change puts
// another object in their place, so readers need no copies.
type store struct {
	mu       sync.Mutex
	revision uint64
	// oldest is the first resourceVersion that new watches may start from.
	oldest  uint64
	shelves map[schema.GroupVersionResource]*shelf
}

// shelf holds the objects of one kind.
type shelf struct {
	kind   kind
	items  map[key]*item
	sorted []*item // by namespace and name; nil after a change
	events []event
	// dropped is the resourceVersion of the newest event that is no longer
	// kept.
	dropped   uint64
	changed   chan struct{} // closed and replaced by every change
	nudged    int           // grows when watchers shall send a bookmark
	snapshots []snapshot
}

type key struct{ namespace, name string }

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.namespace, o.namespace), cmp.Compare(k.name, o.name))
}

// item is one state of one object.
type item struct {
	key      key
	revision uint64
	object   runtime.Object
	meta     metav1.Object
}

// event is a change: before is nil when the object is new; after carries the
// last state when it is gone.
type event struct {
	kind          watch.EventType
	revision      uint64
	before, after *item
}

// snapshot is what a paged list goes on reading while the cluster changes.
type snapshot struct {
	revision uint64
	items    []*item
}

func newStore(w *world.World) (*store, error) {
	s := &store{revision: firstRevision, oldest: firstRevision, shelves: map[schema.GroupVersionResource]*shelf{}}
	for _, r := range builtin {
		s.addKind(kind{Resource: r, typed: true})
	}
	for _, r := range w.Resources {
		s.addKind(kind{Resource: r})
	}
	for _, o := range w.Objects {
		sh, err := s.shelfOf(o)
		if err != nil {
			return nil, err
		}
		it, err := s.newItem(sh.kind, o)
		if err != nil {
			return nil, err
		}
		if _, twice := sh.items[it.key]; twice {
			return nil, fmt.Errorf("%s %s/%s is in the world twice", sh.kind.Kind, it.key.namespace, it.key.name)
		}
		sh.items[it.key] = it
	}
	s.oldest = s.revision
	return s, nil
}

func (s *store) addKind(k kind) {
	s.shelves[k.gvr()] = &shelf{kind: k, items: map[key]*item{}, changed: make(chan struct{})}
}

// shelfOf finds where an object belongs, by its Go type or its apiVersion.
func (s *store) shelfOf(o runtime.Object) (*shelf, error) {
	gvks, _, err := scheme.Scheme.ObjectKinds(o)
	if err != nil {
		gvks = []schema.GroupVersionKind{o.GetObjectKind().GroupVersionKind()}
	}
	for _, sh := range s.shelves {
		if slices.Contains(gvks, sh.kind.gvk()) {
			return sh, nil
		}
	}
	return nil, fmt.Errorf("the demo cluster does not serve %v", gvks)
}

// newItem gives the object the next resourceVersion. The object must not be
// shared with anybody yet.
func (s *store) newItem(k kind, o runtime.Object) (*item, error) {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, err
	}
	s.revision++
	m.SetResourceVersion(strconv.FormatUint(s.revision, 10))
	if k.counted() && m.GetGeneration() == 0 {
		m.SetGeneration(1)
	}
	o.GetObjectKind().SetGroupVersionKind(k.gvk())
	return &item{key: key{m.GetNamespace(), m.GetName()}, revision: s.revision, object: o, meta: m}, nil
}

// put stores the object as a new state and tells the watchers. The caller
// holds the lock.
func (s *store) put(sh *shelf, o runtime.Object) (*item, error) {
	it, err := s.newItem(sh.kind, o)
	if err != nil {
		return nil, err
	}
	before := sh.items[it.key]
	e := event{kind: watch.Modified, revision: it.revision, before: before, after: it}
	if before == nil {
		e.kind = watch.Added
	}
	sh.items[it.key] = it
	sh.tell(e)
	return it, nil
}

// remove takes the object away and tells the watchers its last state. The
// caller holds the lock.
func (s *store) remove(sh *shelf, it *item) error {
	last, err := s.newItem(sh.kind, it.object.DeepCopyObject())
	if err != nil {
		return err
	}
	delete(sh.items, it.key)
	sh.tell(event{kind: watch.Deleted, revision: last.revision, before: it, after: last})
	return nil
}

func (sh *shelf) tell(e event) {
	sh.sorted = nil
	if len(sh.events) >= keptEvents {
		half := len(sh.events) / 2
		sh.dropped = sh.events[half-1].revision
		sh.events = slices.Clone(sh.events[half:])
	}
	sh.events = append(sh.events, e)
	sh.wake()
}

func (sh *shelf) wake() {
	close(sh.changed)
	sh.changed = make(chan struct{})
}

// all gives every object in the order of etcd's keys. The slice is never
// written to again. The caller holds the lock.
func (sh *shelf) all() []*item {
	if sh.sorted == nil {
		sh.sorted = make([]*item, 0, len(sh.items))
		for _, it := range sh.items {
			sh.sorted = append(sh.sorted, it)
		}
		slices.SortFunc(sh.sorted, func(a, b *item) int { return a.key.compare(b.key) })
	}
	return sh.sorted
}

// keep remembers the state that a paged list began with.
func (sh *shelf) keep(revision uint64, items []*item) {
	if slices.ContainsFunc(sh.snapshots, func(s snapshot) bool { return s.revision == revision }) {
		return
	}
	if len(sh.snapshots) >= keptSnapshots {
		sh.snapshots = sh.snapshots[1:]
	}
	sh.snapshots = append(sh.snapshots, snapshot{revision, items})
}

// kept finds the state of that resourceVersion.
func (sh *shelf) kept(revision uint64) ([]*item, bool) {
	i := slices.IndexFunc(sh.snapshots, func(s snapshot) bool { return s.revision == revision })
	if i < 0 {
		return nil, false
	}
	return sh.snapshots[i].items, true
}
