package model_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"timebound/model"
	"timebound/model/agent"
)

var update = flag.Bool("update", false, "rewrite docs/codes.md")

// docs/codes.md is written from the table of codes, so that the two cannot
// disagree.
func TestCodesAreDocumented(t *testing.T) {
	const path = "../docs/codes.md"
	var b strings.Builder
	b.WriteString("# Codes\n\nEvery statement that Timebound makes about a token or a cluster has a code that does not change. Scripts may rely on the codes; the words may\nget better. In the texts, … stands for names, days and counts.\n\nSeverities: *info* is a plain fact, *doubt* is something that was not seen, *warning* needs a look before anything is done, *stop* means hands off.\n\n")
	b.WriteString("| code | severity | text | what to do |\n|---|---|---|---|\n")
	cell := strings.NewReplacer("%s", "…", "|", `\|`)
	for _, c := range slices.Concat(model.Codes(), agent.Codes()) {
		b.WriteString("| " + string(c.Code) + " | " + c.Severity.String() + " | " + cell.Replace(c.Text) + " | " + cell.Replace(c.Remedy) + " |\n")
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != b.String() {
		t.Errorf("%s is not what the table of codes says; run go test ./model -update (%v)", path, err)
	}
}
