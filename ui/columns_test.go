package ui

import (
	"strings"
	"testing"
)

// What must be visible at the sizes that people have.
func TestTokensShowWhatMattersAtEverySize(t *testing.T) {
	for width, titles := range map[int]string{
		80: "NAMESPACE TOKEN ACCOUNT ORIGIN REFS VERDICT", 100: "NAMESPACE TOKEN REFS VERDICT", 110: "NAMESPACE TOKEN ORIGIN REFS VERDICT",
		120: "NAMESPACE TOKEN ACCOUNT ORIGIN REFS VERDICT", 160: "NAMESPACE TOKEN ACCOUNT ORIGIN REFS VERDICT", 200: "NAMESPACE TOKEN ACCOUNT ORIGIN AGE REFS VERDICT",
	} {
		d := load(t, width, 24, "2")
		d.sees(append(strings.Fields(titles), "LAST USED")...)
		for range strings.Fields(titles) {
			d.sees(append(strings.Fields(titles), "LAST USED", "NAMESPACE ")...)
			d.press("s")
		}
	}
}

func TestTheOriginIsSaidShort(t *testing.T) {
	d := load(t, 120, 40, "2")
	d.sees("batch-token-88sd", "auto")
	d.sees("export-token-x2m1", "manual")
	d.sees("gone-token-1qaz", "orphan")
}

func TestOnlyARandomEndIsKeptWhenANameIsCut(t *testing.T) {
	for name, want := range map[string]int{"ledger-token-7bbcx": 5, "ci-deployer-token": 0, "x": 0, "": 0, "-7bbcx": 5, "ledger7bbcx": 0, "legacy-app-token-p9q2x": 5, "a-b13cd": 0} {
		if got := generatedTail(name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
