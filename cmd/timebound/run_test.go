package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// canary stands in every secret of the demo cluster where a token would be.
const canary = "demo-not-a-token"

// answer is what one run of the program gave.
type answer struct {
	code     int
	out, err string
}

// timebound runs a command line in a home of its own.
func timebound(t *testing.T, args ...string) answer {
	t.Helper()
	return timeboundIn(t, context.Background(), args...)
}

func timeboundIn(t *testing.T, ctx context.Context, args ...string) answer {
	t.Helper()
	ownHome(t)
	var out, err bytes.Buffer
	code := runProgram(ctx, streams{in: strings.NewReader(""), out: &out, err: &err}, append([]string{"timebound"}, args...))
	a := answer{code, out.String(), err.String()}
	if strings.Contains(a.out+a.err, canary) {
		t.Errorf("timebound %s: the output holds secret data", strings.Join(args, " "))
	}
	return a
}

// ownHome keeps the developer's own configuration and cluster out of tests.
func ownHome(t *testing.T) {
	t.Helper()
	if os.Getenv("TIMEBOUND_TEST_HOME") != "" {
		return
	}
	home := t.TempDir()
	t.Setenv("TIMEBOUND_TEST_HOME", home)
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	t.Setenv("KUBECONFIG", filepath.Join(home, "no-such-kubeconfig"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	t.Setenv("NO_COLOR", "")
}

// wants checks the exit code, and that stderr holds every text.
func (a answer) wants(t *testing.T, code int, texts ...string) answer {
	t.Helper()
	if a.code != code {
		t.Errorf("exit code %d, want %d; stderr: %s", a.code, code, a.err)
	}
	for _, text := range texts {
		if !strings.Contains(a.err, text) {
			t.Errorf("stderr lacks %q:\n%s", text, a.err)
		}
	}
	return a
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		g, w := lineAt(gotLines, i), lineAt(wantLines, i)
		if g != w {
			t.Fatalf("%s differs from line %d on (-update writes it anew):\n got %q\nwant %q", path, i+1, g, w)
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line)"
}
