// Package timebound holds no code. This test guards the directions in which
// the rooms of the house may import each other.
package timebound

import (
	"os/exec"
	"strings"
	"testing"
)

// rooms says, per room, which imports are allowed. An import is allowed if
// one of the prefixes fits; the standard library always is.
var rooms = []struct {
	room    string
	allowed []string // prefixes of direct and indirect imports; nil: anything
}{
	{"timebound/model", []string{"timebound/model"}},
	{"timebound/plan/...", []string{"timebound/model", "timebound/plan", "sigs.k8s.io/yaml", "go.yaml.in/yaml",
		"filippo.io/", "golang.org/x/crypto", "golang.org/x/sys"}},
}

// forbidden says what a room must never reach, directly or through others.
var forbidden = []struct {
	room string
	no   []string
}{
	{"timebound/ui/...", []string{"timebound/k8s", "timebound/cmd", "k8s.io/"}},
	{"timebound/k8s", []string{"timebound/ui", "timebound/plan", "timebound/cmd", "charm.land/"}},
	{"timebound/k8s/...", []string{"timebound/ui", "timebound/plan", "timebound/cmd", "charm.land/"}},
}

func TestRoomsImportInOneDirection(t *testing.T) {
	for _, r := range rooms {
		for _, dep := range deps(t, r.room) {
			if strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") || strings.HasPrefix(dep, "timebound/") {
				if !hasAnyPrefix(dep, r.allowed) {
					t.Errorf("%s imports %s; it may import only the standard library and %v", r.room, dep, r.allowed)
				}
			}
		}
	}
	for _, r := range forbidden {
		for _, dep := range deps(t, r.room) {
			if hasAnyPrefix(dep, r.no) {
				t.Errorf("%s reaches %s, which is no business of that room", r.room, dep)
			}
		}
	}
}

func deps(t *testing.T, room string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", room).Output()
	if err != nil {
		t.Fatalf("go list -deps %s: %v", room, err)
	}
	packages := strings.Fields(string(out))
	if len(packages) == 0 {
		t.Fatalf("go list -deps %s lists nothing", room)
	}
	return packages
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
