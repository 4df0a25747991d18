package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"timebound/k8s/demo"
)

// brokenCluster starts a demo cluster with a fault and gives the flags that reach it.
func brokenCluster(t *testing.T, match func(*http.Request) bool, fault demo.Fault) []string {
	t.Helper()
	server, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.Fail(match, fault)
	text := strings.Replace(fmt.Sprintf(kubeconfig, 1), "http://127.0.0.1:1", server.REST().Host, 1)
	return []string{"--kubeconfig", file(t, "kubeconfig", text)}
}

func every(*http.Request) bool { return true }

func TestWhatCannotBeReadLowersWhatIsClaimed(t *testing.T) {
	whole := scanJSON(t, "--verdict", "idle")
	if len(whole.Tokens) == 0 {
		t.Fatal("this test needs idle tokens")
	}
	for name, fault := range map[string]demo.Fault{
		"forbidden": {Status: http.StatusForbidden},
		"truncated": {Truncate: 200},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := brokenCluster(t, demo.Lists(demo.Resource("pods")), fault)
			a := timebound(t, append(cluster, "scan", "-o", "json")...).wants(t, exitDone, "timebound: warning: pods are not readable")
			var s scanned
			if err := json.Unmarshal([]byte(a.out), &s); err != nil {
				t.Fatal(err)
			}
			for _, token := range s.Tokens {
				if token.Verdict == "idle" {
					t.Fatalf("%s/%s is called idle although nobody saw the pods", token.Namespace, token.Name)
				}
			}
			told := false
			for _, gap := range s.Incomplete {
				told = told || gap.Kind == "pods" && gap.Reason == name
			}
			if !told {
				t.Errorf("incomplete does not tell that pods are %s: %+v", name, s.Incomplete)
			}
			timebound(t, append(cluster, "scan", "-o", "name", "--strict")...).wants(t, exitIncomplete)
		})
	}
}

func TestExpiredCredentialsFail(t *testing.T) {
	cluster := brokenCluster(t, every, demo.Fault{Status: http.StatusUnauthorized})
	a := timebound(t, append(cluster, "scan")...).wants(t, exitFailed, "timebound: ")
	if a.out != "" || strings.Count(a.err, "\n") != 1 {
		t.Errorf("one line on stderr is enough, got %q and %q", a.out, a.err)
	}
}

func TestInterruptionEndsAScanAtOnce(t *testing.T) {
	cluster := brokenCluster(t, demo.Resource("pods"), demo.Fault{Delay: time.Minute})
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(200*time.Millisecond, func() { cancel(&signalled{exitInterrupted, "interrupted"}) })
	began := time.Now()
	a := timeboundIn(t, ctx, append(cluster, "scan")...).wants(t, exitInterrupted, "timebound: interrupted")
	if took := time.Since(began); took > 5*time.Second || a.out != "" {
		t.Errorf("took %v and wrote %q", took, a.out)
	}
}

func TestRBAC(t *testing.T) {
	read := timebound(t, "rbac").wants(t, exitDone).out
	for _, want := range []string{"kind: ClusterRole\n", "name: timebound-read\n", "serviceaccounts"} {
		if !strings.Contains(read, want) {
			t.Errorf("the manifest lacks %q", want)
		}
	}
	if got := timebound(t, "rbac", "--for", "read").out; got != read {
		t.Error("read is not the default")
	}
	if write := timebound(t, "rbac", "--for", "write").wants(t, exitDone).out; !strings.Contains(write, "timebound-write") {
		t.Error("no manifest for writing")
	}
	timebound(t, "rbac", "--for", "everything").wants(t, exitUsage, "there are read, write and power")
	timebound(t, "rbac", "--for", "write", "--check").wants(t, exitUsage, "--for power only")
	a := timebound(t, "rbac", "--check", "--demo")
	if complete := a.out == ""; complete != (a.code == exitDone) || !complete && a.code != exitIncomplete {
		t.Errorf("exit code %d with %q", a.code, a.out)
	}
}
