package query

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"timebound/ui/theme"
)

func TestFuzzyFindsWhatPeopleMean(t *testing.T) {
	texts := []string{
		"payments/ledger-token-7bbc ledger",
		"payments/ci-ledger-token ci-deploy",
		"cluster-logging/agent agent",
		"payments-legal/ledger ledger",
	}
	for _, c := range []struct {
		words string
		want  []int
	}{
		{"ledger", []int{0, 1, 3}},
		{"payled", []int{0, 1, 3}},
		{"lgr", []int{0, 1, 3}},
		{"pclt", []int{1}},
		{"ci", []int{1}}, // c…i far apart in "cluster-logging" is no match
		{"pay agent", nil},
		{"clog", []int{2}},
		{"x", nil},
	} {
		if got := Fuzzy(strings.Fields(c.words), texts); !slices.Equal(got, c.want) {
			t.Errorf("%q finds %v, want %v", c.words, got, c.want)
		}
	}
}

func TestOffsetsPointAtTheMatchedRunes(t *testing.T) {
	for _, c := range []struct{ words, text, want string }{
		{"ledger", "payments/ledger-token", "ledger"},
		{"lgr", "payments/ledger-token", "lgr"},
		{"payled", "payments/ledger-token", "payled"},
		{"pay tok", "payments/ledger-token", "paytok"},
		{"zzz", "payments/ledger-token", ""},
		{"lgr", "payments-legal/ledger", "lgr"},
	} {
		var got []byte
		for _, i := range Offsets(strings.Fields(c.words), c.text) {
			got = append(got, c.text[i])
		}
		if string(got) != c.want {
			t.Errorf("%q in %q: %q, want %q", c.words, c.text, got, c.want)
		}
	}
}

func TestEveryTextThatFitsIsHighlighted(t *testing.T) {
	texts := []string{"a/b c", "payments/ledger-token ledger", "kube-system/cilium-token-abcde cilium", "日本/語 x"}
	for _, w := range []string{"led", "pl", "cilum", "ksc", "token", "語", "b c"} {
		words := strings.Fields(w)
		for _, i := range Fuzzy(words, texts) {
			if Offsets(words, texts[i]) == nil {
				t.Errorf("%q fits %q without a highlight", w, texts[i])
			}
		}
	}
}

func typed(b *Bar, text string) {
	for _, r := range text {
		b.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func TestHalfATermKeepsTheLastGoodFilter(t *testing.T) {
	b := New()
	b.Focus()
	typed(b, "pay")
	if got := b.Query().Words; len(got) != 1 || got[0] != "pay" {
		t.Fatalf("words are %v", got)
	}
	typed(b, " nosuchfield:x")
	if b.Err() == nil {
		t.Fatal("an unknown field is no error")
	}
	if got := b.Query().Words; len(got) == 0 || got[0] != "pay" {
		t.Fatalf("the last good filter is gone: %v", got)
	}
	st := theme.New(theme.Options{})
	if line := ansi.Strip(string(b.AppendLine(nil, st, 100, "1/2"))); !strings.Contains(line, "nosuchfield") || !strings.HasSuffix(line, "1/2") {
		t.Fatalf("the bar shows %q", line)
	}
	b.Set("")
	if b.Err() != nil || !b.Query().Empty() {
		t.Fatal("clearing left something behind")
	}
}

func TestTheBarIsExactlyAsWideAsAsked(t *testing.T) {
	st := theme.New(theme.Options{Dark: true})
	for _, text := range []string{"", "pay", "日本語 한글 e\u0301", strings.Repeat("long ", 40), "foo:bar \u202e evil", "ns:"} {
		for _, focused := range []bool{false, true} {
			b := New()
			if focused {
				b.Focus()
			}
			b.Set(text)
			for width := range 90 {
				for _, status := range []string{"", "12/1204", "12/1204   3 marked (1 hidden)   sort: last used ↑"} {
					line := string(b.AppendLine(nil, st, width, status))
					if got := ansi.StringWidth(line); got != width {
						t.Fatalf("%q at width %d is %d cells: %q", text, width, got, line)
					}
					if strings.ContainsRune(line, '\u202e') {
						t.Fatalf("a bidi mark got through: %q", line)
					}
					if c := b.Cursor(width, len(status)); c < 0 || (width > 0 && c >= width) {
						t.Fatalf("%q at width %d has its cursor at %d", text, width, c)
					}
				}
			}
		}
	}
}

func BenchmarkFuzzy(b *testing.B) {
	texts := make([]string, 100_000)
	for i := range texts {
		texts[i] = "team-" + strconv.Itoa(i%37) + "/builder-" + strconv.Itoa(i) + "-token-" + strconv.Itoa(i*7919%100_003) + " builder"
	}
	for _, w := range []string{"b", "tb", "t3b77"} {
		b.Run(w, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fuzzy([]string{w}, texts)
			}
		})
	}
}
