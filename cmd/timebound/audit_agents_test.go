package main

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"testing"
)

func TestAgentWordsAreRemembered(t *testing.T) {
	words := agentWords{}
	for i := range 2 * mostAgentWords {
		c := agentCase{fmt.Sprintf("kubectl/v1.%d.0 (linux/amd64) kubernetes/6911225", i), i%2 == 0}
		fresh := agentWords{}.of(c)
		for range 2 {
			if got := words.of(c); !reflect.DeepEqual(got, fresh) {
				t.Fatalf("%v: %v, want %v", c, got, fresh)
			}
		}
	}
	if len(words) != mostAgentWords {
		t.Errorf("%d agents are remembered, want %d", len(words), mostAgentWords)
	}
	const once = "Swagger-Codegen/10.0.0/python"
	if a, b := words.of(agentCase{once, true}), words.of(agentCase{once, false}); a.title != b.title || a.title == "" {
		t.Errorf("titles %q and %q", a.title, b.title)
	}
}

func TestSpareMemoryRestores(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(70)
	defer debug.SetGCPercent(before)
	restore := spareMemory()
	if now := debug.SetGCPercent(auditGarbage); now != auditGarbage {
		t.Errorf("percent %d, want %d", now, auditGarbage)
	}
	restore()
	if now := debug.SetGCPercent(70); now != 70 {
		t.Errorf("percent %d afterwards, want 70", now)
	}
	t.Setenv("GOGC", "200")
	spareMemory()()
	if now := debug.SetGCPercent(70); now != 70 {
		t.Errorf("percent %d where the user chose, want 70", now)
	}
}
