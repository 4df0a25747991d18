package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timebound/plan"
	"timebound/plan/planfile"
)

// planOfDemo writes the demo's plan to a file; change adjusts it before.
func planOfDemo(t *testing.T, change func(*plan.Plan)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.yaml")
	timebound(t, "plan", "--demo", "-f", path).wants(t, exitDone)
	if change == nil {
		return path
	}
	p, err := planfile.ReadFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	change(p)
	var text bytes.Buffer
	if err := planfile.Formats()["yaml"](&text, p); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestApplyAsksForTheName(t *testing.T) {
	path := planOfDemo(t, nil)
	timebound(t, "apply", path, "--demo").wants(t, exitUsage, "there is no terminal to ask on; give --yes --context NAME, or --dry-run")
	timebound(t, "apply", path, "--yes").wants(t, exitUsage, "--yes alone is not enough to change a cluster: name it with --context too")
	timebound(t, "undo", "--yes").wants(t, exitUsage, "--yes alone is not enough")
	timebound(t, "runs", "finish", "--yes").wants(t, exitUsage, "--yes alone is not enough")
}

func TestApplyWrongUsage(t *testing.T) {
	path := planOfDemo(t, nil)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-o", "yml"}, "--output"},
		{[]string{"--parallel", "0"}, "parallel 0: wants 1 to 64"},
		{[]string{"--undo-classes", "AX"}, "wants letters of ABCD"},
		{[]string{"--rate", "-1"}, "negative"},
		{[]string{"--override", "payments=x"}, "wants namespace/name=reason"},
		{[]string{"--override", "payments/a=no"}, "a reason that others understand"},
		{[]string{"--override", "payments/nothing-like-it=the owner agreed"}, "no chosen action of the plan is about it"},
		{[]string{"--backup-passphrase", "--backup-recipient", "age1x"}, "exclude each other"},
		{[]string{"--backup-recipient", "age1x"}, "public key 1"},
	} {
		timebound(t, append([]string{"apply", path, "--demo", "--dry-run"}, c.args...)...).wants(t, exitUsage, c.want)
	}
}

func TestApplyRefusesPlansOfOthers(t *testing.T) {
	edited := planOfDemo(t, nil)
	text, err := os.ReadFile(edited)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(edited, bytes.Replace(text, []byte("namespace: payments\n"), []byte("namespace: ledgers\n"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	timebound(t, "apply", edited, "--demo", "--yes").wants(t, exitDrift, "somebody changed it after it was written", "nothing was changed")

	other := planOfDemo(t, func(p *plan.Plan) { p.Cluster.UID = "of-another-cluster" })
	timebound(t, "apply", other, "--demo", "--yes").wants(t, exitRefused, "the plan belongs to another cluster", "nothing was changed")
}

func TestApplyDryRunChangesNothing(t *testing.T) {
	path := planOfDemo(t, nil)
	a := timebound(t, "apply", path, "--demo", "--dry-run", "--kubectl", "--action", "detach,invalidate")
	for _, want := range []string{
		"\ninvalidate ", "  undo: the label is taken off", "+ label kubernetes.io/legacy-token-invalid-since=",
		"$ kubectl label secret -n ", "\ndetach 1\n", "- .secrets: ", "Canary 2, 15s later the rest: 4 at once, 10 a second. Stops after 1 failed.",
	} {
		if !strings.Contains(a.out, want) {
			t.Errorf("the review lacks %q:\n%s", want, a.out)
		}
	}
	var doc reviewDocument
	j := timebound(t, "apply", path, "--demo", "--dry-run", "--action", "detach", "-o", "json").wants(t, exitDone)
	if err := json.Unmarshal([]byte(j.out), &doc); err != nil || doc.Kind != "Review" || len(doc.Items) != 1 || !doc.Items[0].OK || !doc.Items[0].Tried {
		t.Errorf("%v: %s", err, j.out)
	}
}

func TestApplyDoesWhatThePlanSays(t *testing.T) {
	path := planOfDemo(t, nil)
	quick := []string{"--demo", "--yes", "--settle", "10ms", "--canary-wait", "10ms", "--rate", "0"}
	a := timebound(t, append([]string{"apply", path, "--action", "detach"}, quick...)...).wants(t, exitDone)
	if !strings.Contains(a.out, "done     detach ServiceAccount ") || !strings.HasSuffix(a.out, "\n1 done\n") {
		t.Errorf("got %q", a.out)
	}

	// What may not be done makes the code another one, and is told.
	a = timebound(t, append([]string{"apply", path, "--action", "invalidate,delete", "-o", "json"}, quick...)...).wants(t, exitPartly)
	var doc runDocument
	if err := json.Unmarshal([]byte(a.out), &doc); err != nil {
		t.Fatalf("%v: %s", err, a.out)
	}
	if doc.Counts["done"] < 50 || len(doc.Refused) == 0 || doc.ID == "" {
		t.Errorf("%d done, %d refused, id %q", doc.Counts["done"], len(doc.Refused), doc.ID)
	}
	for _, r := range doc.Refused {
		if r.Why == "" {
			t.Errorf("%s is left out without a reason", r.Action)
		}
	}
	timebound(t, append([]string{"apply", path, "--step", "TB-999"}, quick...)...).wants(t, exitFailed, "there is nothing to do")
}

func TestIssueKeepsTokensInFilesOfOurOwn(t *testing.T) {
	path := planOfDemo(t, nil)
	folder := filepath.Join(t.TempDir(), "kubeconfigs")
	a := timebound(t, "apply", path, "--demo", "--yes", "--action", "issue", "--settle", "0s", "--canary", "0", "--rate", "0", "--kubeconfig-dir", folder, "-o", "json")
	var doc runDocument
	if err := json.Unmarshal([]byte(a.out), &doc); err != nil || doc.Counts["done"] == 0 {
		t.Fatalf("%v: %s%s", err, a.out, a.err)
	}
	found, err := os.ReadDir(folder)
	if err != nil || len(found) != doc.Counts["done"] {
		t.Fatalf("%d files for %d tokens: %v", len(found), doc.Counts["done"], err)
	}
	for _, f := range found {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v: %v", f.Name(), info.Mode(), err)
		}
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var config struct {
			Users []struct{ User struct{ Token string } }
		}
		if err := json.Unmarshal(text, &config); err != nil || len(config.Users) != 1 || strings.Count(config.Users[0].User.Token, ".") != 2 {
			t.Fatalf("%s is no kubeconfig: %v", f.Name(), err)
		}
		if strings.Contains(a.out+a.err, config.Users[0].User.Token) {
			t.Errorf("the token of %s stands in the output", f.Name())
		}
	}
}

func TestCredential(t *testing.T) {
	timebound(t, "credential", "--demo").wants(t, exitUsage, "needs --account and one --namespace")
	timebound(t, "credential", "--demo", "-n", "payments", "--account", "ledger", "--duration", "1m").wants(t, exitUsage, "no less than 10m")

	a := timebound(t, "credential", "--demo", "-n", "payments", "--account", "gateway").wants(t, exitDone)
	var c struct {
		Kind   string
		Status struct{ Token, ExpirationTimestamp string }
	}
	if err := json.Unmarshal([]byte(a.out), &c); err != nil || c.Kind != "ExecCredential" || c.Status.Token == "" || c.Status.ExpirationTimestamp == "" {
		t.Errorf("%v: %s", err, a.out)
	}

	path := filepath.Join(t.TempDir(), "kubeconfig")
	timebound(t, "credential", "--demo", "-n", "payments", "--account", "gateway", "--write-kubeconfig", path).wants(t, exitDone, "holds no token")
	timebound(t, "credential", "--demo", "-n", "payments", "--account", "gateway", "--write-kubeconfig", path).wants(t, exitFailed, "file exists")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v: %v", info, err)
	}
	// Somebody will use it as KUBECONFIG: the command must not call itself then.
	// (client-go looks at credentials only where the line is encrypted.)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte("http://"), []byte("https://"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	timebound(t, "credential", "--kubeconfig", path, "-n", "payments", "--account", "gateway").wants(t, exitUsage, "gets its tokens from timebound credential itself")
}

func TestApplyGoesByWhatIsKnownToday(t *testing.T) {
	path := planOfDemo(t, nil)
	timebound(t, "apply", path, "--demo", "--dry-run", "--as-of", "2031-01-01").wants(t, exitUsage, "--as-of is for looking ahead")
	ahead := filepath.Join(t.TempDir(), "ahead.yaml")
	timebound(t, "plan", "--demo", "--as-of", "2031-01-01", "-f", ahead).wants(t, exitDone)
	timebound(t, "apply", ahead, "--demo", "--yes").wants(t, exitRefused, "which is a forecast and no evidence")
}

func TestRunsAndSoakOfTheDemo(t *testing.T) {
	if a := timebound(t, "runs", "--demo").wants(t, exitDone); !strings.Contains(a.out, "nothing was run on this cluster from here") {
		t.Errorf("got %q", a.out)
	}
	timebound(t, "undo", "--demo", "--yes").wants(t, exitFailed, "there is no run to put back on this cluster")
	timebound(t, "undo", "--demo", "--yes", "payments/x").wants(t, exitFailed, "no run of this cluster is called payments/x or changed it")
	timebound(t, "runs", "show", "nothing", "--demo").wants(t, exitFailed, "nothing")

	a := timebound(t, "soak", "--demo", "-o", "json").wants(t, exitDone)
	var doc struct {
		Kind        string
		Tokens      []soakLine
		RefusedUses int
	}
	if err := json.Unmarshal([]byte(a.out), &doc); err != nil || doc.Kind != "Soak" || len(doc.Tokens) == 0 {
		t.Fatalf("%v: %s", err, a.out)
	}
	if doc.RefusedUses != 61 {
		t.Errorf("%d refused uses, the demo's API server counts 61", doc.RefusedUses)
	}
	knocked, ready := 0, 0
	for _, l := range doc.Tokens {
		if l.Knocked {
			knocked++
		}
		if l.Ready {
			ready++
		}
		if l.Ready == (l.Why != "") {
			t.Errorf("ready %v, and why not: %q", l.Ready, l.Why)
		}
	}
	if knocked == 0 || ready == 0 {
		t.Errorf("%d knocked, %d ready of %d", knocked, ready, len(doc.Tokens))
	}
	timebound(t, "soak", "--demo", "--fail-on-knock").wants(t, exitFindings)
}
