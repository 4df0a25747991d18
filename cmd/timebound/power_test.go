package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPowerPutsWhatMattersFirst(t *testing.T) {
	a := timebound(t, "power", "--demo", "-o", "json").wants(t, exitDone)
	var d powerDocument
	if err := json.Unmarshal([]byte(a.out), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Tokens) < 100 || d.Tokens[0].Name != "trial-operator-sa-token" || d.Tokens[0].First == "" {
		t.Fatalf("%d tokens; first comes %+v", len(d.Tokens), d.Tokens[0])
	}
	for i, r := range d.Tokens {
		sum := 0
		for _, p := range r.Parts {
			sum += p.Points
		}
		if sum != r.Score {
			t.Errorf("%s/%s has %d points, its parts make %d", r.Namespace, r.Name, r.Score, sum)
		}
		if i > 0 && d.Tokens[i-1].First == r.First && d.Tokens[i-1].Score < r.Score {
			t.Errorf("%s/%s comes after %s with fewer points", r.Namespace, r.Name, d.Tokens[i-1].Name)
		}
	}
	wide := timebound(t, "power", "--demo", "verdict:idle", "-o", "wide", "--no-headers").wants(t, exitDone).out
	lines := strings.Split(wide, "\n")
	if !strings.Contains(lines[0], "trial-operator-sa-token") || !strings.Contains(lines[1], "+60  may do everything: everywhere: ClusterRoleBinding trial-operator") {
		t.Errorf("wide begins with\n%s\n%s", lines[0], lines[1])
	}
	for _, c := range []struct{ args, want []string }{
		{[]string{"power", "-o", "csv"}, []string{"there are"}},
		{[]string{"power", "--inside", "10.0.0.1"}, []string{`--inside "10.0.0.1"`, "10.20.0.0/16"}},
		{[]string{"power", "colour:red"}, []string{`no field "colour"`}},
	} {
		timebound(t, c.args...).wants(t, exitUsage, c.want...)
	}
}
