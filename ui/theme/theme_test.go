package theme

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"timebound/model"
)

func everyOptions() map[string]Options {
	return map[string]Options{
		"dark": {Dark: true}, "light": {}, "basic": {Basic: true}, "no colour": {NoColor: true},
		"ascii": {Dark: true, ASCII: true}, "no colour, ascii": {NoColor: true, ASCII: true},
	}
}

func TestEveryVerdictHasItsOwnSingleCellGlyph(t *testing.T) {
	for name, o := range everyOptions() {
		s, seen := New(o), map[string]model.Verdict{}
		for v := range model.Verdict(model.VerdictCount) {
			glyph, style := s.Verdict(v)
			if Width(glyph) != 1 {
				t.Errorf("%s: glyph %q of %s is %d cells wide", name, glyph, v, Width(glyph))
			}
			if other, taken := seen[glyph]; taken {
				t.Errorf("%s: %s and %s share the glyph %q", name, v, other, glyph)
			}
			seen[glyph] = v
			if got := ansi.Strip(style.Render(glyph)); got != glyph {
				t.Errorf("%s: %s renders as %q", name, v, got)
			}
		}
		if glyph, _ := s.Verdict(model.Verdict(200)); glyph != "?" {
			t.Errorf("%s: an unheard-of verdict shows %q", name, glyph)
		}
	}
}

func TestSignsThatListsUseAreSingleCells(t *testing.T) {
	for name, o := range everyOptions() {
		g := New(o).Glyphs
		signs := append([]string{g.Mark, g.Cursor, g.SortUp, g.SortDown, g.Ellipsis, g.Horizon, g.Vertical,
			g.TopLeft, g.TopRight, g.BottomLeft, g.BottomRight}, append(g.Bars, g.Columns...)...)
		for _, sign := range signs {
			if ansi.StringWidth(sign) != 1 {
				t.Errorf("%s: %q is not one cell wide", name, sign)
			}
			if o.ASCII && !plainASCII(sign) {
				t.Errorf("%s: %q is not ASCII", name, sign)
			}
		}
	}
}

func TestTheCursorRowIsVisibleWithoutColour(t *testing.T) {
	s := New(Options{NoColor: true})
	for r := range roleCount {
		got := string(s.AppendSelected(nil, r, "x"))
		if !strings.Contains(got, "\x1b[7") && !strings.Contains(got, ";7") {
			t.Errorf("role %d in the cursor row is not reversed: %q", r, got)
		}
	}
}

func TestNoColourMeansNoColour(t *testing.T) {
	s := New(Options{NoColor: true})
	for r := range roleCount {
		for _, painted := range []string{s.Paint(r, "x"), s.Role(r).Render("x"), string(s.AppendSelected(nil, r, "x"))} {
			if strings.Contains(painted, "[3") || strings.Contains(painted, ";3") || strings.Contains(painted, "[4m;") {
				t.Errorf("role %d has a colour: %q", r, painted)
			}
		}
	}
}

func TestPaintAndStyleAgree(t *testing.T) {
	for name, o := range everyOptions() {
		s := New(o)
		for r := range roleCount {
			if a, b := s.Paint(r, "x"), s.Role(r).Render("x"); a != b {
				t.Errorf("%s: role %d: Paint %q, Style %q", name, r, a, b)
			}
		}
	}
}

// hostileRunes are letters that make widths hard: wide, combining, joining
// with what follows, astral, and plain.
var hostileRunes = []rune("aZ09-/. 日本語한글éeñ\u0301\u0300\u0d4e\u0e33กำ🚀👩🏽𝔘ﷺ\u1100\u1161\u11a8🇩🇪…│")

func hostile(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteRune(hostileRunes[r.IntN(len(hostileRunes))])
	}
	return b.String()
}

func TestPadIsExactForEveryTextAndWidth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		s, w := hostile(r, 30), r.IntN(40)
		if got := Pad(s, w, "…"); ansi.StringWidth(got) != w {
			t.Fatalf("Pad(%q, %d) = %q is %d cells", s, w, got, ansi.StringWidth(got))
		}
		if got := PadLeft(s, w, "…"); ansi.StringWidth(got) != w {
			t.Fatalf("PadLeft(%q, %d) = %q is %d cells", s, w, got, ansi.StringWidth(got))
		}
		if got := Truncate(s, w, "…"); ansi.StringWidth(got) > w {
			t.Fatalf("Truncate(%q, %d) = %q is %d cells", s, w, got, ansi.StringWidth(got))
		}
		for _, line := range Wrap(s, w) {
			if ansi.StringWidth(line) > w {
				t.Fatalf("Wrap(%q, %d) has %q, %d cells", s, w, line, ansi.StringWidth(line))
			}
		}
	}
}

func TestTruncateSaysThatItCut(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"ledger-token", 20, "ledger-token"}, {"ledger-token", 12, "ledger-token"}, {"ledger-token", 7, "ledger…"},
		{"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"abc", 0, ""}, {"abc", 1, "…"},
	} {
		if got := Truncate(c.s, c.w, "…"); got != c.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.s, c.w, got, c.want)
		}
	}
}
