package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// storyRest is how long the cursor must rest before the story beside the list
// follows it. A key that is held moves the list only: the story would be gone
// before anybody could read it, and writing it is most of what a move costs on
// a slow line.
const storyRest = 100 * time.Millisecond

// restedMsg says that storyRest has passed since a key; gen tells which one.
type restedMsg struct {
	page PageID
	gen  int
}

// rest is whether the cursor has rested since the last key.
type rest struct {
	resting bool // the story keeps its text until the cursor has rested
	restGen int
}

// begin starts the rest anew. waits is false if no story stands beside the
// list, so that nothing has to follow.
func (r *rest) begin(beside bool) (gen int, waits bool) {
	r.restGen++
	r.resting = beside
	return r.restGen, r.resting
}

// rested says that the cursor has rested since the key with that number, so
// that the story follows now.
func (r *rest) rested(gen int) bool {
	if !r.resting || gen != r.restGen {
		return false
	}
	r.resting = false
	return true
}

// follow lets the story follow at once: on arriving, not on passing.
func (r *rest) follow() { r.resting = false }

// rester is a page with a story beside its list.
type rester interface {
	// hold lets the story keep its text for now.
	hold() (gen int, waits bool)
	rested(gen int) bool
	follow()
}

// moved starts the rest of the cursor anew, after a key that may have moved
// it. It costs one timer and nothing while no key is pressed.
func (m *Root) moved() tea.Cmd {
	r, ok := m.page().(rester)
	if !ok {
		return nil
	}
	gen, waits := r.hold()
	if !waits {
		return nil
	}
	return m.after(storyRest, restedMsg{page: m.current, gen: gen})
}

func (m *Root) onRested(msg restedMsg) {
	if r, ok := m.pages[msg.page].(rester); ok && r.rested(msg.gen) {
		m.dirty = true
	}
}

func (p *listPage[K, R]) hold() (gen int, waits bool) {
	_, width := p.split()
	return p.begin(width > 0 && !p.details)
}
