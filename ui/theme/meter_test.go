package theme

import "testing"

func TestMetersKeepProportionAndNeverHideOne(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		g := New(Options{ASCII: ascii}).Glyphs
		last := 0
		for n := range 1001 {
			cells := Width(g.Meter(n, 1000, 36))
			if cells < last || cells > 36 || (n > 0) != (cells > 0) {
				t.Fatalf("%d of 1000 takes %d cells after %d", n, cells, last)
			}
			last = cells
		}
		if last != 36 {
			t.Errorf("the longest meter takes %d of 36 cells", last)
		}
	}
}
