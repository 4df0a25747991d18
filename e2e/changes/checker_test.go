package changes

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timebound/model/wire"
	"timebound/plan"
	"timebound/plan/run"
)

// The checker sees what it is there for: a write that no journal knows, and bytes
// of a token in a file.
func TestCheckerSees(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	names := c.many(t, 2)
	o.switchedOff(t, names[0])
	if none := unpromised(c.written(t), c.told(t)); len(none) > 0 {
		t.Fatalf("%d writes without an intent", len(none))
	}
	on, _ := wire.TargetOf("Secret", c.ns, names[1])
	o.hand.Unlock()
	_, err := o.hand.Send(t.Context(), wire.Request{Verb: wire.Patch, On: on, PatchType: wire.MergePatch, Body: json.RawMessage(`{"metadata":{"labels":{"a":"b"}}}`)})
	must(t, err)
	if none := unpromised(c.written(t), c.told(t)); len(none) != 1 || none[0].name != names[1] {
		t.Errorf("a write behind the journal's back is not seen: %d", len(none))
	}
	path := filepath.Join(o.home, "note")
	must(t, os.WriteFile(path, []byte("x"+string(c.secret(t, names[1]).Data["token"])), 0o600))
	if found, _, err := c.canaries.below(o.home); err != nil || len(found) != 1 {
		t.Errorf("bytes of a token are not seen: %q, %v", found, err)
	}
	must(t, os.Remove(path))
	c.operators = nil // the rest of the scene is spoilt
}

// Fault 31: whatever the program writes while it deletes and restores real
// tokens, journal, backups, output in all forms, its log, holds no byte of them.
// The check itself comes at the end of every scene.
func TestNoTokenBytes(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	c.account(t, "robot")
	c.listed(t, "auto", "robot")
	c.token(t, "manual", "robot")
	log := filepath.Join(o.home, "log")
	o.timebound(t, applyArgs(o.planFile(t), "-o", "json", "--kubectl", "--log-file", log)...).want(t, 0)
	o.look(t)
	e := o.apply(t, o.stageTokens(t, plan.Delete, "auto", "manual"), quick())
	e.wantAll(t, run.Done)
	for _, args := range [][]string{
		{"runs"}, {"runs", "-o", "json"}, {"runs", "show", e.ID}, {"runs", "show", e.ID, "-o", "json"},
		{"backup", "verify", e.ID}, {"undo", e.ID, "--dry-run", "-o", "json"},
	} {
		o.timebound(t, append(args, "--log-file", log)...).want(t, 0)
	}
	undone := o.timebound(t, "undo", e.ID, "--yes", "--settle", "4s", "--log-file", log)
	undone.want(t, 0)
	o.tellsByCode(t, undone)
	if !strings.Contains(undone.stdout, "2 done") {
		t.Errorf("undo says %s", undone.stdout)
	}
	_, files, err := c.canaries.below(o.home)
	must(t, err)
	o.mu.Lock()
	t.Logf("%d files and %d bytes of output searched", files, o.said.Len())
	o.mu.Unlock()
}
