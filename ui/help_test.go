package ui

import (
	"strings"
	"testing"
)

func TestTheHelpIsSearchedByTyping(t *testing.T) {
	d := load(t, 100, 30, "2")
	d.press("?")
	d.sees("type to search, enter does it")
	top, bottom := boxEdges(d)
	d.write("REVerse")
	d.sees("▌ S", "Reverse the order")
	d.misses("Mark the row")
	if t2, b2 := boxEdges(d); t2 != top || b2 != bottom {
		t.Errorf("the box went from lines %d–%d to %d–%d", top, bottom, t2, b2)
	}
	d.press("enter")
	d.misses("Keys on Tokens")
	d.sees("NAMESPACE ↓")
}

func boxEdges(d *driver) (top, bottom int) {
	for i, line := range d.lines() {
		if strings.Contains(line, "╭") {
			top = i
		}
		if strings.Contains(line, "╰") {
			bottom = i
		}
	}
	return top, bottom
}

func TestTheHelpIsGoneThroughWithTheArrows(t *testing.T) {
	d := load(t, 100, 24, "2")
	d.press("?")
	for range 80 {
		d.press("down")
		if h := d.root.overlay.help; h.from < d.root.overlay.scroll.offset || h.to > d.root.overlay.scroll.offset+d.root.overlay.scroll.height {
			t.Fatalf("%s is chosen and out of sight", h.chosen().ID)
		}
	}
	d.sees("▌ fields")
	d.press("enter")
	if !d.root.typing() {
		t.Error("choosing how filters are written does not begin one")
	}
	d.press("esc", "?", "down", "up", "up")
	d.sees("▌ i", "Stage the token")
	d.write("account of")
	d.press("enter")
	d.sees("↓ TOKENS")
}

func TestTheHelpRefusesWithTheReason(t *testing.T) {
	d := load(t, 120, 30, "2")
	d.press("?")
	d.write("go back")
	for d.root.overlay.help.chosen().ID != "back" {
		d.press("down")
	}
	d.sees("[", "not now: there is nothing to go")
	d.press("enter")
	d.sees("Keys on Tokens")
	if answer := d.lines()[28]; !strings.Contains(answer, "there is nothing to go back to") {
		t.Errorf("the answer is %q", answer)
	}
}

func TestTheHelpClosesFromTheInside(t *testing.T) {
	d := load(t, 100, 30, "2")
	d.press("?", "?")
	d.misses("Keys on Tokens")
	d.press("?")
	d.write("no such thing")
	d.sees("nothing here is called that")
	d.press("enter", "down", "up", "backspace", "space", "esc")
	d.sees("type to search")
	d.press("esc")
	d.misses("Keys on Tokens")
	d.press("?", "ctrl+c")
	if !d.quit {
		t.Error("ctrl+c does not quit")
	}
}
