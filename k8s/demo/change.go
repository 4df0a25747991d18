package demo

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"timebound/k8s/demo/world"
)

// Put creates or replaces objects behind the back of every client, as
// controllers and other people do: without preconditions, visible to watches.
// Objects without UID or creation time get them. They must not be changed
// afterwards.
func (s *Server) Put(objects ...runtime.Object) error {
	st := s.awaited()
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, o := range objects {
		sh, err := st.shelfOf(o)
		if err != nil {
			return err
		}
		m, err := meta.Accessor(o)
		if err != nil {
			return err
		}
		s.complete(sh, m)
		if _, err := st.put(sh, o); err != nil {
			return err
		}
	}
	return nil
}

// Remove deletes the object of the same kind, namespace and name at once,
// whatever its finalizers say.
func (s *Server) Remove(o runtime.Object) error {
	st := s.awaited()
	st.mu.Lock()
	defer st.mu.Unlock()
	sh, err := st.shelfOf(o)
	if err != nil {
		return err
	}
	m, err := meta.Accessor(o)
	if err != nil {
		return err
	}
	it := sh.items[key{m.GetNamespace(), m.GetName()}]
	if it == nil {
		return fmt.Errorf("remove %s %s/%s: the demo cluster has none", sh.kind.Kind, m.GetNamespace(), m.GetName())
	}
	return st.remove(sh, it)
}

// Expire forgets the past, as a compaction of etcd does: watches from an older
// resourceVersion and the next pages of running lists answer 410. Running
// watches go on.
func (s *Server) Expire() {
	st := s.awaited()
	st.mu.Lock()
	defer st.mu.Unlock()
	st.revision++
	st.oldest = st.revision
	for _, sh := range st.shelves {
		sh.snapshots = nil
	}
}

// Bookmark makes every running watch that asked for bookmarks send one now; a
// real server does so about once a minute.
func (s *Server) Bookmark() {
	st := s.awaited()
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, sh := range st.shelves {
		sh.nudged++
		sh.wake()
	}
}

// complete fills in what the API server sets on creation.
func (s *Server) complete(sh *shelf, m metav1.Object) {
	if before := sh.items[key{m.GetNamespace(), m.GetName()}]; before != nil {
		if m.GetUID() == "" {
			m.SetUID(before.meta.GetUID())
		}
		if t := m.GetCreationTimestamp(); t.IsZero() {
			m.SetCreationTimestamp(before.meta.GetCreationTimestamp())
		}
		return
	}
	if m.GetUID() == "" {
		m.SetUID(world.UID(sh.kind.Kind, m.GetNamespace(), m.GetName(), fmt.Sprint(s.store.revision)))
	}
	if t := m.GetCreationTimestamp(); t.IsZero() {
		m.SetCreationTimestamp(metav1.NewTime(s.now))
	}
}
