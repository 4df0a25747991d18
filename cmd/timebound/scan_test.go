package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"timebound/model"
)

// scanned is as much of the documented shape as these tests look at.
type scanned struct {
	APIVersion, Kind string
	Cluster          struct{ Name, UID, Version, Platform string }
	Tokens           []struct{ Namespace, Name, Verdict, Origin string }
	Incomplete       []struct{ Kind, Namespace, Reason, Rule string }
}

func scanJSON(t *testing.T, args ...string) scanned {
	t.Helper()
	a := timebound(t, append([]string{"scan", "--demo", "-o", "json"}, args...)...).wants(t, exitDone)
	var s scanned
	if err := json.Unmarshal([]byte(a.out), &s); err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	return s
}

func TestScanFormats(t *testing.T) {
	for _, format := range formatNames() {
		t.Run(format, func(t *testing.T) {
			a := timebound(t, "scan", "--demo", "-n", "ci", "-o", format).wants(t, exitDone)
			golden(t, "scan-ci."+format, a.out)
			whole := timebound(t, "scan", "--demo", "-o", format).wants(t, exitDone)
			if !utf8.ValidString(whole.out) {
				t.Error("the output is not UTF-8")
			}
			for _, line := range strings.Split(whole.out, "\n") {
				if model.Printable(line) != line {
					t.Errorf("reaches the terminal raw: %q", line)
				}
			}
		})
	}
}

func TestJSONAndYAMLOfAScanSayTheSame(t *testing.T) {
	var fromJSON, fromYAML any
	if err := json.Unmarshal([]byte(timebound(t, "scan", "--demo", "-o", "json").out), &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(timebound(t, "scan", "--demo", "-o", "yaml").out), &fromYAML); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(fromYAML) // numbers are of one kind in JSON
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &fromYAML); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromJSON, fromYAML) {
		t.Error("they differ")
	}
}

func TestScanFollowsItsSchema(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "scan.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal([]byte(timebound(t, "scan", "--demo", "-o", "json").out), &doc); err != nil {
		t.Fatal(err)
	}
	for _, problem := range s.check(doc) {
		t.Error(problem)
	}

	// The check itself must be able to fail.
	object := doc.(map[string]any)
	token := object["tokens"].([]any)[0].(map[string]any)
	token["verdict"], token["extra"] = "harmless", 1.0
	delete(token, "origin")
	if got := len(s.check(doc)); got != 3 {
		t.Errorf("three mistakes, %d found", got)
	}
}

func TestCSVHasOneShape(t *testing.T) {
	records, err := csv.NewReader(strings.NewReader(timebound(t, "scan", "--demo", "-o", "csv").out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(records[0], csvTitles) {
		t.Errorf("titles %v", records[0])
	}
	bare := timebound(t, "scan", "--demo", "-o", "csv", "--no-headers").out
	if lines := strings.Count(bare, "\n"); lines != len(records)-1 || strings.HasPrefix(bare, csvTitles[0]) {
		t.Errorf("%d lines without titles, %d with", lines, len(records))
	}
}

func TestSpreadsheetCellsAreText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "=1+1": "'=1+1", "+49": "'+49", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "|calc": "'|calc",
		"\t=1": `\x09=1`, "\r=1": `\x0d=1`, "\x1b[2J": `\x1b[2J`, "a=b": "a=b",
	} {
		if got := spreadsheetCell(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestNamespaceNarrows(t *testing.T) {
	all, ci := scanJSON(t), scanJSON(t, "-n", "ci")
	if len(ci.Tokens) == 0 || len(ci.Tokens) >= len(all.Tokens) {
		t.Fatalf("%d tokens in ci, %d in all", len(ci.Tokens), len(all.Tokens))
	}
	for _, token := range ci.Tokens {
		if token.Namespace != "ci" {
			t.Errorf("token of %s", token.Namespace)
		}
	}
	two := scanJSON(t, "-n", "ci,vault")
	vault := scanJSON(t, "--namespace", "vault")
	if len(two.Tokens) != len(ci.Tokens)+len(vault.Tokens) {
		t.Errorf("ci has %d tokens, vault %d, both %d", len(ci.Tokens), len(vault.Tokens), len(two.Tokens))
	}
	if again := scanJSON(t, "-n", "ci", "-A"); len(again.Tokens) != len(all.Tokens) {
		t.Errorf("-A gave %d tokens of %d", len(again.Tokens), len(all.Tokens))
	}
}

func TestAsOfMovesVerdicts(t *testing.T) {
	count := func(verdict string, args ...string) int {
		return len(scanJSON(t, append(args, "--verdict", verdict)...).Tokens)
	}
	if now, later := count("in-use"), count("in-use", "--as-of", "2028-01-01"); later >= now {
		t.Errorf("%d tokens in use now, %d if nobody used one for a year", now, later)
	}
	if now, later := count("idle"), count("idle", "--as-of", "2028-01-01"); later <= now {
		t.Errorf("%d tokens idle now, %d later", now, later)
	}
	timebound(t, "scan", "--demo", "--as-of", "2028-01-01").wants(t, exitDone, "judged as of 2028-01-01")
}

func TestWindowsMoveVerdicts(t *testing.T) {
	idle := func(args ...string) int {
		return len(scanJSON(t, append(args, "--verdict", "idle")...).Tokens)
	}
	normal := idle()
	if short := idle("--idle-after", "2w"); short <= normal {
		t.Errorf("%d idle after two weeks, %d after 90 days", short, normal)
	}
	if long := idle("--min-watch", "9y"); long != 0 {
		t.Errorf("%d idle although nobody watched for nine years", long)
	}
	if hours := idle("--idle-after", "2160h"); hours != normal {
		t.Errorf("%d idle after 2160h, %d after 90 days", hours, normal)
	}
}

func TestQueryVerdictOriginAndSort(t *testing.T) {
	all := scanJSON(t)
	for _, c := range []struct {
		args  []string
		holds func(ns, name, verdict, origin string) bool
	}{
		{[]string{"--verdict", "idle,dead"}, func(_, _, v, _ string) bool { return v == "idle" || v == "dead" }},
		{[]string{"--origin", "manual"}, func(_, _, _, o string) bool { return o == "manual" }},
		{[]string{"verdict:idle", "ns:c*"}, func(ns, _, v, _ string) bool { return v == "idle" && strings.HasPrefix(ns, "c") }},
		{[]string{"verdict:idle ns:c*"}, func(ns, _, v, _ string) bool { return v == "idle" && strings.HasPrefix(ns, "c") }},
		{[]string{"!origin:auto"}, func(_, _, _, o string) bool { return o != "auto-generated" }},
		{[]string{"--", "-origin:auto"}, func(_, _, _, o string) bool { return o != "auto-generated" }},
	} {
		want := 0
		for _, token := range all.Tokens {
			if c.holds(token.Namespace, token.Name, token.Verdict, token.Origin) {
				want++
			}
		}
		got := scanJSON(t, c.args...).Tokens
		if len(got) != want || want == 0 {
			t.Errorf("%v shows %d tokens, want %d", c.args, len(got), want)
		}
	}
	down := scanJSON(t, "--sort", "-namespace,name").Tokens
	if !slices.IsSortedFunc(down, func(a, b struct{ Namespace, Name, Verdict, Origin string }) int {
		return strings.Compare(b.Namespace, a.Namespace)
	}) {
		t.Error("--sort -namespace does not sort")
	}
}

func TestFailOnAndStrict(t *testing.T) {
	timebound(t, "scan", "--demo", "--fail-on", "idle").wants(t, exitFindings, "idle (--fail-on)")
	timebound(t, "scan", "--demo", "--fail-on", "any").wants(t, exitFindings)
	timebound(t, "scan", "--demo", "--fail-on", "idle", "verdict:dead").wants(t, exitDone)
	incomplete := scanJSON(t).Incomplete
	if len(incomplete) == 0 {
		t.Fatal("the demo cluster lets everything be read; these cases need a gap")
	}
	timebound(t, "scan", "--demo", "--strict").wants(t, exitIncomplete, "incomplete")
	timebound(t, "scan", "--demo", "--strict", "--fail-on", "any").wants(t, exitIncomplete)
	timebound(t, "scan", "--demo", "--strict", "-n", "ci").wants(t, exitDone)
}

func TestNothingFoundIsSaid(t *testing.T) {
	a := timebound(t, "scan", "--demo", "no-token-is-called-this").wants(t, exitDone, "none of ", "matches")
	if a.out != "" {
		t.Errorf("stdout %q", a.out)
	}
}
