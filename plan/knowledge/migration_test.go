package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func migration(t *testing.T) *Migration {
	t.Helper()
	m, err := LoadMigration()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var proofs = []Proof{ProofSource, ProofRun, ProofDocument, ProofInferred}

// TestBehavioursCoverEveryMinor walks 1.20 to the newest minor: one state each,
// no gap, no overlap.
func TestBehavioursCoverEveryMinor(t *testing.T) {
	cite := regexp.MustCompile(`^[a-z-]+@v[01]\.\d+\.\d+/\S+\.go:\d+$`)
	m := migration(t)
	seen := map[string]bool{}
	for _, b := range m.Behaviours {
		if seen[b.ID] || b.ID == "" || b.Title == "" || b.Component == "" {
			t.Errorf("behaviour %q: stands twice, or lacks a title or component", b.ID)
		}
		seen[b.ID] = true
		next := oldestMinor
		for i, s := range b.States {
			if s.From != next {
				t.Errorf("%s: a state begins with 1.%d, want 1.%d", b.ID, s.From, next)
			}
			if last := i == len(b.States)-1; last != (s.To == 0) {
				t.Errorf("%s: the last state, and only that one, is open", b.ID)
			}
			if s.To != 0 && s.To < s.From || s.To > newestMinor {
				t.Errorf("%s: 1.%d to 1.%d", b.ID, s.From, s.To)
			}
			next = s.To + 1
			if s.Text == "" || !slices.Contains(proofs, s.Proof) || !cite.MatchString(s.Cite) {
				t.Errorf("%s from 1.%d: text %q, proof %q, cite %q", b.ID, s.From, s.Text, s.Proof, s.Cite)
			}
			if s.Change != "" && (s.From == oldestMinor || !strings.HasSuffix(s.Change, ".")) {
				t.Errorf("%s from 1.%d: a change is told in a sentence, and not of the first minor", b.ID, s.From)
			}
		}
		for minor := oldestMinor; minor <= newestMinor; minor++ {
			if s := b.At(minor); s.From > minor || s.To != 0 && s.To < minor {
				t.Errorf("%s at 1.%d gives the state from 1.%d to 1.%d", b.ID, minor, s.From, s.To)
			}
		}
	}
	for _, id := range []string{"pod-token", "auto-generation", "tracking", "cleaner", "invalid-since", "warning", "metrics", "audit", "credential-id", "node-binding"} {
		if !seen[id] {
			t.Errorf("behaviour %s is missing", id)
		}
	}
}

// TestBehavioursAgreeWithGates: what a gate locks must hold without a
// reservation, and what it leaves open must name it.
func TestBehavioursAgreeWithGates(t *testing.T) {
	m := migration(t)
	for _, c := range []struct{ gate, behaviour string }{
		{"LegacyServiceAccountTokenNoAutoGeneration", "auto-generation"},
		{"LegacyServiceAccountTokenTracking", "tracking"},
		{"LegacyServiceAccountTokenCleanUp", "cleaner"},
		{"BoundServiceAccountTokenVolume", "pod-token"},
		{"ServiceAccountTokenJTI", "credential-id"},
		{"ServiceAccountTokenNodeBinding", "node-binding"},
	} {
		b := m.Behaviour(c.behaviour)
		for _, g := range m.Gates.Gates {
			if g.Name != c.gate {
				continue
			}
			for minor, state := range g.Minors {
				text := b.At(minor).Text
				// A gate that is on by default since long is left out of the text once nobody would turn it off.
				if open := strings.Contains(text, c.gate); open && state.Locked {
					t.Errorf("1.%d: %s is locked, but %s says %q", minor, c.gate, c.behaviour, text)
				}
				if !state.Default && !strings.Contains(text, c.gate) {
					t.Errorf("1.%d: %s is off by default, but %s says %q", minor, c.gate, c.behaviour, text)
				}
			}
		}
	}
}

func TestProvidersAndOpenShiftVersions(t *testing.T) {
	m := migration(t)
	forms := []Form{FormManifest, FormKubeadm, FormK3s, FormOpenShift, FormProvider}
	ids := map[string]bool{}
	for _, p := range m.Providers {
		if !slices.Contains(forms, p.Form) {
			t.Errorf("%s: form %q", p.Platform, p.Form)
		}
		for _, f := range p.Facts {
			if ids[f.ID] || f.Text == "" || f.Source == "" || f.About == "" || !slices.Contains(proofs, f.Proof) {
				t.Errorf("%s: fact %q is not whole", p.Platform, f.ID)
			}
			ids[f.ID] = true
		}
	}
	for version, minor := range m.Provider("openshift").Versions {
		if want := "4." + strings.TrimPrefix(Minor(minor-13).String(), "1."); version != want {
			t.Errorf("OpenShift %s is said to be 1.%d", version, minor)
		}
	}
	if m.Provider("eks").ExtendedLife().Hours() != 90*24 || m.Provider("kubernetes").ExtendedLife().Hours() != 365*24 {
		t.Error("extended tokens live 90 days on EKS and a year elsewhere")
	}
	if p := m.Provider("somewhere"); p.Form != FormManifest {
		t.Errorf("an unknown platform has form %q", p.Form)
	}
}

func TestStepsAreWhole(t *testing.T) {
	cite := regexp.MustCompile(`^[a-z-]+@v[01]\.\d+\.\d+/\S+\.go:\d+$`)
	phases := []string{"before", "do", "outside", "set", "after"}
	seen := map[string]bool{}
	for _, s := range migration(t).Steps {
		if seen[s.Code] || !regexp.MustCompile(`^TB-[2-5]\d\d$`).MatchString(s.Code) || !slices.Contains(phases, s.Phase) {
			t.Errorf("step %q: stands twice, or has an odd code or phase", s.Code)
		}
		seen[s.Code] = true
		if s.Title == "" || s.Why == "" || s.Phase == "set" && s.Undo == "" {
			t.Errorf("step %s: needs a title, a why and, where it sets something, a way back", s.Code)
		}
		if s.Phase == "set" && s.Cite == "" || s.Cite != "" && !cite.MatchString(s.Cite) {
			t.Errorf("step %s cites %q, which is no line of a module", s.Code, s.Cite)
		}
		if (s.Phase == "before" || s.Phase == "do" || s.Phase == "outside") && s.Done == "" {
			t.Errorf("step %s: says nothing once it is done", s.Code)
		}
	}
}

func TestPoliciesAreValid(t *testing.T) {
	m := migration(t)
	for _, p := range m.Policies {
		if err := p.Validate(newestMinor); err != nil {
			t.Errorf("policy %s: %v", p.Name, err)
		}
	}
	p, err := m.PolicyNamed("")
	if err != nil {
		t.Fatal(err)
	}
	at := func(minor Minor) string {
		ph := p.At(minor)
		return ph.MaxTokenExpiration + " " + ph.AutoGeneration + " " + ph.Tracking + " " + ph.CleanUp
	}
	for minor, want := range map[Minor]string{23: "   ", 24: "8760h allowed  ", 27: "720h off on ", 28: "1h off on ", 37: "1h off on on"} {
		if got := at(minor); got != want {
			t.Errorf("%s asks for %q, want %q", minor, got, want)
		}
	}
}

func TestReadPolicy(t *testing.T) {
	m := migration(t)
	p, err := m.ReadPolicy([]byte("apiVersion: timebound/v1\nkind: Policy\nname: ours\nsoakDays: 14\nphases:\n- {minor: 1.30, maxTokenExpiration: 24h}\nupgrades:\n  dates: {\"1.30\": 2027-01-15}\nteams:\n- {name: money, namespaces: [pay*, ledger]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "ours" || p.SoakDays != 14 || len(p.Phases) != 1 || p.Phases[0].Minor != 30 || p.Upgrades.EveryDays != 60 || p.Teams[0].Namespaces[0] != "pay*" {
		t.Errorf("read %+v", p)
	}
	if def, _ := m.PolicyNamed(""); def.Name != "gradual" || len(def.Phases) != 4 {
		t.Error("reading a file changed the default policy")
	}
	for text, want := range map[string]string{
		"soakdays: 3":                                             "line 1: field soakdays not found",
		"phases:\n- {minor: 99}":                                  "1.99 is none of 1.20 to 1.37",
		"phases:\n- {minor: x}":                                   "line 2: \"x\" is no minor version",
		"phases:\n- {minor: 1.30}\n- {minor: 1.28}":               "1.28 comes after a later one",
		"phases:\n- {minor: 30, maxTokenExpiration: 10m}":         "out of 1 hour to 2^32 seconds",
		"phases:\n- {minor: 30, maxTokenExpiration: long}":        "no duration",
		"phases:\n- {minor: 30, autoGeneration: sometimes}":       "not allowed or off",
		"upgrades: {dates: {\"1.30\": tomorrow}}":                 "not a day",
		"upgrades: {dates: {soon: 2027-01-01}}":                   "no minor version",
		"upgrades: {dates: {1.29: 2027-02-01, 1.30: 2027-01-01}}": "1.30 is planned for 2027-01-01, before 1.29",
		"soakDays: -1":             "none may be negative",
		"kind: Plan":               "not Policy",
		"apiVersion: timebound/v9": "not timebound/v1",
		"cleanUpPeriod: 0h":        "no duration such as 8760h",
		"phases: [":                "line 1",
	} {
		if _, err := m.ReadPolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	if _, err := m.PolicyNamed("nice"); err == nil || !strings.Contains(err.Error(), "gradual, prompt") {
		t.Errorf("an unknown policy: %v", err)
	}
}

func FuzzReadPolicy(f *testing.F) {
	m, err := LoadMigration()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("soakDays: 3\nphases:\n- {minor: 1.30}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := m.ReadPolicy(text)
		if err == nil && p.Validate(m.Gates.Newest) != nil {
			t.Errorf("%q is read and not valid", text)
		}
	})
}

func TestWaysAndReaders(t *testing.T) {
	m := migration(t)
	for _, w := range m.Ways {
		if w.ID == "" || w.Title == "" || w.How == "" || w.Good == "" || w.Bad == "" || w.Needs == "" || w.HandOver == "" || w.Source == "" || !slices.Contains(proofs, w.Proof) {
			t.Errorf("way %q is not whole", w.ID)
		}
	}
	for _, r := range m.Readers {
		if r.ID == "" || r.Title == "" || strings.Trim(r.Account, "*") == "" || r.Why == "" || r.Source == "" {
			t.Errorf("reader %q is not whole", r.ID)
		}
	}
}
