package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWrongUsageSaysWhatWasMeant(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"scam"}, `unknown command "scam"; did you mean scan?`},
		{[]string{"--idle-aftr", "3d"}, `unknown flag: --idle-aftr; see timebound --help`},
		{[]string{"scan", "--idle-after", "soon"}, `"soon" for "--idle-after"`},
		{[]string{"scan", "--idle-after", "0"}, `at least one day`},
		{[]string{"scan", "--idle-after", "25h"}, `25h is no whole number of days`},
		{[]string{"scan", "--as-of", "tomorrow"}, `"tomorrow" is not a day of the form YYYY-MM-DD`},
		{[]string{"scan", "--as-of", "2026-02-30"}, `not a day`},
		{[]string{"scan", "-o", "jsn"}, `did you mean json?`},
		{[]string{"scan", "-o", "xml"}, `there are csv, json, name, table, wide, yaml`},
		{[]string{"scan", "--verdict", "idel"}, `--verdict: no verdict "idel"; did you mean idle?`},
		{[]string{"scan", "--verdict", "any"}, `--verdict: no verdict "any"`},
		{[]string{"scan", "--fail-on", "idle,ded"}, `--fail-on: no verdict "ded"; did you mean dead?`},
		{[]string{"scan", "--origin", "robot"}, `there are auto, manual, unknown`},
		{[]string{"scan", "--sort", "colour"}, `no column "colour"`},
		{[]string{"scan", "colour:red"}, `query: "colour:red": no field "colour"`},
		{[]string{"scan", "-n", ","}, `--namespace: no name given`},
		{[]string{"scan", "--demo", "--context", "prod"}, `--demo shows a cluster of its own; leave --context out`},
		{[]string{"version", "please"}, `takes no arguments`},
		{[]string{"version", "-o", "table"}, `there are json and yaml`},
		{[]string{"--demo"}, `needs a terminal to draw on; for pipes and files use timebound scan`},
	} {
		a := timebound(t, c.args...).wants(t, exitUsage, "timebound: ", c.want)
		if a.out != "" || strings.Count(a.err, "\n") != 1 {
			t.Errorf("%v: one line on stderr and nothing else is enough, got %q and %q", c.args, a.out, a.err)
		}
	}
}

func TestPluginIsCalledAsKubectlCallsIt(t *testing.T) {
	for arg0, want := range map[string]string{
		"/usr/local/bin/timebound": "timebound", "kubectl-timebound": "kubectl timebound",
		`kubectl-timebound.exe`: "kubectl timebound", "/opt/kubectl-time_bound": "kubectl time-bound", "tb": "timebound",
	} {
		if got := calledAs(arg0); got != want {
			t.Errorf("%s is called as %q, want %q", arg0, got, want)
		}
	}
	ownHome(t)
	var out strings.Builder
	code := runProgram(context.Background(), streams{in: strings.NewReader(""), out: &out, err: &out}, []string{"kubectl-timebound", "scan", "--help"})
	if code != exitDone || !strings.Contains(out.String(), "  kubectl timebound scan [query…] [flags]\n") ||
		!strings.Contains(out.String(), "  kubectl timebound scan --as-of") {
		t.Errorf("exit code %d, help:\n%s", code, out.String())
	}
}

// file writes a file into the test's home and gives its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	ownHome(t)
	path := filepath.Join(os.Getenv("HOME"), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigurationFile(t *testing.T) {
	asIs := timebound(t, "scan", "--demo", "-o", "name", "--verdict", "idle").wants(t, exitDone).out
	short := timebound(t, "scan", "--demo", "-o", "name", "--verdict", "idle", "--idle-after", "14d").wants(t, exitDone).out
	if asIs == short {
		t.Fatal("this test needs a window that matters")
	}
	file(t, ".config/timebound/config.yaml", "# two weeks are enough here\nidleAfter: 14d\n")
	if got := timebound(t, "scan", "--demo", "-o", "name", "--verdict", "idle").out; got != short {
		t.Error("idleAfter of the default configuration file does not count")
	}
	if got := timebound(t, "scan", "--demo", "-o", "name", "--verdict", "idle", "--idle-after", "90d").out; got != asIs {
		t.Error("the flag does not outweigh the file")
	}
	other := file(t, "other.yaml", "minWatch: 9y\n")
	if got := timebound(t, "scan", "--demo", "-o", "name", "--verdict", "idle", "--config", other).wants(t, exitDone).out; got != "" {
		t.Error("minWatch of --config does not count")
	}
}

func TestConfigurationErrorsNameFileAndLine(t *testing.T) {
	for text, want := range map[string]string{
		"noColor: true\nidelAfter: 9d\n":   `line 2: unknown key "idelAfter"; did you mean idleAfter?`,
		"noColor: perhaps\n":               `line 1: noColor "perhaps": wants true or false`,
		"\nidleAfter: never\n":             `line 2: idleAfter "never": wants a number of days`,
		"logFile: /no/such/folder/a.log\n": `open log:`,
	} {
		path := file(t, "broken.yaml", text)
		timebound(t, "scan", "--demo", "--config", path).wants(t, exitUsage, want)
	}
	path := file(t, "broken.yaml", "colour: red\n")
	timebound(t, "scan", "--demo", "--config", path).wants(t, exitUsage, path+": line 1:")
	timebound(t, "scan", "--demo", "--config", "/no/such/file").wants(t, exitUsage, "read configuration", "--config")
	// Commands that need no configuration do not stumble over it.
	file(t, ".config/timebound/config.yaml", "colour: red\n")
	timebound(t, "version").wants(t, exitDone)
}

const kubeconfig = `apiVersion: v1
kind: Config
current-context: here
contexts:
- {name: here, context: {cluster: c, user: u}}
- {name: there, context: {cluster: c, user: u, namespace: ci}}
clusters:
- {name: c, cluster: {server: "http://127.0.0.1:%d"}}
users:
- {name: u, user: {}}
`

func TestKubeconfigTroubleIsToldPlainly(t *testing.T) {
	timebound(t, "scan").wants(t, exitUsage, "no cluster is configured", "--kubeconfig", "--demo")
	timebound(t, "scan", "--kubeconfig", "/no/such/kubeconfig").wants(t, exitUsage, "/no/such/kubeconfig")
	broken := file(t, "broken-kubeconfig", "apiVersion: v1\nclusters: [\n")
	timebound(t, "scan", "--kubeconfig", broken).wants(t, exitUsage, "read kubeconfig", broken)
	good := file(t, "kubeconfig", fmt.Sprintf(kubeconfig, 1))
	timebound(t, "scan", "--kubeconfig", good, "--context", "nowhere").
		wants(t, exitUsage, `context "nowhere" is not in the kubeconfig; there are here, there`)
	lost := file(t, "lost", strings.Replace(fmt.Sprintf(kubeconfig, 1), "current-context: here", "", 1))
	timebound(t, "scan", "--kubeconfig", lost).wants(t, exitUsage, "no current context; choose one with --context: here, there")
	timebound(t, "scan", "--kubeconfig", good, "--request-timeout", "5s").wants(t, exitFailed, "127.0.0.1:1")
}

func TestSignalsHaveTheirExitCodes(t *testing.T) {
	for _, s := range []*signalled{{exitInterrupted, "interrupted"}, {exitTerminated, "terminated"}, {exitHungUp, "the terminal was closed"}} {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(s)
		timeboundIn(t, ctx, "scan", "--demo").wants(t, s.code, "timebound: "+s.name)
	}
}

func TestLogFile(t *testing.T) {
	path := file(t, "run.log", "")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	timebound(t, "scan", "--demo", "--log-file", path, "-o", "name").wants(t, exitDone)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the log may be read by others: %v", mode)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), canary) {
		t.Error("the log holds secret data")
	}
	for _, want := range []string{`"msg":"scan"`, `"tokens":`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the log lacks %s:\n%s", want, text)
		}
	}
}

func TestHelpTellsTheExitCodes(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "usage.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"--help"}, {"scan", "--help"}, {"rbac", "--help"}, {"version", "--help"}} {
		help := timebound(t, command...).wants(t, exitDone).out
		for _, c := range exitCodes {
			if line := fmt.Sprintf("%3d  %s\n", c.code, c.meaning); !strings.Contains(help, line) {
				t.Errorf("help of %v lacks %q", command, line)
			}
			if row := fmt.Sprintf("| %d | %s |\n", c.code, c.meaning); !strings.Contains(string(docs), row) {
				t.Errorf("docs/usage.md lacks %q", row)
			}
		}
	}
}

func TestCompletion(t *testing.T) {
	good := file(t, "kubeconfig", fmt.Sprintf(kubeconfig, 1))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"scan", "--verdict", "idle,q"}, "idle,quiet\n"},
		{[]string{"scan", "--fail-on", "an"}, "any\n"},
		{[]string{"scan", "--origin", "m"}, "manual\n"},
		{[]string{"scan", "--sort=-us"}, "-used\n"},
		{[]string{"scan", "--sort", "namespace,-ref"}, "namespace,-refs\n"},
		{[]string{"scan", "-o", "y"}, "yaml\n"},
		{[]string{"scan", "verdict:kn"}, "verdict:knocked\n"},
		{[]string{"scan", "!origin:a"}, "!origin:auto\n"},
		{[]string{"scan", "keep"}, "keeper:\n"},
		{[]string{"--kubeconfig", good, "--context", "t"}, "there\n"},
		{[]string{"scan", "--demo", "--namespace", "vau"}, "vault\n"},
		{[]string{"rbac", "--for", "w"}, "write\n"},
		{[]string{"sc"}, "scan"},
	} {
		a := timebound(t, append([]string{"__complete"}, c.args...)...)
		if a.code != exitDone || !strings.HasPrefix(a.out, c.want) {
			t.Errorf("%v offers %q, want %q", c.args, a.out, c.want)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if a := timebound(t, "completion", shell).wants(t, exitDone); !strings.Contains(a.out, "timebound") {
			t.Errorf("%s: no script", shell)
		}
	}
}

// examplesOf finds the command lines in help or in a document.
func examplesOf(text string) [][]string {
	var found [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "timebound ") || strings.ContainsAny(line, "[…") || strings.Contains(line, "  ") {
			continue // a synopsis
		}
		var words []string
		for i, piece := range strings.Split(line, "'") {
			if i%2 == 1 {
				words = append(words, piece) // quoted: one word
			} else {
				words = append(words, strings.Fields(piece)...)
			}
		}
		found = append(found, words[1:])
	}
	return found
}

// Every example works as it is written, but that here the demo is looked at.
func TestExamplesWork(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "usage.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := examplesOf(string(docs))
	for _, command := range [][]string{{"--help"}, {"scan", "--help"}, {"rbac", "--help"}} {
		examples = append(examples, examplesOf(timebound(t, command...).out)...)
	}
	for _, words := range examples {
		if words[0] != "scan" && words[0] != "rbac" {
			continue // the dashboard
		}
		a := timebound(t, append(words, "--demo")...)
		failing := slices.Contains(words, "--fail-on") && a.code == exitFindings || slices.Contains(words, "--strict") && a.code == exitIncomplete
		if a.code != exitDone && !failing {
			t.Errorf("timebound %q: exit code %d: %s", words, a.code, a.err)
		}
	}
	if len(examples) < 9 {
		t.Errorf("only %d examples were found: %q", len(examples), examples)
	}
}

func TestLocalesWithoutUTF8(t *testing.T) {
	for locale, ascii := range map[[3]string]bool{
		{}:                                  false,
		{"", "", "C"}:                       true,
		{"", "", "POSIX"}:                   true,
		{"", "", "en_US"}:                   true,
		{"", "", "de_DE.ISO-8859-1"}:        true,
		{"", "", "C.UTF-8"}:                 false,
		{"", "", "de_DE.utf8@euro"}:         false,
		{"", "UTF-8", "C"}:                  false,
		{"", "C", "en_US.UTF-8"}:            true,
		{"en_US.UTF-8", "C", "C"}:           false,
		{"C", "en_US.UTF-8", "en_US.UTF-8"}: true,
	} {
		names := map[string]string{"LC_ALL": locale[0], "LC_CTYPE": locale[1], "LANG": locale[2]}
		if got := asciiLocale(func(name string) string { return names[name] }); got != ascii {
			t.Errorf("%v: %v", locale, got)
		}
	}
}
