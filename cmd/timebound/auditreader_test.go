package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"timebound/plan/knowledge"
	"timebound/ui"
)

func TestPathsAreSplitAsInAShell(t *testing.T) {
	ownHome(t)
	home := os.Getenv("HOME")
	for typed, want := range map[string][]string{
		"a b":             {"a", "b"},
		"  a\t b ":        {"a", "b"},
		`"a b" c`:         {"a b", "c"},
		`'a "b' c`:        {`a "b`, "c"},
		`a\ b`:            {"a b"},
		"~":               {home},
		"~/x y":           {home + "/x", "y"},
		"~other/x":        {"~other/x"},
		`""`:              {""},
		"/var/log/*.log*": {"/var/log/*.log*"},
	} {
		got, err := splitPaths(typed)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "  ", `"a`, `a\`} {
		if got, err := splitPaths(typed); err == nil {
			t.Errorf("%q gives %q", typed, got)
		}
	}
	paths := []string{"a b", "it's", `"x"`, "plain", `back\slash`}
	if got, err := splitPaths(quotedPaths(paths)); err != nil || !slices.Equal(got, paths) {
		t.Errorf("%q comes back as %q, %v", paths, got, err)
	}
}

func TestTheDashboardReadsLogs(t *testing.T) {
	know, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	set := newSettings()
	set.demo = true
	src, err := openSource(set, know, pluginsMustNotAsk)
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	cp1, cp2 := twoNodes(t)
	r := &auditReader{session: src.session}
	read := func(paths ...string) ui.AuditSummary {
		t.Helper()
		out, err := r.Read(t.Context(), quotedPaths(paths), func(ui.AuditProgress) {})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	uses := func() uint64 {
		t.Helper()
		inv, _, err := src.session.Load(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		n := uint64(0)
		for _, use := range inv.Usage.Tokens {
			n += use.Requests
		}
		return n
	}
	if out := read(cp1); out.Uses != 2 || out.Tokens != 1 || out.Callers != 1 || out.Files != 1 || out.From.IsZero() || uses() != 2 {
		t.Errorf("the first node's log gives %+v, %d uses", out, uses())
	}
	if read(cp2); uses() != 3 {
		t.Errorf("a further log does not add to it: %d uses", uses())
	}
	if out := read(cp1); uses() != 2 || len(out.Problems) != 1 || !strings.Contains(out.Problems[0].String(), "would count twice") {
		t.Errorf("a log that was read before counts twice, or nobody is told: %d uses, %v", uses(), out.Problems)
	}
	for _, paths := range []string{filepath.Join(t.TempDir(), "absent"), "-", ""} {
		if _, err := r.Read(t.Context(), paths, func(ui.AuditProgress) {}); err == nil {
			t.Errorf("%q was read", paths)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Read(gone, quotedPaths([]string{cp2}), func(ui.AuditProgress) {}); err == nil || uses() != 2 {
		t.Errorf("a reading that was given up is kept: %v, %d uses", err, uses())
	}
}
