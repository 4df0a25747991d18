package plan

import (
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/plan/knowledge"
)

func (p *Plan) foretells(name string) (ForecastItem, bool) {
	for _, i := range p.Forecast.Items {
		if i.Name == name {
			return i, true
		}
	}
	return ForecastItem{}, false
}

func TestForecastTellsDaysAndWhoWillMissThem(t *testing.T) {
	w := newWorld("v1.30.14").seen()
	w.token("never-token", true)
	w.token("manual-token", false)
	w.token("used-token", true).LastUsed = label(today - 100)
	w.token("report-token", true).LastUsed = label(today - 300)
	w.workload("CronJob", "report", "report", model.WorkloadSuspended, model.RefVolume, "report-token")
	w.token("mounted-token", true)
	w.workload("Pod", "p", "mounted", model.WorkloadFinished, model.RefVolume, "mounted-token")
	w.token("busy-token", true).LastUsed = label(today)
	w.token("off-token", true).InvalidSince = label(today - 30)
	p := w.plan(t, 30)
	for _, c := range []struct {
		name             string
		off, gone        model.Day
		wanted, doubting string
	}{
		{"never-token", today, today + 366, "", ""},
		{"used-token", today + 266, today + 266 + 366, "", ""},
		{"report-token", today + 66, today + 66 + 366, "suspended CronJob report", ""},
		{"busy-token", today + 366, today + 366 + 366, "", "only if it is not used any more"},
		{"off-token", 0, today + 336, "", ""},
	} {
		i, there := p.foretells(c.name)
		if !there || i.Invalidated != c.off || i.Deleted != c.gone || i.Wanted != c.wanted || !strings.Contains(i.Doubt, c.doubting) {
			t.Errorf("%s: %+v, want switched off %s, deleted %s, wanted by %q", c.name, i, c.off, c.gone, c.wanted)
		}
	}
	for _, name := range []string{"manual-token", "mounted-token"} {
		if i, there := p.foretells(name); there {
			t.Errorf("%s is taken: %+v", name, i)
		}
	}
	for i := 1; i < len(p.Forecast.Items); i++ {
		if p.Forecast.Items[i].First() < p.Forecast.Items[i-1].First() {
			t.Error("items are not in the order of their days")
		}
	}
	spared := map[string]int{}
	for _, s := range p.Forecast.Spared {
		spared[s.Why] = s.Tokens
	}
	if spared["named by a pod"] != 1 || spared["not listed in .secrets of its account"] != 1 || len(spared) != 2 {
		t.Errorf("spared: %v", spared)
	}
}

func assumed(p *Plan, part string) (found, assumed bool) {
	for _, a := range p.Forecast.Assumptions {
		if strings.Contains(a.Text, part) {
			return true, a.Assumed
		}
	}
	return false, false
}

// TestForecastSaysWhatItStandsOn: what nobody could see is marked.
func TestForecastSaysWhatItStandsOn(t *testing.T) {
	for _, c := range []struct {
		name    string
		git     string
		set     func(*world)
		part    string
		assumed bool
	}{
		{"period seen", "v1.30.14", func(w *world) { w.seen() }, "clean-up period is 365 days", false},
		{"period not seen", "v1.30.14", func(*world) {}, "clean-up period is 365 days", true},
		{"period set", "v1.30.14", func(w *world) { w.flag(model.ControllerManager, flagCleanUpPeriod, "240h0m0s") }, "clean-up period is 10 days", false},
		{"controllers seen", "v1.30.14", func(w *world) { w.seen() }, "switches off first", false},
		{"controllers not seen", "v1.30.14", func(*world) {}, "switches off first", true},
		{"cleaner taken out", "v1.30.14", func(w *world) {
			w.flag(model.ControllerManager, flagControllers, "*,-legacy-service-account-token-cleaner")
		}, "no cleaner runs", false},
		{"1.28 without its gate", "v1.28.15", func(w *world) { w.seen() }, "from " + today.String() + " on no cleaner runs", true},
		{"1.28, its default in /metrics", "v1.28.15", func(w *world) {
			w.seen().observe(model.ControllerManager, model.SettingGate, gateCleanUp, "false", "GET /metrics of kube-controller-manager")
		}, "switches off first", true},
		{"1.28 with its gate", "v1.28.15", func(w *world) { w.seen().gate(model.ControllerManager, gateCleanUp, "true") }, "deletes at once", false},
		{"1.29 switched off", "v1.29.6", func(w *world) { w.seen().gate(model.ControllerManager, gateCleanUp, "false") }, "no cleaner runs", false},
		{"upgrades ahead", "v1.28.15", func(w *world) { w.seen() }, "switches off first", true},
		{"tracking known", "v1.27.3", func(*world) {}, "uses are recorded since", false},
		{"tracking to come", "v1.25.3", func(w *world) { w.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent} }, "from the upgrade to 1.26 on", true},
		{"tracking taken away", "v1.30.14", func(w *world) { w.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent} }, "was taken away", true},
		{"tracking never on the way", "v1.24.17", func(w *world) { w.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent} }, "from the upgrade to 1.26", true},
		{"tracking unreadable", "v1.30.14", func(w *world) { w.Cluster.Tracking = model.Tracking{State: model.TrackingUnreadable} }, "no day can be told", true},
	} {
		w := newWorld(c.git)
		c.set(w)
		found, isAssumed := assumed(w.plan(t, 30), c.part)
		if !found || isAssumed != c.assumed {
			t.Errorf("%s: %q told %v, assumed %v; want assumed %v", c.name, c.part, found, isAssumed, c.assumed)
		}
	}
}

func TestForecastWaitsForUpgradesAndTracking(t *testing.T) {
	w := newWorld("v1.25.3")
	w.Cluster.Tracking = model.Tracking{State: model.TrackingAbsent}
	w.token("never-token", true)
	p := w.plan(t, 30)
	var tracked, cleaned model.Day
	for _, h := range p.Hops {
		switch h.To {
		case 26:
			tracked = h.Date
		case 29:
			cleaned = h.Date
		}
	}
	i, _ := p.foretells("never-token")
	if want := max(cleaned, tracked+366); i.Invalidated != want {
		t.Errorf("switched off on %s, want %s (tracking from %s, cleaner from %s)", i.Invalidated, want, tracked, cleaned)
	}
}

func TestNothingIsForetoldOfWhatWasNotRead(t *testing.T) {
	w := newWorld("v1.30.14")
	w.token("hidden-token", true)
	w.Accounts = nil
	w.Coverage.Kinds[model.KindAccounts] = model.KindCoverage{State: model.CoverageFailed}
	p := w.plan(t, 30)
	if len(p.Forecast.Items) != 0 || len(p.Forecast.Spared) != 1 || p.Forecast.Spared[0].Why != originUnread {
		t.Errorf("%+v", p.Forecast)
	}
	w = newWorld("v1.30.14")
	w.token("never-token", true)
	w.Coverage.Kinds[model.KindPods] = model.KindCoverage{State: model.CoverageFailed}
	if i, _ := w.plan(t, 30).foretells("never-token"); !strings.Contains(i.Doubt, "pods there were not readable") {
		t.Errorf("%+v", i)
	}
}

// TestTheCleanerIsForestalled: what something wants again has to move before
// the hop in which the cleaner would take it.
func TestTheCleanerIsForestalled(t *testing.T) {
	w := newWorld("v1.29.6").seen()
	w.token("report-token", true).LastUsed = label(today - 300)
	w.workload("CronJob", "report", "report", model.WorkloadSuspended, model.RefVolume, "report-token")
	w.token("idle-token", true).LastUsed = label(today - 300)
	p := w.plan(t, 37)
	var hit []string
	for _, h := range p.Hops {
		if s := p.at(h.To, "TB-206"); s != nil && h.Position == Ahead && s.State == ToDo {
			hit = append(hit, h.To.String())
			if len(s.Objects) != 1 || s.Objects[0].Name != "report-token" || !strings.Contains(s.Objects[0].Note, "suspended CronJob report") {
				t.Errorf("%+v", s.Objects)
			}
		}
	}
	if strings.Join(hit, " ") != "1.30" {
		t.Errorf("told in the hops to %v", hit)
	}
}

// TestTomorrowsPlanReadsTheSame: a day that went by is no news.
func TestTomorrowsPlanReadsTheSame(t *testing.T) {
	build := func(at time.Time, policy knowledge.Policy) *Plan {
		w := everything("v1.28.15")
		a := model.Assess(&w.Inventory, know(t).Knowledge, model.DefaultPolicy(at))
		p, err := Build(a, know(t), Options{Target: 30, Policy: policy})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := build(now, gradual(t))
	next := build(now.AddDate(0, 0, 1), first.Policy)
	for i := range first.Hops {
		if first.Hops[i].Date != next.Hops[i].Date {
			t.Errorf("%s is on %s, then on %s", first.Hops[i].To, first.Hops[i].Date, next.Hops[i].Date)
		}
		for j := range first.Hops[i].Steps {
			x, y := first.Hops[i].Steps[j], next.Hops[i].Steps[j]
			if d := deepDiff(x, y); len(d) > 0 && x.Code != "TB-307" { // what soaks is ready one day
				t.Errorf("%s reads otherwise: %v", x.ID, d)
			}
		}
	}
}

func TestPlannedUpgradesBoundTheAssumedOnes(t *testing.T) {
	w := newWorld("v1.28.15")
	policy := gradual(t)
	policy.Upgrades.Dates = map[string]string{"v1.30": (today + 10).String()}
	p, err := Build(w.assess(t), know(t), Options{Target: 30, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range p.Hops {
		if h.Position == Ahead && (h.Date != today+10 || h.DateAssumed != (h.To != 30)) {
			t.Errorf("%s on %s, assumed %v", h.To, h.Date, h.DateAssumed)
		}
	}
}
