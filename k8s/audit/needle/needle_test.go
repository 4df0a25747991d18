package needle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var words = []string{"egacy-token", "stale-token", "issued-cred", "tokenreview", "tion failed", "nauthorized"}

func finder(tb testing.TB, needles ...string) *Finder {
	tb.Helper()
	f, err := New(needles...)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// linesWith gives the numbers of the lines that hold one of the texts.
func linesWith(chunk []byte, texts ...string) (lines []int) {
	for i, line := range bytes.Split(chunk, []byte("\n")) {
		if slices.ContainsFunc(texts, func(s string) bool { return bytes.Contains(line, []byte(s)) }) {
			lines = append(lines, i)
		}
	}
	return lines
}

// linesAt gives the numbers of the lines in which there are hits.
func linesAt(chunk []byte, hits []int) (lines []int) {
	for _, h := range hits {
		lines = append(lines, bytes.Count(chunk[:h], []byte("\n")))
	}
	return slices.Compact(lines)
}

// compare compares a search with the plain one.
func compare(tb testing.TB, f *Finder, chunk []byte, needles []string) {
	tb.Helper()
	hits := f.Find(nil, chunk)
	if !slices.IsSorted(hits) {
		tb.Fatalf("hits are not sorted: %v", hits)
	}
	got, want := linesAt(chunk, hits), linesWith(chunk, needles...)
	if !bytes.Contains(chunk, []byte(`\u00`)) && !slices.Equal(got, want) {
		tb.Fatalf("lines %v, want %v:\n%q", got, want, chunk)
	}
	for _, l := range want {
		if !slices.Contains(got, l) {
			tb.Fatalf("line %d is missing in %v:\n%q", l, got, chunk)
		}
	}
}

func TestFindEveryPlace(t *testing.T) {
	f := finder(t, words...)
	for _, size := range []int{Length, Length + 1, 64, smallest - 1, smallest, smallest + 3, 3 * smallest} {
		for at := 0; at+Length <= size; at++ {
			chunk := bytes.Repeat([]byte("e"), size)
			copy(chunk[at:], words[at%len(words)])
			if hits := f.Find(nil, chunk); len(hits) != 1 || hits[0] != at+Length-1 {
				t.Fatalf("size %d, needle at %d: hits %v", size, at, hits)
			}
		}
	}
}

// TestFindIsContains puts pieces of needles together in all ways, which is where
// jumps go wrong.
func TestFindIsContains(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		needles := words[:1+r.IntN(len(words))]
		var b strings.Builder
		for b.Len() < r.IntN(4*smallest) {
			w := words[r.IntN(len(words))]
			switch r.IntN(6) {
			case 0:
				b.WriteString(w)
			case 1, 2:
				b.WriteString(w[r.IntN(Length):])
			case 3, 4:
				b.WriteString(w[:r.IntN(Length)])
			default:
				b.WriteByte("\n\n -\x00\xff\\"[r.IntN(7)])
			}
		}
		compare(t, finder(t, needles...), []byte(b.String()), needles)
	}
}

// TestFindFewLetters has needles that nearly overlap themselves and each other.
func TestFindFewLetters(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	word := func(n int, letters string) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	for range 500 {
		needles := []string{word(Length, "ab"), word(Length, "aab"), word(Length, "aaaaaaaab")}
		f := finder(t, needles...)
		compare(t, f, []byte(word(r.IntN(3*smallest), "aaaaaabb\n")), needles)
		compare(t, f, []byte(word(30, "ab")+needles[r.IntN(3)][:r.IntN(Length)]+needles[r.IntN(3)]), needles)
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("legacy-token\nlegacy-toke\n"), "egacy-token")
	f.Add(bytes.Repeat([]byte("aaaaaaaaaab"), 300), "aaaaaaaaaab")
	f.Add([]byte(`\u006cegacy-token \u00`), "egacy-token")
	f.Fuzz(func(t *testing.T, chunk []byte, needle string) {
		finder, err := New(needle)
		if err != nil {
			return
		}
		compare(t, finder, chunk, []string{needle})
		compare(t, finder, bytes.Repeat(chunk, 5), []string{needle})
	})
}

func TestFindEscaped(t *testing.T) {
	tests := map[string]bool{
		`"l\u0065gacy-token"`:                true,
		`"lega\u0063y-token"`:                true,
		`"legacy\u002dtoken"`:                true,
		`"legacy\u002Dtoken"`:                true,
		`tion\u0020failed`:                   true,
		`"l\\u0065gacy-token"`:               true,
		`"l\u005cu0065gacy-token"`:           true,
		`a\u003cb\u003e\u0026c`:              false,
		`\u0030\u0041`:                       false,
		`\u00`:                               false,
		`\u006`:                              false,
		`\u00` + `\u006c`:                    true,
		`\u010063`:                           false,
		`\u00g3 u0063`:                       false,
		"x\\u00\n63":                         false,
		strings.Repeat(`\u003c`, 100):        false,
		strings.Repeat(`\"`, 500) + `\u0065`: true,
	}
	f := finder(t, words...)
	for line, want := range tests {
		hits := f.Find(nil, []byte("a\n"+line+"\nb\n"))
		if got := len(hits) > 0; got != want {
			t.Errorf("%q: %v", line, hits)
		}
		for _, h := range hits {
			if h < 2 || h >= 2+len(line) {
				t.Errorf("%q: the hit %d is outside the line", line, h)
			}
		}
	}
}

// TestFindSpelled spells needles with any of their letters by number.
func TestFindSpelled(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	f := finder(t, words...)
	for range 5000 {
		var b strings.Builder
		w := words[r.IntN(len(words))]
		for i := range len(w) {
			switch r.IntN(3) {
			case 0:
				fmt.Fprintf(&b, `\u%04x`, w[i])
			case 1:
				fmt.Fprintf(&b, `\u%04X`, w[i])
			default:
				b.WriteByte(w[i])
			}
		}
		if len(f.Find(nil, []byte(b.String()))) == 0 {
			t.Fatalf("%s is missed", b.String())
		}
	}
}

func TestFindAppends(t *testing.T) {
	hits := finder(t, words...).Find([]int{99, 7}, []byte(`\u0065 egacy-token`))
	if !slices.Equal(hits, []int{99, 7, 4, 17}) {
		t.Errorf("%v", hits)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, n := range []string{"", "short", "much too long", `with "quote`, "with/slash!", `back\slash!`, "umlaut\xc3\xa4abc", "new\nline..."} {
		if _, err := New("egacy-token", n); err == nil {
			t.Errorf("%q was accepted", n)
		}
	}
}

// TestFindEscapedEverywhere has escapes at every place of a step, among bytes that
// nearly are some.
func TestFindEscapedEverywhere(t *testing.T) {
	f := finder(t, words...)
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{`\`, `u`, `\u`, `u0`, `]`, `t`, "\xdc\xf5", `v`, `\u00`, `\u0065`, `\u003c`, `0`, `6`}
	for range 20_000 {
		var chunk []byte
		for len(chunk) < 150 {
			chunk = append(chunk, parts[r.IntN(len(parts))]...)
		}
		chunk = chunk[r.IntN(8):]
		var want []int
		for at := 0; at+6 <= len(chunk); at++ {
			if string(chunk[at:at+4]) == `\u00` {
				if n, err := strconv.ParseUint(string(chunk[at+4:at+6]), 16, 8); err == nil && f.letters[n] {
					want = append(want, at+4)
				}
			}
		}
		if got := f.findEscaped(nil, chunk); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", chunk, got, want)
		}
	}
}
