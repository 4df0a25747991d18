package ui

import (
	"strings"
	"testing"

	"timebound/ui/theme"
)

// Going down screen by screen, every line of a text is seen once at least,
// and the sign stands there exactly while something follows.
func TestASignSaysThatATextGoesOn(t *testing.T) {
	for name, keys := range map[string]string{"overview": "1", "cluster": "5", "details": "2 G k k enter"} {
		d := load(t, 80, 20, "2")
		d.press(strings.Fields(keys)...)
		var all []string
		if p, ok := d.root.page().(*textPage); ok {
			all = p.lines
		} else {
			all = d.root.tokens.told.lines
		}
		seen := map[string]bool{}
		for range all {
			body := d.lines()[linesAbove : 20-linesBelow]
			for _, line := range body {
				seen[strings.TrimSpace(line)] = true
			}
			goesOn := strings.Contains(body[len(body)-1], "↓ more")
			if s := d.root.scroller(); goesOn != (s.offset+s.height < s.total) {
				t.Fatalf("%s: at line %d of %d the sign is %v", name, s.offset, s.total, goesOn)
			}
			if !goesOn {
				break
			}
			d.sees("%")
			d.press("pgdown")
		}
		if s := d.root.scroller(); s.offset == 0 || s.percent() != "100%" {
			t.Errorf("%s: it ends at line %d, %s", name, s.offset, s.percent())
		}
		for _, line := range all {
			if text := strings.TrimSpace(theme.Plain(line)); !seen[text] {
				t.Errorf("%s: nobody saw %q", name, text)
			}
		}
	}
}

func TestNoTextStandsAtTheEdge(t *testing.T) {
	for _, width := range []int{100, 120, 160, 200} {
		for _, page := range []string{"2", "3", "4"} {
			d := load(t, width, 30, page)
			for range 13 {
				for _, line := range d.lines()[linesAbove : 30-linesBelow] {
					if len([]rune(line)) >= width && line[len(line)-1] != ' ' {
						t.Fatalf("%d wide: %q", width, line)
					}
				}
				d.press("down")
			}
		}
	}
}
