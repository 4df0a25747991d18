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

// moved starts the rest of the cursor anew, after a key that may have moved
// it. It costs one timer and nothing while no key is pressed.
func (m *Root) moved() tea.Cmd {
	gen, waits := m.lister().hold()
	if !waits {
		return nil
	}
	return m.after(storyRest, restedMsg{page: m.current, gen: gen})
}

func (m *Root) onRested(msg restedMsg) {
	if l, ok := m.pages[msg.page].(lister); ok && l.rested(msg.gen) {
		m.dirty = true
	}
}

// hold lets the story beside the list keep its text for now. waits is false
// if no story stands there.
func (p *listPage[K, R]) hold() (gen int, waits bool) {
	_, width := p.split()
	p.restGen++
	p.resting = width > 0 && !p.details
	return p.restGen, p.resting
}

// rested says that the cursor has rested since the key with that number, so
// that the story follows now.
func (p *listPage[K, R]) rested(gen int) bool {
	if !p.resting || gen != p.restGen {
		return false
	}
	p.resting = false
	return true
}

// follow lets the story follow at once: on arriving, not on passing.
func (p *listPage[K, R]) follow() { p.resting = false }
