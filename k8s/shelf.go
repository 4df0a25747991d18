package k8s

import (
	"reflect"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"timebound/k8s/stream"
	"timebound/model"
)

// shelf holds the kept objects of one kind. It is safe for concurrent use.
//
// A list goes into a draft, which replaces what stood on the shelf when the
// list is complete. Only if nothing stood there is the draft shown as it
// grows: old data that was whole is worth more than new data that is not.
type shelf interface {
	about() *kind
	// begin starts a new draft.
	begin()
	// page reads the items of one page for a part (a namespace, or "" for all)
	// of the draft. The page joins the draft when add is called.
	page(f form, part string) (item func([]byte, stream.Encoding) error, add func() int)
	// restart empties one part of the draft.
	restart(part string)
	// adopt replaces what stands on the shelf by the draft.
	adopt()
	// drop throws the draft away.
	drop()
	// apply puts a watch event on the shelf.
	apply(watch.EventType, runtime.Object, form) effect
	// count gives the number of objects shown, and version grows with every
	// change of them.
	count() int
	version() int
	// fill puts the rows into an inventory; workloads, which come from many
	// shelves, it returns.
	fill(*model.Inventory) []*model.Workload
	holdsWorkloads() bool
}

// effect is what a watch event did to a shelf.
type effect uint8

const (
	effectForeign effect = iota // it is of another kind
	effectNone                  // nothing that is kept changed: a pod's or node's status, mostly
	effectChanged
)

type shelfOf[T any] struct {
	kind
	trim trimmer[T]
	beta trimmer[T] // for forms marked beta
	key  func(*T) model.Key
	put  func(*model.Inventory, []*T) // nil for workloads

	mu      sync.Mutex
	changes int
	full    bool // rows are a whole list
	rows    []*T // in order of keys; never written to once handed out
	draft   map[string][]*T
	pending map[model.Key]*T // watch events not yet in rows; nil: deleted
}

func newShelf[T any](k kind, trim trimmer[T], key func(*T) model.Key, put func(*model.Inventory, []*T)) *shelfOf[T] {
	return &shelfOf[T]{kind: k, trim: trim, key: key, put: put, draft: map[string][]*T{}, pending: map[model.Key]*T{}}
}

func (s *shelfOf[T]) about() *kind { return &s.kind }

func (s *shelfOf[T]) trimmer(f form) trimmer[T] {
	if f.beta {
		return s.beta
	}
	return s.trim
}

func (s *shelfOf[T]) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draft = map[string][]*T{}
	if !s.full {
		s.changes++
	}
}

func (s *shelfOf[T]) page(f form, part string) (func([]byte, stream.Encoding) error, func() int) {
	decode := s.trimmer(f).newDecoder()
	var rows []*T
	item := func(raw []byte, enc stream.Encoding) error {
		kept, err := decode(raw, enc)
		if err == nil && kept != nil {
			rows = append(rows, kept)
		}
		return err
	}
	add := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.draft[part] = append(s.draft[part], rows...)
		if !s.full {
			s.changes++
		}
		return len(rows)
	}
	return item, add
}

func (s *shelfOf[T]) restart(part string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.draft, part)
}

func (s *shelfOf[T]) adopt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows, s.full = s.drafted(), true
	s.draft = map[string][]*T{}
	clear(s.pending)
	s.changes++
}

func (s *shelfOf[T]) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draft = map[string][]*T{}
	if !s.full {
		s.changes++
	}
}

// drafted puts the parts of the draft together, in order. An object may come
// twice if the list was put together from two points in time; the later
// reading stands.
func (s *shelfOf[T]) drafted() []*T {
	n := 0
	for _, part := range s.draft {
		n += len(part)
	}
	rows := make([]*T, 0, n)
	for _, part := range s.draft {
		rows = append(rows, part...)
	}
	slices.SortStableFunc(rows, func(a, b *T) int { return s.key(a).Compare(s.key(b)) })
	last := 0
	for i := 1; i < len(rows); i++ {
		if s.key(rows[i]) != s.key(rows[last]) {
			last++
		}
		rows[last] = rows[i]
	}
	if len(rows) > 0 {
		clear(rows[last+1:])
		rows = rows[:last+1]
	}
	return rows
}

func (s *shelfOf[T]) apply(event watch.EventType, o runtime.Object, f form) effect {
	kept, key, ok := s.trimmer(f).object(o)
	if !ok {
		return effectForeign
	}
	if event == watch.Deleted {
		kept = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Pods tell of their status all the time. Judging everything anew for each
	// would keep a processor busy on a cluster in which nothing happens.
	if reflect.DeepEqual(s.now(key), kept) {
		return effectNone
	}
	s.pending[key] = kept
	s.changes++
	return effectChanged
}

// now gives the object as it stands, or nil.
func (s *shelfOf[T]) now(key model.Key) *T {
	if kept, changed := s.pending[key]; changed {
		return kept
	}
	at, found := s.find(s.rows, key)
	if !found {
		return nil
	}
	return s.rows[at]
}

func (s *shelfOf[T]) find(rows []*T, key model.Key) (int, bool) {
	return slices.BinarySearchFunc(rows, key, func(row *T, key model.Key) int { return s.key(row).Compare(key) })
}

func (s *shelfOf[T]) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return len(s.rows)
	}
	n := 0
	for _, part := range s.draft {
		n += len(part)
	}
	return n
}

func (s *shelfOf[T]) version() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes
}

func (s *shelfOf[T]) holdsWorkloads() bool { return s.put == nil }

func (s *shelfOf[T]) fill(inv *model.Inventory) []*model.Workload {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.shown()
	if s.put != nil {
		s.put(inv, rows)
		return nil
	}
	work, _ := any(rows).([]*model.Workload)
	return work
}

// shown gives the rows as they stand now. The slice is shared and final.
func (s *shelfOf[T]) shown() []*T {
	if !s.full {
		return s.drafted()
	}
	if len(s.pending) > 0 {
		s.rows = s.merged()
		clear(s.pending)
	}
	return s.rows
}

// merged makes new rows with the pending events in their places.
func (s *shelfOf[T]) merged() []*T {
	keys := make([]model.Key, 0, len(s.pending))
	for key := range s.pending {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, model.Key.Compare)

	rows := make([]*T, 0, len(s.rows)+len(keys))
	old := s.rows
	for _, key := range keys {
		at, found := s.find(old, key)
		rows = append(rows, old[:at]...)
		if found {
			at++
		}
		old = old[at:]
		if kept := s.pending[key]; kept != nil {
			rows = append(rows, kept)
		}
	}
	return append(rows, old...)
}
