package ui

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everyKeymap gives each state of the screen with the actions that keys call.
func everyKeymap(t *testing.T) map[string]*keymap {
	t.Helper()
	d := load(t, 120, 40, "2")
	all := map[string]*keymap{"filter": d.root.filterKeys, "overlay": d.root.overlayKeys, "help": d.root.helpKeys, "choice": d.root.choiceKeys, "prompt": d.root.promptKeys,
		"reason": d.root.reasonKeys, "logs": d.root.logsKeys, "confirm": d.root.confirmKeys, "form": d.root.formKeys, "review": d.root.stagedPage.keysReview,
		"run": d.root.activity.keysRun, "ended run": d.root.activity.keysEnded, "staged details": d.root.stagedList.keysDetails}
	for p := range pageCount {
		all[p.String()] = d.root.pages[p].keymap()
	}
	all["token details"], all["account details"], all["workload details"] = d.root.tokens.keysDetails, d.root.accounts.keysDetails, d.root.workloads.keysDetails
	all["plan story"], all["plan forecast"], all["plan impact"] = d.root.plan.keysDetails, d.root.plan.keysForecast, d.root.plan.keysImpact
	return all
}

func TestNoKeyIsBoundTwice(t *testing.T) {
	for name, k := range everyKeymap(t) {
		bound := map[string]string{}
		for _, s := range k.sections {
			for _, a := range s.actions {
				for _, pressed := range a.Keys.Keys() {
					if other, taken := bound[pressed]; taken {
						t.Errorf("%s: %q calls %s and %s", name, pressed, other, a.ID)
					}
					bound[pressed] = a.ID
				}
			}
		}
	}
}

func TestEveryActionIsComplete(t *testing.T) {
	for name, k := range everyKeymap(t) {
		seen := map[string]bool{}
		for _, s := range k.sections {
			for _, a := range s.actions {
				if a.ID == "" || a.Title == "" || a.Run == nil || len(a.Keys.Keys()) == 0 || a.Keys.Help().Key == "" || a.Keys.Help().Desc == "" {
					t.Errorf("%s: action %+v lacks something", name, a)
				}
				if strings.HasSuffix(a.Title, ".") {
					t.Errorf("%s: the title of %s ends with a full stop", name, a.ID)
				}
				if seen[a.ID] {
					t.Errorf("%s: action %s stands there twice", name, a.ID)
				}
				seen[a.ID] = true
				switch name {
				case "review", "run", "ended run", "confirm", "Activity": // what changes the cluster begins here and nowhere else
				default:
					if a.Effect == Changes {
						t.Errorf("%s: %s changes the cluster", name, a.ID)
					}
				}
			}
		}
	}
}

func TestEveryKeyOfEveryActionCanBePressed(t *testing.T) {
	for name, k := range everyKeymap(t) {
		for _, s := range k.sections {
			for _, a := range s.actions {
				for _, pressed := range a.Keys.Keys() {
					if got := keyOf(pressed).String(); got != pressed {
						t.Errorf("%s: %s is bound to %q, but the terminal calls it %q", name, a.ID, pressed, got)
					}
				}
			}
		}
	}
}

func TestTheKeysDocumentIsFresh(t *testing.T) {
	path := filepath.Join("..", "docs", "keys.md")
	want := KeysMarkdown()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: go test ./ui -update", path)
	}
}
