package lines

import (
	"math/rand/v2"
	"strings"
	"testing"

	"timebound/ui/theme"
)

// hostile are strings that clusters really can hand us.
var hostile = []string{
	"", " ", "payments", "legacy-app-token-p0q9", "日本語の名前", "a\u202eb", "\x1b[31mred\x1b[0m", "\x1b]52;c;eA==\x07",
	"\xff\xfe", strings.Repeat("x", 300), strings.Repeat("漢", 120), "e\u0301\u0301\u0301", "👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "line\nbreak\ttab",
	"one two  three   four", strings.Repeat("name-", 60), "ـــ", "\u0000", "ก็็็็็",
}

func TestNoLineIsWiderThanItsBlock(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func() string { return hostile[rng.IntN(len(hostile))] }
	spans := func() []Span {
		out := make([]Span, rng.IntN(6))
		for i := range out {
			out[i] = Of(theme.Role(rng.IntN(int(theme.Selection))), pick()+" "+pick())
		}
		return out
	}
	for range 1000 {
		st := theme.New(theme.Options{Dark: true, NoColor: rng.IntN(2) == 0, ASCII: rng.IntN(2) == 0})
		width := rng.IntN(120)
		b := New(st, width)
		b.Heading(pick(), spans()...)
		b.Say(rng.IntN(10), rng.IntN(30), spans()...)
		b.Item(rng.IntN(10), Dim(pick()), spans()...)
		b.Hang(rng.IntN(8), Dim(pick()), spans()...)
		b.Pair(12, pick(), spans()...)
		columns := []Column{{Title: pick(), Min: 4}, {Title: "N", Right: true}, {Min: 6}}
		b.Table(2, columns, [][]Span{{Text(pick()), Dim(pick()), Text(pick())}})
		right := New(st, rng.IntN(60))
		right.Say(0, 0, spans()...)
		for _, line := range b.Lines() {
			if w := theme.Width(line); w > width {
				t.Fatalf("width %d: line of %d cells: %q", width, w, line)
			}
			if strings.ContainsAny(theme.Plain(line), "\x1b\x07\n\t\x00\u202e") {
				t.Fatalf("raw control character in %q", line)
			}
		}
		for _, line := range Beside(b, 3, right) {
			if w := theme.Width(line); w > width+3+right.Width() {
				t.Fatalf("side by side: line of %d cells: %q", w, line)
			}
		}
	}
}

func TestWrapKeepsEveryWord(t *testing.T) {
	text := "Nobody was seen using it in the 400 days since uses are recorded (2025-10-18)."
	b := New(theme.New(theme.Options{NoColor: true}), 24)
	b.Say(0, 2, Text("Nobody was seen using it in the "), Of(theme.Accent, "400 days"), Text(" since uses are recorded (2025-10-18)."))
	got := strings.Join(strings.Fields(theme.Plain(strings.Join(b.Lines(), " "))), " ")
	if got != text {
		t.Errorf("wrapped text reads %q", got)
	}
	if n := len(b.Lines()); n < 4 {
		t.Errorf("%d lines of 24 cells for %d characters", n, len(text))
	}
}

func TestRunsOfTwoRolesStayOneWord(t *testing.T) {
	b := New(theme.New(theme.Options{NoColor: true}), 10)
	b.Say(0, 0, Text("see"), Of(theme.Accent, " ledger"), Text(", then"))
	if got := theme.Plain(strings.Join(b.Lines(), "|")); got != "see|ledger,|then" {
		t.Errorf("got %q", got)
	}
}

func TestLongNamesBreakAfterTheirSigns(t *testing.T) {
	b := New(theme.New(theme.Options{NoColor: true}), 16)
	b.Say(0, 0, Text("payments/legacy-app-token-p0q9"))
	if got := theme.Plain(strings.Join(b.Lines(), "|")); got != "payments/legacy-|app-token-p0q9" {
		t.Errorf("got %q", got)
	}
}

func TestPairsAlign(t *testing.T) {
	b := New(theme.New(theme.Options{NoColor: true}), 30)
	b.Pair(10, "account", Text("ledger"))
	b.Pair(10, "owner", Text("a value that is too long for one line"))
	want := []string{"account   ledger", "owner     a value that is too", "          long for one line"}
	got := b.Lines()
	for i := range want {
		if i >= len(got) || theme.Plain(got[i]) != want[i] {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestTablesShrinkOnlyWhereTheyMay(t *testing.T) {
	columns := []Column{{Title: "NAME", Min: 6}, {Title: "COUNT", Right: true}}
	rows := [][]Span{{Text("a-very-long-name"), Text("7")}, {Text("b"), Text("1204")}}
	st := theme.New(theme.Options{NoColor: true})
	if New(st, 16).Fits(0, columns, rows) || !New(st, 23).Fits(0, columns, rows) {
		t.Error("Fits is wrong about a table of 23 cells")
	}
	b := New(st, 16)
	b.Table(0, columns, rows)
	want := "NAME       COUNT|a-very-l…      7|b           1204"
	if got := theme.Plain(strings.Join(b.Lines(), "|")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGapsNeverAddUp(t *testing.T) {
	b := New(theme.New(theme.Options{NoColor: true}), 20)
	b.Gap()
	b.Row(Text("a"))
	b.Gap()
	b.Gap()
	b.Row(Text("b"))
	b.Gap()
	if got := strings.Join(b.Lines(), "|"); got != "a||b" {
		t.Errorf("got %q", got)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 20481: "20,481", 1234567: "1,234,567", -1204: "-1,204", -999: "-999"} {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestALineDoesNotEndWithTheDotBetweenTwoFacts(t *testing.T) {
	st := theme.New(theme.Options{NoColor: true})
	spans := []Span{Text("legacy-app"), Dim(" · "), Text("active")}
	for width, want := range map[int]string{19: "legacy-app · active", 13: "legacy-app|active"} {
		b := New(st, width)
		b.Say(0, 0, spans...)
		if got := theme.Plain(strings.Join(b.Lines(), "|")); got != want {
			t.Errorf("width %d: %q, want %q", width, got, want)
		}
	}
}
