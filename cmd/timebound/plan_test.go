package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"timebound/plan"
	"timebound/plan/planfile"
)

// demoPlan writes the plan of the demo cluster to a file and gives its path.
func demoPlan(t *testing.T, name string, more ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	a := timebound(t, append([]string{"plan", "--demo", "-f", path}, more...)...).wants(t, exitDone, "wrote "+path, "1.29 to ")
	if a.out != "" {
		t.Errorf("with --file, stdout holds %q", a.out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), canary) {
		t.Error("the plan holds secret data")
	}
	return path
}

// changed writes a plan file anew with something else in it.
func changed(t *testing.T, path string, change func(*plan.Plan)) string {
	t.Helper()
	p, err := planfile.ReadFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	change(p)
	out, err := os.Create(filepath.Join(t.TempDir(), "changed.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := planfile.WriteYAML(out, p); err != nil {
		t.Fatal(err)
	}
	return out.Name()
}

// TestExamplePlan keeps docs/example-plan.md what the demo's plan is.
func TestExamplePlan(t *testing.T) {
	const example = "../../docs/example-plan.md"
	got := timebound(t, "plan", "--demo", "-o", "markdown").wants(t, exitDone).out
	if *update {
		if err := os.WriteFile(example, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "../"+example, got)
}

func TestPlanFormsHaveOneShape(t *testing.T) {
	text, err := os.ReadFile("../../docs/plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var rules schema
	if err := json.Unmarshal(text, &rules.root); err != nil {
		t.Fatal(err)
	}
	var fromJSON, fromYAML any
	if err := json.Unmarshal([]byte(timebound(t, "plan", "--demo", "-o", "json").wants(t, exitDone).out), &fromJSON); err != nil {
		t.Fatal(err)
	}
	for _, bad := range rules.check(fromJSON) {
		t.Error(bad)
	}
	if err := yaml.Unmarshal([]byte(timebound(t, "plan", "--demo").wants(t, exitDone).out), &fromYAML); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(fromJSON)
	if string(again) != string(want) {
		t.Error("YAML and JSON tell different things")
	}
}

func TestPlanIsTheSameTwice(t *testing.T) {
	first := timebound(t, "plan", "--demo").wants(t, exitDone).out
	if first != timebound(t, "plan", "--demo").wants(t, exitDone).out {
		t.Error("two plans of one cluster differ")
	}
}

func TestPlanFilesByTheirEnding(t *testing.T) {
	for name, start := range map[string]string{"p.md": "# Migration plan", "p.json": "{\n", "p.yaml": "apiVersion:", "p": "apiVersion:"} {
		text, _ := os.ReadFile(demoPlan(t, name))
		if !strings.HasPrefix(string(text), start) {
			t.Errorf("%s begins with %.20q", name, text)
		}
	}
	text, _ := os.ReadFile(demoPlan(t, "p.md", "-o", "json"))
	if !strings.HasPrefix(string(text), "{") {
		t.Error("--output does not outweigh the ending")
	}
	timebound(t, "plan", "--demo", "-f", "/no/such/folder/p.yaml").wants(t, exitFailed, "write the plan", "no such file")
}

func TestPlanTargets(t *testing.T) {
	for to, want := range map[string]string{"1.30": "target: \"1.30\"", "30": "target: \"1.30\"", "v1.31.4": "target: \"1.31\"", "4.17": "target: \"1.30\""} {
		if out := timebound(t, "plan", "--demo", "--to", to).wants(t, exitDone).out; !strings.Contains(out, want) {
			t.Errorf("--to %s: lacks %s", to, want)
		}
	}
	timebound(t, "plan", "--demo", "--to", "1.28").wants(t, exitFailed, "the target is behind the cluster", "1.29")
	policy := file(t, "ours.yaml", "name: ours\nphases:\n- {minor: 1.29, maxTokenExpiration: 24h}\nupgrades:\n  dates: {1.30: 2027-01-15}\n")
	out := timebound(t, "plan", "--demo", "--to", "1.30", "--policy", policy).wants(t, exitDone).out
	for _, want := range []string{"name: ours", `date: "2027-01-15"`, "--service-account-max-token-expiration=24h"} {
		if !strings.Contains(out, want) {
			t.Errorf("the policy's %s is not in the plan", want)
		}
	}
}

func TestPlanUsage(t *testing.T) {
	broken := file(t, "policy.yaml", "name: x\nphases:\n- {minor: soon}\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"plan", "now"}, `takes no arguments, "now" was given`},
		{[]string{"plan", "-o", "pdf"}, `--output "pdf"`},
		{[]string{"plan", "--to", "soon"}, `--to: "soon" is no minor version such as 1.30`},
		{[]string{"plan", "--demo", "--policy", "nice"}, `no policy "nice"; there are gradual, prompt`},
		{[]string{"plan", "--demo", "--policy", broken}, `line 3: "soon" is no minor version`},
		{[]string{"plan", "diff"}, `plan diff needs a plan file`},
		{[]string{"plan", "diff", "a", "b", "c"}, `"c" is one more`},
		{[]string{"plan", "diff", "a", "-o", "table"}, `--output "table"`},
		{[]string{"plan", "verify"}, `plan verify needs a plan file`},
		{[]string{"plan", "verify", "a", "b"}, `"b" is one more`},
	} {
		timebound(t, c.args...).wants(t, exitUsage, "timebound: ", c.want)
	}
	timebound(t, "plan", "verify", "--offline", "/no/such/plan.yaml").wants(t, exitFailed, "read plan", "no such file")
	timebound(t, "plan", "diff", broken, broken).wants(t, exitFailed, "not a plan of apiVersion timebound/v1")
}

func TestPlanVerify(t *testing.T) {
	path := demoPlan(t, "plan.yaml", "--to", "1.30")
	if out := timebound(t, "plan", "verify", "--demo", path).wants(t, exitDone).out; !strings.Contains(out, "nothing drifted") {
		t.Errorf("says %q", out)
	}
	timebound(t, "plan", "verify", "--offline", path).wants(t, exitDone, "is whole")

	text, _ := os.ReadFile(path)
	edited := file(t, "edited.yaml", strings.Replace(string(text), "soakDays: 7", "soakDays: 0", 1))
	timebound(t, "plan", "verify", "--demo", edited).wants(t, exitDrift, "does not fit its hash", "somebody changed it")
	timebound(t, "plan", "verify", "--offline", edited).wants(t, exitDrift, "does not fit its hash")

	elsewhere := changed(t, path, func(p *plan.Plan) { p.Cluster.UID, p.Cluster.Name = "another", "prod-us-1" })
	timebound(t, "plan", "verify", "--demo", elsewhere).wants(t, exitRefused, "belongs to another cluster", "prod-us-1")

	moved := changed(t, path, func(p *plan.Plan) {
		for i := range p.Hops {
			for j := range p.Hops[i].Steps {
				if s := &p.Hops[i].Steps[j]; s.Code == "TB-304" && len(s.Actions) > 0 {
					s.Actions[0].On.ResourceVersion = "1"
				}
			}
		}
	})
	a := timebound(t, "plan", "verify", "--demo", moved).wants(t, exitDrift, "1 action drifted")
	if !strings.Contains(a.out, "resourceVersion was 1") {
		t.Errorf("says %q", a.out)
	}
	if out := timebound(t, "plan", "verify", "--demo", "-o", "json", moved).wants(t, exitDrift).out; !strings.Contains(out, `"kind": "Drift"`) {
		t.Errorf("JSON is %q", out)
	}
}

// TestPlanVerifyJudgesAsThePlanDid: windows come from the file.
func TestPlanVerifyJudgesAsThePlanDid(t *testing.T) {
	path := demoPlan(t, "plan.yaml", "--idle-after", "14d")
	timebound(t, "plan", "verify", "--demo", path).wants(t, exitDone)
	timebound(t, "plan", "verify", "--demo", "--idle-after", "180d", path).wants(t, exitDrift)
}

func TestPlanDiff(t *testing.T) {
	path := demoPlan(t, "plan.yaml", "--to", "1.30")
	if out := timebound(t, "plan", "diff", "--demo", path).wants(t, exitDone).out; out != "no difference\n" {
		t.Errorf("says %q", out)
	}
	timebound(t, "plan", "diff", path, path).wants(t, exitDone)
	other := demoPlan(t, "other.yaml", "--to", "1.30", "--idle-after", "14d")
	a := timebound(t, "plan", "diff", path, other).wants(t, exitDrift, "differences")
	if !strings.Contains(a.out, "~ token    ") || !strings.Contains(a.out, "in use -> ") || !strings.Contains(a.out, "+ action   invalidate Secret ") {
		t.Errorf("says %.600q", a.out)
	}
	if out := timebound(t, "plan", "diff", path, other, "-o", "yaml").wants(t, exitDrift).out; !strings.HasPrefix(out, "apiVersion: timebound/v1\nkind: Diff\n") {
		t.Errorf("YAML is %.80q", out)
	}
}
