package planfile

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestMarkdownHasWhatABoardReads(t *testing.T) {
	md := string(written(t, WriteMarkdown, planOf(t, sample())))
	for _, want := range []string{
		"# Migration plan: prod, 1.27 to 1.30", "UID of kube-system | `7f3c0a52`", "## Summary", "## 1.27, which runs now", "## 1.28 to 1.29",
		"**TB-304**", "## Teams", "### payments", "- [ ] TB-301 `Deployment payments/app-2`: project", "## If nobody acts", "(assumed)",
		"## What each setting does", "### manual secret", "Often told of tracking", "## What this stands on", "TB-180",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

// TestMarkdownTablesAndFencesHold: whatever stands in the fields, rows keep
// their columns and fences close.
func TestMarkdownTablesAndFencesHold(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	for range 200 {
		md := string(written(t, WriteMarkdown, random(r)))
		fences, columns := 0, 0
		for _, line := range strings.Split(md, "\n") {
			bare := strings.TrimSpace(line)
			if strings.HasPrefix(bare, "```") {
				fences++
			}
			if !strings.HasPrefix(bare, "|") || fences%2 == 1 {
				columns = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(bare, `\|`, ""), "|")
			if columns != 0 && n != columns {
				t.Fatalf("a row of %d columns in a table of %d: %q", n-1, columns-1, line)
			}
			columns = n
		}
		if fences%2 != 0 {
			t.Fatalf("a fence stays open:\n%s", md)
		}
	}
}
