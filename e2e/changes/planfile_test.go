package changes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timebound/e2e/controlplane"
	"timebound/e2e/controlplane/controlplanetest"
)

// Fault 27: a plan that was edited by hand, or is of another form, or of another
// cluster. It is refused, and nothing is written.
func TestPlanRefused(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	o := c.operator(t)
	names := c.many(t, 3)
	file := o.planFile(t)
	text, err := os.ReadFile(file)
	must(t, err)
	for what, change := range map[string]struct {
		edit func(string) string
		says string
	}{
		"another token":    {func(s string) string { return strings.Replace(s, names[0], "many-00009", 1) }, "hash"},
		"a flipped letter": {func(s string) string { return strings.Replace(s, "invalid-since", "invalid-sincf", 1) }, "hash"},
		"another version": {func(s string) string {
			return strings.Replace(s, "apiVersion: timebound/v1", "apiVersion: timebound/v9", 1)
		}, "v9"},
		"half of it": {func(s string) string { return s[:len(s)/2] }, ""},
	} {
		edited := change.edit(string(text))
		if edited == string(text) {
			t.Errorf("%s: the edit changes nothing: the test proves nothing", what)
		}
		path := filepath.Join(o.dir, "edited.yaml")
		must(t, os.WriteFile(path, []byte(edited), 0o600))
		call := o.timebound(t, applyArgs(path)...)
		if call.code == 0 || call.runOf() != "" || !strings.Contains(call.stderr, change.says) {
			t.Errorf("%s: exit code %d: %s", what, call.code, call.stderr)
		}
	}
	// Asked for without a name, nothing happens either.
	if call := o.timebound(t, "apply", file, "--action", "invalidate"); call.code != 2 || call.runOf() != "" {
		t.Errorf("without --yes and a terminal: exit code %d: %s", call.code, call.stderr)
	}
	if h := o.newestRun(t); h != nil {
		t.Errorf("run %s was begun", h.ID)
	}
	call := o.timebound(t, applyArgs(file)...)
	call.want(t, 0)
	o.tellsByCode(t, call)
	// A plan is good once: what it says is there already.
	call = o.timebound(t, applyArgs(file)...)
	if call.code == 0 {
		t.Errorf("the same plan again: %s", call.stderr)
	}
}

// A plan belongs to one cluster: on another nothing is written.
func TestWrongCluster(t *testing.T) {
	controlplanetest.Require(t, controlplane.Newest)
	s := newest(t)
	c := s.scene(t)
	o := c.operator(t)
	c.many(t, 2)
	file := o.planFile(t)
	other := raise(t, controlplane.Options{NoControllers: true})
	t.Cleanup(other.Stop)
	t.Run("on the other", func(t *testing.T) {
		there := other.scene(t).operator(t)
		call := there.timebound(t, applyArgs(file)...)
		call.want(t, 7)
		if !strings.Contains(call.stderr, "another cluster") || call.runOf() != "" {
			t.Errorf("it says %s", call.stderr)
		}
	})
}
