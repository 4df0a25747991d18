package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// auditLine is an audit event as kube-apiserver 1.30 writes it.
func auditLine(id, at, agent, peer string, annotations string) string {
	return fmt.Sprintf(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%s","stage":"ResponseComplete",`+
		`"requestURI":"/api/v1/namespaces/payments/pods?limit=5","verb":"list","user":{"username":"system:serviceaccount:payments:ci","uid":"u","groups":["g"]},`+
		`"sourceIPs":["%s"],"userAgent":"%s","objectRef":{"resource":"pods","namespace":"payments","apiVersion":"v1"},`+
		`"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"%s","stageTimestamp":"%s","annotations":{%s}}`+"\n", id, peer, agent, at, at, annotations)
}

const (
	byHand  = `"authentication.k8s.io/legacy-token":"system:serviceaccount:payments:ci","authentication.k8s.io/legacy-token-manual-secret":"ci-token"`
	unnamed = `"authentication.k8s.io/legacy-token":"system:serviceaccount:shop:robot"`
)

// twoNodes writes the logs of two API servers and gives their paths.
func twoNodes(t *testing.T) (cp1, cp2 string) {
	t.Helper()
	folder := t.TempDir()
	for name, lines := range map[string][]string{
		"cp-1.log": {
			auditLine("1", "2026-11-20T10:00:00.000001Z", "curl/8.5.0", "203.0.113.9", byHand),
			auditLine("2", "2026-11-20T10:01:00.000001Z", "curl/8.5.0", "203.0.113.9", byHand),
			auditLine("3", "2026-11-20T10:02:00.000001Z", "kubelet/v1.30.1", "10.0.0.1", ""),
		},
		"cp-2.log": {
			auditLine("4", "2026-11-21T10:00:00.000001Z", "\\u001b[31mevil", "10.1.0.7", byHand),
			auditLine("5", "2026-11-21T10:01:00.000001Z", "promoter/1.0", "10.1.0.8", unnamed),
		},
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "cp-1.log"), filepath.Join(folder, "cp-2.log")
}

func TestAuditTellsWhoUsesWhat(t *testing.T) {
	cp1, cp2 := twoNodes(t)
	a := timebound(t, "audit", cp1, cp2).wants(t, exitDone)
	for _, want := range []string{"LONG-LIVED TOKENS", "ci-token", "curl 8.5.0", "203.0.113.9", "list pods in payments", "ONE OF AN ACCOUNT'S", "robot", "promoter 1.0"} {
		if !strings.Contains(a.out, want) {
			t.Errorf("the table lacks %q:\n%s", want, a.out)
		}
	}
	if strings.Contains(a.out, "\x1b") {
		t.Error("an agent's escape sequence reaches the terminal")
	}
	for _, want := range []string{"5 lines of 2 files: 4 requests with long-lived tokens, by 3 callers", "covered: 2026-11-20 10:00 to 2026-11-20 10:02"} {
		if !strings.Contains(a.err, want) {
			t.Errorf("the notes lack %q:\n%s", want, a.err)
		}
	}
}

func auditJSON(t *testing.T, args ...string) (d auditDocument) {
	t.Helper()
	a := timebound(t, append(append([]string{"audit"}, args...), "-o", "json")...).wants(t, exitDone)
	if err := json.Unmarshal([]byte(a.out), &d); err != nil {
		t.Fatalf("%v\n%s", err, a.out)
	}
	return d
}

func TestAuditChooses(t *testing.T) {
	cp1, cp2 := twoNodes(t)
	for _, c := range []struct {
		args             []string
		tokens, accounts int
		requests         uint64 // of ci-token
	}{
		{nil, 1, 1, 3},
		{[]string{"--token", "payments/ci-*"}, 1, 0, 3},
		{[]string{"--token", "payments/other"}, 0, 0, 0},
		{[]string{"--account", "shop/robot"}, 0, 1, 0},
		{[]string{"--account", "payments/ci"}, 1, 0, 3},
		{[]string{"--since", "2026-11-21"}, 1, 1, 1},
		{[]string{"--until", "2026-11-20"}, 1, 0, 2},
		{[]string{"--until", "2026-11-20T10:00:30Z"}, 1, 0, 1},
	} {
		d := auditJSON(t, append(c.args, cp1, cp2)...)
		if len(d.Tokens) != c.tokens || len(d.Accounts) != c.accounts || c.tokens > 0 && d.Tokens[0].Requests != c.requests {
			t.Errorf("%v tells of %d tokens, %d accounts: %+v", c.args, len(d.Tokens), len(d.Accounts), d.Tokens)
		}
	}
}

func TestSummariesStandForTheirLogs(t *testing.T) {
	cp1, cp2 := twoNodes(t)
	whole := timebound(t, "audit", cp1, cp2, "-o", "json").wants(t, exitDone).out
	one, two := cp1+".json", cp2+".json"
	timebound(t, "audit", cp1, "--save", one).wants(t, exitDone)
	timebound(t, "audit", cp2, "--save", two).wants(t, exitDone)
	if info, err := os.Stat(one); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a summary names users and addresses, and is for its owner alone: %v, %v", info.Mode(), err)
	}
	for _, args := range [][]string{{"audit", "merge", one, two}, {"audit", "merge", two, one}, {"audit", two, one}, {"audit", cp2, one}} {
		if got := timebound(t, append(args, "-o", "json")...).wants(t, exitDone).out; got != whole {
			t.Errorf("%v tells something else than the logs:\n%s\n%s", args, got, whole)
		}
	}
	timebound(t, "audit", "merge", one, one).wants(t, exitFailed, "would count twice", "leave one of them out")
	timebound(t, "audit", cp1, one).wants(t, exitFailed, "would count twice")
	if err := os.WriteFile(two, []byte(`{"apiVersion":"timebound/v1","kind":"AuditSummary","uses":[`), 0o600); err != nil {
		t.Fatal(err)
	}
	timebound(t, "audit", two).wants(t, exitFailed, "read summary", two)
}

func TestAuditSaysWhatIsMissing(t *testing.T) {
	cp1, _ := twoNodes(t)
	timebound(t, "audit", cp1, "--strict").wants(t, exitDone)
	f, err := os.OpenFile(cp1, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"9","stage":"Respo [Truncated...]` + "\n")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	timebound(t, "audit", cp1, "--strict", "-o", "json").wants(t, exitIncomplete, "could not be used", "--strict")
	timebound(t, "audit", cp1, filepath.Join(t.TempDir(), "absent.log")).wants(t, exitDone, "absent.log: is not there")
}

func TestAuditUsageErrors(t *testing.T) {
	cp1, _ := twoNodes(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"audit"}, "wants a file, a folder, or - for stdin"},
		{[]string{"audit", cp1, "-o", "jsn"}, "did you mean json?"},
		{[]string{"audit", cp1, "--since", "soon"}, `--since "soon": wants a UTC day`},
		{[]string{"audit", cp1, "--since", "2026-11-02", "--until", "2026-11-01"}, "comes before --since"},
		{[]string{"audit", cp1, "--token", "ci-token"}, "wants namespace/name"},
		{[]string{"audit", cp1, "--workers", "-1"}, "wants 0 or more"},
		{[]string{"audit", cp1, "--credential", " "}, "claim jti"},
		{[]string{"audit", "-f", cp1, cp1}, "one plain file"},
		{[]string{"audit", "query"}, "--engine is missing"},
		{[]string{"audit", "query", "--engine", "oracle"}, "athena"},
		{[]string{"audit", "query", "--engine", "athena", "--ask", "cover"}, "coverage"},
		{[]string{"audit", "query", "--engine", "athena", "--table", "a;drop"}, "--table"},
	} {
		timebound(t, c.args...).wants(t, exitUsage, c.want)
	}
	timebound(t, "audit", "import", cp1).wants(t, exitFailed, cp1, "row 1")
	timebound(t, "audit", filepath.Join(t.TempDir(), "absent.log")).wants(t, exitFailed, "is not there")
}

func TestQueriesArePrinted(t *testing.T) {
	for _, engine := range engineNames() {
		for _, ask := range []string{"uses", "coverage"} {
			args := []string{"audit", "query", "--engine", engine, "--ask", ask, "--since", "2026-09-01", "--until", "2026-09-30"}
			if engine == "cloudwatch-insights" {
				args = append(args, "--cluster", "prod")
			}
			if a := timebound(t, args...).wants(t, exitDone); len(a.out) < 200 || a.err != "" {
				t.Errorf("%v prints %q, %q", args, a.out, a.err)
			}
		}
	}
}

// A use that only the log shows changes the verdict of the demo's token.
func TestScanJoinsLogs(t *testing.T) {
	folder := t.TempDir()
	log := filepath.Join(folder, "audit.log")
	line := auditLine("1", "2026-11-21T10:00:00.000001Z", "curl/8.5.0", "203.0.113.9",
		`"authentication.k8s.io/legacy-token":"system:serviceaccount:catalog:feed-partner","authentication.k8s.io/legacy-token-manual-secret":"feed-partner-token"`)
	if err := os.WriteFile(log, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"scan", "--demo", "name:feed-partner-token", "ns:catalog", "-o", "json"}
	if got := timebound(t, args...).wants(t, exitDone).out; !strings.Contains(got, `"verdict": "idle"`) {
		t.Fatalf("this test needs an idle token: %s", got)
	}
	got := timebound(t, append(args, "--audit", log)...).wants(t, exitDone).out
	if !strings.Contains(got, `"verdict": "in-use"`) || !strings.Contains(got, "TB-190") || !strings.Contains(got, "curl/8.5.0 at 203.0.113.9") {
		t.Errorf("the log changes nothing: %s", got)
	}
	timebound(t, append(args, "--audit", filepath.Join(folder, "absent"))...).wants(t, exitFailed, "is not there")
}

func TestAuditDocumentsFitTheirSchema(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "audit.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rules map[string]any
	if err := json.Unmarshal(raw, &rules); err != nil {
		t.Fatal(err)
	}
	cp1, cp2 := twoNodes(t)
	var doc any
	out := timebound(t, "audit", cp1, cp2, "--credential", "5d0c1ffc-0000-4000-8000-000000000000", "-o", "json").wants(t, exitDone).out
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	for _, bad := range (schema{rules}).check(doc) {
		t.Error(bad)
	}
}

// Following tells of a caller when it comes, and of all at the end.
func TestAuditFollows(t *testing.T) {
	cp1, _ := twoNodes(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	out, notes := &shared{}, &shared{}
	ownHome(t)
	done := make(chan int)
	go func() {
		done <- runProgram(ctx, streams{in: strings.NewReader(""), out: out, err: notes}, []string{"timebound", "audit", "-f", cp1})
	}()
	wait := func(what string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(notes.String(), what); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("no word of %q:\n%s", what, notes.String())
			}
		}
	}
	wait("token payments/ci-token: curl 8.5.0 at 203.0.113.9, list pods in payments")
	f, err := os.OpenFile(cp1, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	line := auditLine("7", "2026-11-20T11:00:00.000001Z", "late/1.0", "10.9.9.9", byHand)
	_, err = f.WriteString(line + line) // the second is a repeat
	if closing := f.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
	wait("token payments/ci-token: late 1.0 at 10.9.9.9")
	cancel(&signalled{exitInterrupted, "interrupted"})
	if code := <-done; code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if got := out.String(); !strings.Contains(got, "late 1.0") || !strings.Contains(got, "curl 8.5.0") || strings.Count(notes.String(), "late 1.0") != 1 {
		t.Errorf("at the end:\n%s\n%s", got, notes.String())
	}
	if !strings.Contains(notes.String(), "3 requests with long-lived tokens") {
		t.Errorf("a repeat counts: %s", notes.String())
	}
}

// shared is a buffer that two goroutines use.
type shared struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
