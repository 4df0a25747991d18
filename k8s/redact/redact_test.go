package redact

import (
	"strings"
	"testing"
	"unicode/utf8"
)

const token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln"

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"connection refused":          "connection refused",
		"Bearer " + token + " is old": "Bearer [token] is old",
		"eyJhbGciOiJub25lIn0.e30":     "[token]", // without a signature
		"eyJ is no token":             "eyJ is no token",
	} {
		if got := Words(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// However the words are cut to size, they stay text and hold no token.
func FuzzWords(f *testing.F) {
	f.Add(strings.Repeat("é", 150) + token)
	f.Add(token + "." + token)
	f.Add("eyJ" + strings.Repeat("0", 200) + "\xee" + strings.Repeat("0", 80) + ".0000") // no token, unless the bad byte is left out
	f.Add(strings.Repeat("eyJ", 99) + "." + token)
	f.Fuzz(func(t *testing.T, s string) {
		got := Words(s)
		if HoldsToken(got) || utf8.ValidString(s) && !utf8.ValidString(got) || len(got) > maxMessage+len("…") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
