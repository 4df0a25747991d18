package clusterpage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

var (
	colored = theme.New(theme.Options{Dark: true})
	plain   = theme.New(theme.Options{NoColor: true})
	ascii   = theme.New(theme.Options{NoColor: true, ASCII: true})
)

func text(ls []string) string { return theme.Plain(strings.Join(ls, "\n")) }

func flat(ls []string) string { return strings.Join(strings.Fields(text(ls)), " ") }

func page(a *model.Assessment, width int) string {
	return flat(Lines(a, sample.Snapshot(), model.Counters{}, plain, width, 40))
}

func TestGoldens(t *testing.T) {
	a := sample.Assessment()
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		name := fmt.Sprintf("cluster-%dx%d", size[0], size[1])
		golden.Require(t, name, strings.Join(Lines(a, sample.Snapshot(), model.Counters{}, colored, size[0], size[1]), "\n"))
		golden.Require(t, name+"-plain", text(Lines(a, sample.Snapshot(), model.Counters{}, plain, size[0], size[1])))
	}
}

func TestEverySettingIsToldWithItsSourceAndItsMeaning(t *testing.T) {
	a := sample.Assessment()
	a.Settings = nil
	for s := model.SourceProcess; s <= model.SourceUnknown; s++ {
		a.Settings = append(a.Settings, model.Setting{
			Component: model.APIServer, Kind: model.SettingFlag, Name: fmt.Sprintf("flag-%d", s), Value: fmt.Sprintf("value-%d", s),
			Source: s, Where: fmt.Sprintf("place-%d", s), Why: fmt.Sprintf("meaning-%d", s),
		})
	}
	for _, width := range []int{60, 120, 220} {
		got := page(a, width)
		for _, s := range a.Settings {
			for _, want := range []string{"--" + s.Name, s.Value, s.Source.String(), s.Where, s.Why} {
				if !strings.Contains(got, want) {
					t.Errorf("width %d: %q is not told", width, want)
				}
			}
		}
	}
}

func TestContradictionsAreMarked(t *testing.T) {
	got := page(sample.Assessment(), 120)
	if want := "! but true configured · configmap kube-system/kubeadm-config"; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

func TestServersThatDifferAreAWarning(t *testing.T) {
	a := sample.Assessment()
	const warning = "Servers of different versions answer"
	if !strings.Contains(page(a, 120), warning) {
		t.Error("two versions, no warning")
	}
	a.Inventory.Cluster.Servers = a.Inventory.Cluster.Servers[:1]
	if strings.Contains(page(a, 120), warning) {
		t.Error("one version, but a warning")
	}
}

func TestEveryStateIsToldInWords(t *testing.T) {
	a := sample.Assessment()
	c := &a.Inventory.Cluster
	for state, want := range map[model.TrackingState]string{
		model.TrackingPending: "tracking being read", model.TrackingPresent: "uses are recorded since 2025-10-18 · for 399 whole days",
		model.TrackingAbsent: "uses are not recorded", model.TrackingUnreadable: "could not be read",
	} {
		c.Tracking.State = state
		if got := page(a, 120); !strings.Contains(got, want) {
			t.Errorf("tracking state %d: no %q", state, want)
		}
	}
	for skew, want := range map[time.Duration]string{
		0: "no difference seen", time.Second: "1s apart", time.Hour: "1h0m0s ahead of this machine", -time.Hour: "1h0m0s behind this machine",
	} {
		c.ClockSkew = skew
		if got := page(a, 120); !strings.Contains(got, want) {
			t.Errorf("skew %s: no %q", skew, want)
		}
	}
	for state, want := range map[model.CoverageState]string{
		model.CoveragePending: "being read", model.CoverageComplete: "complete", model.CoveragePartial: "partly",
		model.CoverageFailed: "not readable", model.CoverageNotServed: "not served here",
	} {
		a.Inventory.Coverage.Kinds = map[model.ObjectKind]model.KindCoverage{model.KindPods: {State: state}}
		if got := page(a, 120); !strings.Contains(got, want) {
			t.Errorf("coverage state %d: no %q", state, want)
		}
	}
}

func TestGapsNameTheRuleThatWouldHelp(t *testing.T) {
	got := page(sample.Assessment(), 120)
	if !strings.Contains(got, "→ allow list pods (timebound rbac --for read)") {
		t.Errorf("no rule in\n%s", got)
	}
}

func TestProblemsComeWithTheirRemedy(t *testing.T) {
	snap := sample.Snapshot()
	snap.Problems = []model.Problem{{What: "watch pods", Why: "connection refused", Remedy: "check the VPN"}}
	for _, width := range []int{80, 200} {
		got := flat(Lines(sample.Assessment(), snap, model.Counters{}, plain, width, 40))
		if !strings.Contains(got, "watch pods: connection refused → check the VPN") {
			t.Errorf("width %d: no problem in\n%s", width, got)
		}
	}
}

func TestLittleDataIsNoReasonToFail(t *testing.T) {
	empty := &model.Inventory{}
	for _, a := range []*model.Assessment{nil, {}, {Inventory: empty}, model.Assess(empty, model.Knowledge{}, model.DefaultPolicy(sample.Now))} {
		if got := page(a, 80); got == "" {
			t.Error("an empty page says nothing")
		}
	}
}

func TestPagesFitAnyWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	a := sample.Assessment()
	a.Inventory.Cluster.Context = strings.Repeat("漢字-", 90)
	a.Settings = append(a.Settings,
		model.Setting{Component: model.Component(sample.Hostile), Name: strings.Repeat("n", 90), Value: strings.Repeat("v,", 200), Source: model.SourceProcess, Where: sample.Hostile, Why: sample.Hostile},
		model.Setting{Component: model.APIServer, Name: sample.Hostile, Source: model.SourceUnknown, Others: []model.Observation{{Value: sample.Hostile, Source: model.SourceConfig, Where: sample.Hostile}}})
	snap := sample.Snapshot()
	snap.Problems = []model.Problem{{What: sample.Hostile, Why: strings.Repeat("漢", 300), Remedy: sample.Hostile}}
	for range 300 {
		width := 20 + rng.IntN(231)
		for _, st := range []*theme.Styles{colored, plain, ascii} {
			for _, line := range Lines(a, snap, model.Counters{}, st, width, 40) {
				if w := theme.Width(line); w > width {
					t.Fatalf("width %d: %d cells: %q", width, w, line)
				}
				if strings.ContainsAny(theme.Plain(line), "\x1b\x07\n\u202e") {
					t.Fatalf("raw control character in %q", line)
				}
			}
		}
	}
}
