package ui

import (
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/planfile"
	"timebound/ui/internal/sample"
)

func TestChoosingATarget(t *testing.T) {
	d := load(t, 120, 40, "6")
	d.press("t")
	d.sees("1.29", "OpenShift 4.16", "runs now")
	d.sees("▌ 1.37", "newest known", "planned for")
	d.press("g", "j")
	d.sees("▌ 1.30", "OpenShift 4.17")
	d.press("enter")
	d.sees("1.30 target")
	d.misses("1.37")
	if got := d.root.planner.sheet.Plan.Target; got != 30 {
		t.Fatalf("the target is %s", got)
	}
	d.press("t", "g", "enter")
	if got := d.root.planner.sheet.Plan.Target; got != 29 {
		t.Fatalf("the target is %s", got)
	}
	d.press("t", "esc")
	d.sees("you are here")
}

func TestWritingThePlan(t *testing.T) {
	t.Chdir(t.TempDir())
	d := load(t, 100, 30, "6")
	d.press("w")
	d.sees("plan-prod-eu-1-2026-11-22.yaml")
	d.sees("a new file")
	if c := d.root.View().Cursor; c == nil {
		t.Fatal("no text cursor")
	} else if line := d.lines()[c.Y]; !strings.Contains(line, "plan-prod-eu-1-2026-11-22.yaml") || !strings.HasPrefix(string([]rune(line)[c.X-5:]), ".yaml") {
		t.Errorf("the text cursor stands at %v in %q", c, line)
	}
	d.press("enter")
	d.sees("wrote ", "plan-prod-eu-1-2026-11-22.yaml")
	text, err := os.ReadFile("plan-prod-eu-1-2026-11-22.yaml")
	if err != nil || !strings.Contains(string(text), "kind: Plan") {
		t.Fatalf("%v: %.80s", err, text)
	}
	d.press("w")
	d.sees("this file exists; enter overwrites it")
	d.press("esc")
	d.misses("overwrites")
}

func TestTheEndingDecidesTheFormat(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, want := range map[string]string{"p.md": "# Migration plan", "p.json": "{", "p.yml": "apiVersion"} {
		d := load(t, 100, 30, "6")
		d.press("w", "ctrl+u")
		d.send(tea.PasteMsg{Content: name})
		d.press("enter")
		d.sees("wrote ", name)
		if text, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%s: %v: %.40s", name, err, text)
		}
	}
}

func TestAFileThatCannotBeWrittenIsSaidInThePrompt(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("folder.yaml", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"p.txt": "must end in .yaml, .json or .md", "nowhere/p.yaml": "there is no folder nowhere", "folder.yaml": "there is a folder of this name", "": "must end in",
	} {
		d := load(t, 100, 30, "6")
		d.press("w", "ctrl+u")
		d.send(tea.PasteMsg{Content: name})
		d.sees(want)
		d.press("enter")
		d.sees(want)
		d.press("esc")
		d.sees("you are here")
	}
}

// What appears between the look and the writing is not overwritten: nobody was
// told of it.
func TestAFileThatAppearsMeanwhileIsNotOverwritten(t *testing.T) {
	t.Chdir(t.TempDir())
	d := load(t, 100, 30, "6")
	d.press("w")
	const name = "plan-prod-eu-1-2026-11-22.yaml"
	if err := os.WriteFile(name, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.press("enter")
	d.sees("this file exists; enter overwrites it")
	if text, _ := os.ReadFile(name); string(text) != "mine" {
		t.Fatal("the file was overwritten")
	}
	d.press("enter")
	d.sees("wrote ", name)
}

func TestFileNamesAreSafe(t *testing.T) {
	for cluster, want := range map[string]string{
		"prod-eu-1": "prod-eu-1", "https://10.0.0.1:6443": "https-10.0.0.1-6443", "../../etc/passwd": "etc-passwd", "": "cluster", "日本": "cluster",
		sample.Hostile: "evil-31m-gnp", "arn:aws:eks:eu-1:123:cluster/x": "arn-aws-eks-eu-1-123-cluster-x",
	} {
		p := &plan.Plan{Cluster: plan.Cluster{Name: cluster}, Inputs: plan.Inputs{AsOf: model.DayOf(sample.Now)}}
		if got := planFileName("plan", p); got != "plan-"+want+"-2026-11-22.yaml" {
			t.Errorf("%q gives %s", cluster, got)
		}
	}
}

func TestWhatIsStagedIsWrittenToAPlanFile(t *testing.T) {
	t.Chdir(t.TempDir())
	d := load(t, 120, 40, "7")
	d.press("w")
	d.sees("nothing is staged")
	stageSome(d)
	d.press("w")
	d.sees("Write what is staged to which plan file?")
	d.sees("staged-prod-eu-1-2026-11-22.yaml")
	d.press("enter")
	d.sees("wrote staged-prod-eu-1-2026-11-22.yaml, for timebound apply to carry out, in ")
	text, err := os.ReadFile("staged-prod-eu-1-2026-11-22.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := planfile.Read(text)
	if err == nil {
		err = planfile.CheckHash(p)
	}
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range p.Hops[0].Steps[0].Actions {
		got = append(got, planfile.ActionName(&a))
	}
	if want := d.staged(); strings.Join(got, ", ") != want {
		t.Errorf("%q is written, and %q is staged", got, want)
	}
	d.press("w", "ctrl+u")
	d.send(tea.PasteMsg{Content: "p.md"})
	d.press("enter")
	d.sees("wrote p.md")
	d.misses("timebound apply")
	d.sees("7/7") // it is still staged
}
