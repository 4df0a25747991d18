package model

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintableMakesHiddenThingsVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain-name":             "plain-name",
		"":                       "",
		"日本語 é":                  "日本語 é",
		"red\x1b[31m":            `red\x1b[31m`,
		"bell\a\r\n\t":           `bell\x07\x0d\x0a\x09`,
		"c1\u009b31m":            `c1\x9b31m`,
		"bidi\u202egnp.exe":      `bidi\u202egnp.exe`,
		"zero\u200bwidth":        `zero\u200bwidth`,
		"bad\xffutf8":            `bad\xffutf8`,
		"line\u2028sep":          `line\u2028sep`,
		"nbsp\u00a0":             `nbsp\xa0`,
		"private\U000f0000":      `private\U000f0000`,
		"tag\U000e0041":          `tag\U000e0041`,
		"del\x7f":                `del\x7f`,
		"real replacement\ufffd": "real replacement\ufffd",
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPrintableLeavesNothingHidden(f *testing.F) {
	f.Add("a\x1b]52;c;aGk=\a")
	f.Add("\xc3\x28\u2066x")
	f.Fuzz(func(t *testing.T, s string) {
		got := Printable(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Printable(%q) = %q is not UTF-8", s, got)
		}
		if strings.ContainsFunc(got, hidden) {
			t.Fatalf("Printable(%q) = %q still hides something", s, got)
		}
		if again := Printable(got); again != got {
			t.Fatalf("not stable: %q, then %q", got, again)
		}
	})
}
