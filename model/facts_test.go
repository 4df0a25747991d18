package model

import (
	"fmt"
	"testing"
	"time"
)

func TestParseVersion(t *testing.T) {
	for git, want := range map[string]string{
		"v1.30.14": "1.30 14", "v1.27.3-gke.100": "1.27 3", "v1.29.6+aba1e8d": "1.29 6", "1.24.17": "1.24 17",
		"v1.30": "1.30 0", "v1.30+": "1.30 0", "v1.37.0-alpha.2": "1.37 0",
	} {
		v, err := ParseVersion(git)
		if got := fmt.Sprintf("%s %d", v.MinorName(), v.Patch); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", git, got, err, want)
		}
	}
	for _, git := range []string{"", "v2.1.0", "devel", "v1.", "v0.0.0-master+$Format:%H$"} {
		if v, err := ParseVersion(git); err == nil || v.Known() || v.Git != git {
			t.Errorf("%q is taken for %v", git, v)
		}
	}
}

func TestDays(t *testing.T) {
	late := time.Date(2026, 11, 22, 23, 59, 59, 0, time.FixedZone("UTC-5", -5*3600))
	if got := DayOf(late).String(); got != "2026-11-23" {
		t.Errorf("days are UTC days: got %s", got)
	}
	if got := DayOf(time.Unix(-1, 0)).String(); got != "1969-12-31" {
		t.Errorf("before the epoch: got %s", got)
	}
	for _, raw := range []string{"2026-1-1", "2026-02-30", "today", "2026-01-01T00:00:00Z", "20260101"} {
		if l := NewDayLabel(raw); l.Valid || !l.Unparsable() {
			t.Errorf("%q is taken for a day", raw)
		}
	}
	if l := EmptyDayLabel(); l.Absent() || !l.Unparsable() || l.Text() != `""` {
		t.Error("an empty label is there, and no day")
	}
	if l := (DayLabel{}); !l.Absent() || l.Unparsable() {
		t.Error("no label is none")
	}
	for day, want := range map[Day]string{today: "today", today - 1: "yesterday", today - 212: "212 days ago", today + 1: "tomorrow", today + 3: "in 3 days"} {
		if got := day.Ago(today); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
}

func TestTrackingCountsWholeDays(t *testing.T) {
	for _, c := range []struct {
		tracking Tracking
		want     int
	}{
		{Tracking{State: TrackingPresent, Since: label(today - 400)}, 399},
		{Tracking{State: TrackingPresent, Since: label(today - 1)}, 0},
		{Tracking{State: TrackingPresent, Since: label(today)}, 0},
		{Tracking{State: TrackingPresent, Since: NewDayLabel("soon")}, 0},
		{Tracking{State: TrackingAbsent}, 0},
	} {
		if got := c.tracking.WholeDays(today); got != c.want {
			t.Errorf("since %q: %d whole days, want %d", c.tracking.Since.Raw, got, c.want)
		}
	}
}

func TestCoverageReads(t *testing.T) {
	partial := KindCoverage{State: CoveragePartial, Gaps: []Gap{{Namespace: "secret-lab"}}}
	for _, c := range []struct {
		name  string
		cover Coverage
		want  bool
	}{
		{"complete", Coverage{Kinds: map[ObjectKind]KindCoverage{KindPods: {State: CoverageComplete}}}, true},
		{"not served", Coverage{Kinds: map[ObjectKind]KindCoverage{KindPods: {State: CoverageNotServed}}}, true},
		{"never asked", Coverage{}, false},
		{"pending", Coverage{Kinds: map[ObjectKind]KindCoverage{KindPods: {}}}, false},
		{"failed", Coverage{Kinds: map[ObjectKind]KindCoverage{KindPods: {State: CoverageFailed}}}, false},
		{"partial, elsewhere", Coverage{Kinds: map[ObjectKind]KindCoverage{KindPods: partial}}, true},
		{"complete for the namespaces asked, not this one", Coverage{Namespaces: []string{"b"}, Kinds: map[ObjectKind]KindCoverage{KindPods: {State: CoverageComplete}}}, false},
		{"partial, not asked", Coverage{Namespaces: []string{"b"}, Kinds: map[ObjectKind]KindCoverage{KindPods: partial}}, false},
	} {
		if got := c.cover.Reads(KindPods, "a"); got != c.want {
			t.Errorf("%s: reads %v, want %v", c.name, got, c.want)
		}
	}
	if (Coverage{Kinds: map[ObjectKind]KindCoverage{KindPods: partial}}).Reads(KindPods, "secret-lab") {
		t.Error("a gap is not read")
	}
}

func TestSettingsCarryProvenance(t *testing.T) {
	find := func(c Cluster, name string) (Setting, bool) {
		for _, s := range ResolveSettings(c, testKnowledge()) {
			if s.Name == name {
				return s, true
			}
		}
		return Setting{}, false
	}
	at := func(git string, seen ...Observation) Cluster {
		return Cluster{Servers: []ServerVersion{{Version: version(git)}}, Observed: seen}
	}
	gate := func(value string, source Source) Observation {
		return Observation{Component: ControllerManager, Kind: SettingGate, Name: gateNoAutoGeneration, Value: value, Source: source, Where: "here"}
	}
	for _, c := range []struct {
		name    string
		cluster Cluster
		value   string
		source  Source
		others  int
	}{
		{"default of the version", at("v1.25.1"), "true", SourceDefault, 0},
		{"locked", at("v1.27.3"), "true", SourceLocked, 0},
		{"gone, behaviour stays", at("v1.31.0"), "true", SourceLocked, 0},
		{"newer than the table", at("v1.99.0"), "", SourceUnknown, 0},
		{"version not known", Cluster{}, "", SourceUnknown, 0},
		{"seen in the process", at("v1.25.1", gate("false", SourceProcess)), "false", SourceProcess, 0},
		{"not on a command line that was seen whole", at("v1.25.1", Observation{Component: ControllerManager, Kind: SettingFlag, Name: "controllers", Value: "*", Source: SourceProcess, Where: "pod", NotGiven: true}), "true", SourceProcess, 0},
		{"not on another's command line", at("v1.25.1", Observation{Component: APIServer, Kind: SettingFlag, Name: "x", Value: "*", Source: SourceProcess, Where: "pod", NotGiven: true}), "true", SourceDefault, 0},
		{"an intention does not outweigh a lock", at("v1.27.3", gate("false", SourceConfig)), "true", SourceLocked, 1},
		{"an intention outweighs a default", at("v1.25.1", gate("false", SourceConfig)), "false", SourceConfig, 0},
		{"servers differ", at("v1.25.1", gate("true", SourceProcess), gate("false", SourceProcess)), "true", SourceProcess, 1},
	} {
		s, _ := find(c.cluster, gateNoAutoGeneration)
		if s.Value != c.value || s.Source != c.source || len(s.Others) != c.others {
			t.Errorf("%s: %q by %s with %d others, want %q by %s with %d", c.name, s.Value, s.Source, len(s.Others), c.value, c.source, c.others)
		}
		if s.Component != ControllerManager {
			t.Errorf("%s: read by %s", c.name, s.Component)
		}
	}
	if _, there := find(at("v1.22.1"), gateNoAutoGeneration); there {
		t.Error("a gate that does not exist yet is shown")
	}
	if s, _ := find(at("v1.30.1"), flagLookup); s.Value != "true" || s.Source != SourceDefault {
		t.Errorf("flag is %+v", s)
	}
}

func TestAGateOfTwoComponentsShowsTheOneThatWasSeen(t *testing.T) {
	know := Knowledge{Gates: GateTable{Newest: 37, Gates: []GateHistory{{
		Name: "Shared", Readers: []GateReader{{33, 37, []Component{Kubelet, APIServer}}},
		Minors: map[int]GateState{36: {Stage: "beta", Default: true}},
	}}}}
	c := Cluster{
		Servers:  []ServerVersion{{Version: version("v1.36.1")}},
		Observed: []Observation{{Component: APIServer, Kind: SettingGate, Name: "Shared", Value: "false", Source: SourceProcess, Where: "GET /metrics"}},
	}
	if s := ResolveSettings(c, know)[0]; s.Component != APIServer || s.Value != "false" {
		t.Errorf("setting is %+v", s)
	}
}

func TestAFlagWithoutDefaultIsUnknownUntilSeen(t *testing.T) {
	know := Knowledge{Flags: FlagTable{{Component: ControllerManager, Name: "root-ca-file", From: 20}}}
	c := Cluster{Servers: []ServerVersion{{Version: version("v1.36.1")}}}
	if s := ResolveSettings(c, know)[0]; s.Source != SourceUnknown || s.Value != "" {
		t.Errorf("setting is %+v", s)
	}
}

func BenchmarkAssess(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld()
			for i := range n {
				w.token(fmt.Sprintf("t%06d", i))
				if i%5 == 0 {
					w.workload("Pod", fmt.Sprintf("p%06d", i), WorkloadActive, fmt.Sprintf("t%06d", i))
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				w.assess()
			}
		})
	}
}
