package knowledge

import (
	"regexp"
	"testing"

	"timebound/model"
)

const (
	oldestMinor = 20
	newestMinor = 37
)

func loaded(t *testing.T) model.Knowledge {
	t.Helper()
	know, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return know
}

func gate(t *testing.T, name string) model.GateHistory {
	t.Helper()
	for _, g := range loaded(t).Gates.Gates {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("gate %s is not in the table", name)
	return model.GateHistory{}
}

// What the issue calls the life of a gate, told once more by hand, one letter
// per minor from 1.20 to 1.37: "." not registered, "a"/"b"/"g" alpha, beta, GA
// and off, "A"/"B"/"G" the same and on, "L" GA, on and locked.
var lives = map[string]string{
	"BoundServiceAccountTokenVolume":                   "aBL...............",
	"TokenRequest":                                     "L.................",
	"TokenRequestProjection":                           "L.................",
	"LegacyServiceAccountTokenNoAutoGeneration":        "....BBGLL.........",
	"LegacyServiceAccountTokenTracking":                "......aBLL........",
	"LegacyServiceAccountTokenCleanUp":                 "........aBLL......",
	"ServiceAccountTokenJTI":                           ".........aBBLLLLLL",
	"ServiceAccountTokenNodeBinding":                   ".........aaBBLLLLL",
	"ServiceAccountTokenNodeBindingValidation":         ".........aBBLLLLLL",
	"ServiceAccountTokenPodNodeInfo":                   ".........aBBLLLLLL",
	"ServiceAccountNodeAudienceRestriction":            "............bBBBBB",
	"ExternalServiceAccountTokenSigner":                "............aaBBLL",
	"KubeletServiceAccountTokenForCredentialProviders": ".............aBBBB",
	"TokenRequestServiceAccountUIDValidation":          "..............BBBB",
	"CSIServiceAccountTokenSecrets":                    "...............BLL",
	"ServiceAccountIssuerDiscovery":                    "BLL...............",
	"CSIServiceAccountToken":                           "aBLLL.............",
	"StructuredAuthenticationConfiguration":            ".........aBBBBLLL.",
	"AnonymousAuthConfigurableEndpoints":               "...........aBBLLL.",
	"ComponentFlagz":                                   "............aaaaBB",
	"ComponentStatusz":                                 "............aaaaBB",
}

func letter(state model.GateState, known bool) byte {
	if !known {
		return '.'
	}
	if state.Locked {
		return 'L'
	}
	l := map[string]byte{"alpha": 'a', "beta": 'b', "GA": 'g'}[state.Stage]
	if state.Default {
		l -= 'a' - 'A'
	}
	return l
}

func TestEveryGateInEveryMinor(t *testing.T) {
	table := loaded(t).Gates
	if table.Newest != newestMinor {
		t.Fatalf("the table's newest minor is %d, want %d", table.Newest, newestMinor)
	}
	if len(table.Gates) != len(lives) {
		t.Errorf("%d gates in the table, %d told by hand", len(table.Gates), len(lives))
	}
	for _, g := range table.Gates {
		want, told := lives[g.Name]
		if !told {
			t.Errorf("gate %s is in the table only", g.Name)
			continue
		}
		for minor := oldestMinor; minor <= newestMinor; minor++ {
			state, known := g.Minors[minor]
			if got := letter(state, known); got != want[minor-oldestMinor] {
				t.Errorf("%s in 1.%d is %c, want %c", g.Name, minor, got, want[minor-oldestMinor])
			}
		}
	}
}

// Upgrades that a component does not survive, as kubernetes-tokens documents
// and release notes tell them: the value is accepted before and refused after.
func TestUpgradeBlockers(t *testing.T) {
	for _, c := range []struct {
		gate  string
		minor int
		known bool
		lock  bool
	}{
		{"BoundServiceAccountTokenVolume", 22, true, true},
		{"BoundServiceAccountTokenVolume", 23, false, false},
		{"TokenRequest", 21, false, false},
		{"LegacyServiceAccountTokenNoAutoGeneration", 26, true, false},
		{"LegacyServiceAccountTokenNoAutoGeneration", 27, true, true},
		{"LegacyServiceAccountTokenNoAutoGeneration", 29, false, false},
		{"LegacyServiceAccountTokenTracking", 28, true, true},
		{"LegacyServiceAccountTokenTracking", 30, false, false},
		{"LegacyServiceAccountTokenCleanUp", 29, true, false},
		{"LegacyServiceAccountTokenCleanUp", 30, true, true},
		{"LegacyServiceAccountTokenCleanUp", 32, false, false},
		{"ServiceAccountTokenJTI", 32, true, true},
		{"ServiceAccountTokenNodeBinding", 33, true, true},
		{"StructuredAuthenticationConfiguration", 37, false, false},
	} {
		state, known := gate(t, c.gate).Minors[c.minor]
		if known != c.known || state.Locked != c.lock {
			t.Errorf("%s in 1.%d: registered %v locked %v, want %v %v", c.gate, c.minor, known, state.Locked, c.known, c.lock)
		}
	}
}

var citation = regexp.MustCompile(`^(kubernetes@v1|apiserver@v0)\.(\d+)\.\d+/pkg/features/(versioned_)?kube_features\.go:\d+(; .+)?$`)

func TestGateTableIsSoundInItself(t *testing.T) {
	stages := map[string]int{"alpha": 1, "beta": 2, "GA": 3}
	seen := map[string]bool{}
	for _, g := range loaded(t).Gates.Gates {
		if seen[g.Name] {
			t.Errorf("%s stands twice in the table", g.Name)
		}
		seen[g.Name] = true
		if g.Why == "" {
			t.Errorf("%s does not say what it does to tokens", g.Name)
		}
		last, gone, cites := model.GateState{}, false, map[string]bool{}
		for minor := oldestMinor; minor <= newestMinor; minor++ {
			state, known := g.Minors[minor]
			if !known {
				gone = gone || last.Stage != ""
				continue
			}
			if gone {
				t.Errorf("%s comes back in 1.%d after it was gone", g.Name, minor)
			}
			if stages[state.Stage] == 0 || stages[state.Stage] < stages[last.Stage] {
				t.Errorf("%s in 1.%d: stage %q after %q", g.Name, minor, state.Stage, last.Stage)
			}
			if state.Locked && (!state.Default || state.Stage != "GA") {
				t.Errorf("%s in 1.%d is locked but not GA and on", g.Name, minor)
			}
			if last.Locked && !state.Locked {
				t.Errorf("%s in 1.%d lost its lock", g.Name, minor)
			}
			if state.Stage == "alpha" && state.Default {
				t.Errorf("%s in 1.%d is alpha and on", g.Name, minor)
			}
			cite := citation.FindStringSubmatch(state.Cite)
			if cite == nil || "1."+cite[2] != model.MinorName(minor) {
				t.Errorf("%s in 1.%d cites %q, which is no line of that minor", g.Name, minor, state.Cite)
			}
			if cites[state.Cite] {
				t.Errorf("%s in 1.%d repeats the citation %q", g.Name, minor, state.Cite)
			}
			cites[state.Cite], last = true, state
		}
		for minor := range g.Minors {
			if minor < oldestMinor || minor > newestMinor {
				t.Errorf("%s speaks of 1.%d, outside of the table", g.Name, minor)
			}
		}
	}
}

func TestReadersStandWhereTheGateIsKnown(t *testing.T) {
	components := map[model.Component]bool{model.APIServer: true, model.ControllerManager: true, model.Kubelet: true}
	for _, g := range loaded(t).Gates.Gates {
		end := 0
		for _, r := range g.Readers {
			if r.From > r.To || r.From <= end {
				t.Errorf("%s: readers of 1.%d to 1.%d overlap or run backwards", g.Name, r.From, r.To)
			}
			end = r.To
			for minor := r.From; minor <= r.To; minor++ {
				if _, known := g.Minors[minor]; !known {
					t.Errorf("%s is read in 1.%d, which does not know it", g.Name, minor)
				}
			}
			if len(r.Components) == 0 {
				t.Errorf("%s: a reader without component", g.Name)
			}
			for _, c := range r.Components {
				if !components[c] {
					t.Errorf("%s is read by %q, which is no known component", g.Name, c)
				}
			}
		}
		// A gate that can be switched must have a reader, or switching it
		// would change nothing.
		for minor, state := range g.Minors {
			if !state.Locked && !readIn(g, minor) {
				t.Errorf("%s can be set in 1.%d, but nobody reads it", g.Name, minor)
			}
		}
	}
}

func readIn(g model.GateHistory, minor int) bool {
	for _, r := range g.Readers {
		if minor >= r.From && minor <= r.To {
			return true
		}
	}
	return false
}

func TestOnlyTheControllerManagerDecidesAboutCleaning(t *testing.T) {
	for _, name := range []string{"LegacyServiceAccountTokenNoAutoGeneration", "LegacyServiceAccountTokenCleanUp"} {
		for _, r := range gate(t, name).Readers {
			if len(r.Components) != 1 || r.Components[0] != model.ControllerManager {
				t.Errorf("%s is read by %v: an API server's value would be taken for the controller's", name, r.Components)
			}
		}
	}
}
