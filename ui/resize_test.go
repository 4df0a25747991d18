package ui

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"timebound/ui/theme"
)

// A window that somebody drags sends sizes faster than anybody can look.
// Whatever they are, nothing breaks, nothing is wider or higher than the
// window, and back at the first size the screen is what it was.
func TestTenThousandResizes(t *testing.T) {
	rounds := 10_000
	if testing.Short() {
		rounds = 500
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i, keys := range []string{"1", "2", "2 ? x", "2 enter", "3", "4 / a", "5 !", "6 f", "6 x", "6 t", "6 w", "6 right right", "5 G", "6 G", "2 down i 7", "7 ?", "8"} {
		d := load(t, 120, 40, "2")
		d.press(strings.Fields(keys)...)
		before := d.content()
		for range rounds / 17 {
			width, height := r.IntN(250), r.IntN(80)
			d.root.Update(tea.WindowSizeMsg{Width: width, Height: height})
			rows := strings.Split(d.content(), "\n")
			if len(rows) > max(1, height) {
				t.Fatalf("%s: %d lines on %d×%d", keys, len(rows), width, height)
			}
			for _, row := range rows {
				if got := theme.Width(row); got > width {
					t.Fatalf("%s: a line of %d cells on %d×%d: %q", keys, got, width, height, row)
				}
			}
		}
		resize(d, 120, 40)
		// A text may have scrolled; what a list shows has not changed.
		if i < 12 && theme.Plain(d.content()) != theme.Plain(before) {
			t.Errorf("%s: back at the first size the screen is another:\n%s", keys, theme.Plain(d.content()))
		}
	}
}
