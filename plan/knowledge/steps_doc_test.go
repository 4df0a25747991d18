package knowledge

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/steps.md anew")

// TestStepsAreDocumented keeps docs/steps.md what steps.yaml says.
func TestStepsAreDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Steps of a plan\n\nWritten from `plan/knowledge/steps.yaml`; `go test ./plan/knowledge -update` writes it anew. `…` stands for what depends on the cluster.\n")
	phase := ""
	titles := map[string]string{"before": "Before an upgrade", "do": "On tokens and workloads", "outside": "Users outside of the cluster", "set": "Settings", "after": "Checks afterwards"}
	for _, s := range migration(t).Steps {
		if s.Phase != phase {
			phase = s.Phase
			b.WriteString("\n## " + titles[phase] + "\n\n| code | step | why | way back |\n|---|---|---|---|\n")
		}
		undo := s.Undo
		if undo == "" {
			undo = "nothing is changed"
		}
		b.WriteString("| " + s.Code + " | " + strings.ReplaceAll(s.Title, "%s", "…") + " | " + s.Why + " | " + undo + " |\n")
	}
	const path = "../../docs/steps.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != b.String() {
		t.Errorf("%s is not what steps.yaml says (%v); -update writes it anew", path, err)
	}
}
