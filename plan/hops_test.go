package plan

import (
	"errors"
	"strings"
	"testing"

	"timebound/model"
)

func way(p *Plan) string {
	var parts []string
	for _, h := range p.Hops {
		parts = append(parts, strings.ReplaceAll(h.From.String()+">"+h.To.String(), "1.", "")+" "+string(h.Position))
	}
	return strings.Join(parts, ", ")
}

func TestTheWayIsCutWhereSomethingChanges(t *testing.T) {
	for _, c := range []struct {
		git    string
		target Minor
		want   string
	}{
		{"v1.24.17", 30, "24>24 here, 24>26 ahead, 26>27 ahead, 27>28 ahead, 28>29 ahead, 29>30 ahead"},
		{"v1.27.3", 30, "23>24 past, 24>26 past, 27>27 here, 27>28 ahead, 28>29 ahead, 29>30 ahead"},
		{"v1.28.15", 28, "23>24 past, 24>26 past, 28>28 here"},
		{"v1.30.14", 0, "23>24 past, 24>26 past, 26>28 past, 30>30 here, 30>37 ahead"},
		{"v1.37.1", 0, "23>24 past, 24>26 past, 26>28 past, 28>30 past, 37>37 here"},
		{"v1.22.17", 24, "22>22 here, 22>24 ahead"},
		{"v1.38.0", 0, "23>24 past, 24>26 past, 26>28 past, 28>30 past, 38>38 here"},
		{"v1.30.14", 39, "23>24 past, 24>26 past, 26>28 past, 30>30 here, 30>39 ahead"},
	} {
		if got := way(newWorld(c.git).plan(t, c.target)); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.git, c.target, got, c.want)
		}
	}
}

func TestNoPlanWithoutAVersionOrBackwards(t *testing.T) {
	w := newWorld("v1.30.1")
	if _, err := Build(w.assess(t), know(t), Options{Target: 28, Policy: gradual(t)}); !errors.Is(err, ErrTargetBehind) {
		t.Errorf("back to 1.28: %v", err)
	}
	w.Cluster.Servers = nil
	if _, err := Build(w.assess(t), know(t), Options{Policy: gradual(t)}); !errors.Is(err, ErrVersionUnknown) {
		t.Errorf("no version: %v", err)
	}
}

func TestChangesAreToldOnceAndInTheirHop(t *testing.T) {
	p := newWorld("v1.24.17").plan(t, 37)
	seen := map[string]Minor{}
	for _, h := range p.Hops {
		for _, c := range h.Changes {
			if c.Minor <= h.From || c.Minor > h.To {
				t.Errorf("%s is told in the hop %s to %s", c.Minor, h.From, h.To)
			}
			if at, twice := seen[c.Text]; twice {
				t.Errorf("%q is told in %s and %s", c.Text, at, c.Minor)
			}
			seen[c.Text] = c.Minor
			if c.Source == "" {
				t.Errorf("%q has no source", c.Text)
			}
		}
	}
	for text, minor := range map[string]Minor{"cannot be switched on any more": 27, "switched off by label and on again": 29, "image": 34} {
		found := false
		for told, at := range seen {
			found = found || at == minor && strings.Contains(told, text)
		}
		if !found {
			t.Errorf("nobody is told of %q in %s", text, minor)
		}
	}
	w := newWorld("v1.29.6+aba1e8d")
	w.Cluster.Platform = model.Platform{ID: model.PlatformAKS}
	for _, h := range w.plan(t, 30).Hops {
		for _, c := range h.Changes {
			if strings.Contains(c.Text, "OIDC issuer") && c.Proof != "document" {
				t.Errorf("a provider's document is told as proven: %+v", c)
			}
		}
	}
}

func TestUpgradesAreDatedAndAssumedDaysAreMarked(t *testing.T) {
	w := newWorld("v1.27.3")
	policy := gradual(t)
	policy.Upgrades.Dates = map[string]string{"1.28": "2027-02-01", "1.29": "2026-01-01"}
	p, err := Build(w.assess(t), know(t), Options{Target: 30, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		to      Minor
		day     string
		assumed bool
	}{{28, "2027-02-01", false}, {29, "2027-02-01", false}, {30, "2027-04-02", true}} {
		for _, h := range p.Hops {
			if h.To == c.to && (h.Date.String() != c.day || h.DateAssumed != c.assumed) {
				t.Errorf("%s on %s, assumed %v; want %s, %v", c.to, h.Date, h.DateAssumed, c.day, c.assumed)
			}
		}
	}
}

func TestOpenShiftVersionsAreNamed(t *testing.T) {
	w := newWorld("v1.29.6+aba1e8d")
	w.Cluster.Platform = model.Platform{ID: model.PlatformOpenShift, Version: "4.16.8"}
	p := w.plan(t, 30)
	if name := p.Hops[len(p.Hops)-1].Name; name != "OpenShift 4.17" {
		t.Errorf("1.30 is named %q", name)
	}
}

func TestBuildIsDeterministicAndChangesNothing(t *testing.T) {
	w := everything("v1.26.3")
	a := w.assess(t)
	first, err := Build(a, know(t), Options{Policy: gradual(t)})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, _ := Build(a, know(t), Options{Policy: gradual(t)})
		if len(deepDiff(first, again)) > 0 {
			t.Fatalf("two builds differ: %v", deepDiff(first, again))
		}
	}
}
