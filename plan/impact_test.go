package plan

import (
	"strings"
	"testing"

	"timebound/model"
)

func (p *Plan) cell(kind, setting string) ImpactCell {
	for _, r := range p.Impact.Rows {
		if r.Title != kind {
			continue
		}
		for i, s := range p.Impact.Settings {
			if s == setting {
				return r.Cells[i]
			}
		}
	}
	return ImpactCell{}
}

// TestImpactIsTheTableWithThisClustersFacts holds each cell of the table that
// is commonly shown, corrected where the source says otherwise.
func TestImpactIsTheTableWithThisClustersFacts(t *testing.T) {
	w := newWorld("v1.27.3").seen()
	w.token("auto-token", true)
	w.token("one-token", false)
	w.token("two-token", false)
	w.workload("Pod", "p", "default", model.WorkloadActive, model.RefVolume, "none").BoundToken = true
	p := w.plan(t, 30)
	touched := map[string]string{
		"auto-generated secret":    "auto-generation tracking clean-up",
		"manual secret":            "tracking clean-up",
		"projected into pods":      "bound volumes extension maximum life",
		"requested, without a pod": "maximum life",
	}
	for _, r := range p.Impact.Rows {
		var got []string
		for i, c := range r.Cells {
			if c.Touches {
				got = append(got, p.Impact.Settings[i])
			}
			if c.Now == "" {
				t.Errorf("%s, %s: says nothing", r.Title, p.Impact.Settings[i])
			}
		}
		if strings.Join(got, " ") != touched[r.Title] {
			t.Errorf("%s is touched by %v, want %s", r.Title, got, touched[r.Title])
		}
	}
	for _, c := range []struct{ kind, setting, now, later string }{
		{"auto-generated secret", "clean-up", "no cleaner runs", "1.29 unused ones are switched off, then deleted after 365 days"},
		{"auto-generated secret", "tracking", "the day of the last use is recorded", ""},
		{"auto-generated secret", "auto-generation", "no new ones", ""},
		{"manual secret", "clean-up", "no cleaner runs", "1.29 nothing, unless its account lists it"},
		{"projected into pods", "extension", "365 days", "1.28 off: tokens live for about an hour"},
		{"projected into pods", "maximum life", "nothing while tokens are extended", "1.28 at most 1h"},
		{"requested, without a pod", "maximum life", "no limit", "1.28 at most 1h"},
	} {
		cell := p.cell(c.kind, c.setting)
		later := ""
		for _, l := range cell.Later {
			later += l.Minor.String() + " " + l.Text + " "
		}
		if !strings.Contains(cell.Now, c.now) || !strings.Contains(later, c.later) || c.later == "" && later != "" {
			t.Errorf("%s, %s: now %q, later %q; want %q, %q", c.kind, c.setting, cell.Now, later, c.now, c.later)
		}
	}
	if p.Impact.Rows[0].Count != "1 token" || p.Impact.Rows[1].Count != "2 tokens" || p.Impact.Rows[2].Count != "1 pod" {
		t.Errorf("counts: %s, %s, %s", p.Impact.Rows[0].Count, p.Impact.Rows[1].Count, p.Impact.Rows[2].Count)
	}
	if c := p.cell("manual secret", "tracking"); c.Told != "no" || c.Why == "" {
		t.Error("what is told wrongly of manual tokens is not corrected")
	}
}

// TestImpactPromisesNothingThatCannotBeSet: where nobody but the provider sets
// a flag, the policy changes nothing.
func TestImpactPromisesNothingThatCannotBeSet(t *testing.T) {
	w := newWorld("v1.27.3").seen()
	w.Cluster.Platform.ID = model.PlatformEKS
	p := w.plan(t, 30)
	if c := p.cell("projected into pods", "extension"); len(c.Later) != 0 || !strings.Contains(c.Now, "90 days") {
		t.Errorf("%+v", c)
	}
}

// TestImpactKeepsWhatIsStricter: a policy never makes a life longer.
func TestImpactKeepsWhatIsStricter(t *testing.T) {
	w := newWorld("v1.24.17")
	w.flag(model.APIServer, flagMaxExpiration, "24h0m0s")
	w.flag(model.APIServer, flagExtend, "false")
	p := w.plan(t, 30)
	for _, l := range p.cell("requested, without a pod", "maximum life").Later {
		if l.Minor < 28 {
			t.Errorf("from %s: %s", l.Minor, l.Text)
		}
	}
	if c := p.cell("projected into pods", "extension"); len(c.Later) > 0 {
		t.Errorf("%+v", c)
	}
}
