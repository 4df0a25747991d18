package plan

import (
	"slices"
	"strings"
	"time"

	"timebound/model"
	"timebound/plan/cleaner"
)

// upstreamPeriod is the default of --legacy-service-account-token-clean-up-period
// (k8s.io/kubernetes pkg/controller/serviceaccount/config/v1alpha1/defaults.go).
const upstreamPeriod = 8760 * time.Hour

// setCourse works out how the cleaner behaves now and after each upgrade.
func (b *builder) setCourse() {
	b.period, b.periodAssumed = b.cleanUpPeriod()
	b.course = cleaner.Course{Today: b.a.Policy.Today, Since: b.trackedSince()}
	add := func(from model.Day, minor Minor, assumed bool) {
		manner, guessed := b.manner(minor)
		if n := len(b.course.Spans); n > 0 && b.course.Spans[n-1].Manner == manner {
			return
		}
		b.course.Spans = append(b.course.Spans, cleaner.Span{From: from, Manner: manner, Period: b.period})
		b.spanAssumed[from] = assumed || guessed
	}
	add(b.a.Policy.Today, b.current, false)
	for minor := b.current + 1; minor <= b.target; minor++ {
		add(b.dates[minor].day, minor, b.dates[minor].assumed)
	}
}

// cleanUpPeriod gives the period that the cleaner goes by, and whether it is
// assumed.
func (b *builder) cleanUpPeriod() (period time.Duration, assumed bool) {
	period, assumed = upstreamPeriod, true
	if d, err := time.ParseDuration(b.policy.CleanUpPeriod); err == nil && d > 0 {
		period = d
	}
	if s := b.setting(model.ControllerManager, flagCleanUpPeriod); b.firm(s) {
		if d, err := time.ParseDuration(s.Value); err == nil && d > 0 {
			period, assumed = d, false
		}
	}
	return period, assumed
}

// manner says how the cleaner of a minor goes about, and whether that stands on
// a default that nobody could check.
func (b *builder) manner(minor Minor) (m cleaner.Manner, guessed bool) {
	if minor < minorCleaner {
		return cleaner.Off, false
	}
	running, seen := b.cleanerWanted()
	if !running {
		return cleaner.Off, false
	}
	on, gateSeen := minor >= minorCleans, minor >= minorCleansAlways
	if !gateSeen {
		s := b.setting(model.ControllerManager, gateCleanUp)
		if value, given := b.given(model.ControllerManager, gateCleanUp); given {
			on, gateSeen = value == "true", true
		} else if minor == b.current && s != nil && s.Source <= model.SourceEvidence {
			// A state that nobody gave is the default of this minor only.
			on, gateSeen = s.Value == "true", b.firm(s)
		}
	}
	guessed = !seen || !gateSeen
	switch {
	case !on:
		return cleaner.Off, guessed
	case minor < minorCleans:
		return cleaner.Deletes, guessed
	}
	return cleaner.Invalidates, guessed
}

// The names of the cleaner in --controllers (k8s.io/kubernetes
// cmd/kube-controller-manager/names/controller_names.go and app/core.go).
var cleanerNames = []string{"legacy-serviceaccount-token-cleaner-controller", "legacy-service-account-token-cleaner"}

// cleanerWanted says whether --controllers lets the cleaner run, and whether
// the flag was seen.
func (b *builder) cleanerWanted() (running, seen bool) {
	s := b.setting(model.ControllerManager, flagControllers)
	if !b.firm(s) {
		return true, false
	}
	star := false
	for _, entry := range strings.Split(s.Value, ",") {
		// The first mention decides (k8s.io/controller-manager app/helper.go,
		// IsControllerEnabled).
		name, taken := strings.CutPrefix(entry, "-")
		if slices.Contains(cleanerNames, name) {
			return !taken, true
		}
		star = star || entry == "*"
	}
	return star, true
}

// trackedSince gives the day since which uses are recorded, or will be.
func (b *builder) trackedSince() model.DayLabel {
	t := b.inv.Cluster.Tracking
	if t.State == model.TrackingPresent && t.Since.Valid {
		return t.Since
	}
	if t.State != model.TrackingAbsent && b.current >= minorTracking {
		return model.DayLabel{} // there may be one that could not be read
	}
	if b.current >= minorTracksAlways {
		// Somebody took the configmap away; API servers write it again soon.
		return model.NewDayLabel(b.a.Policy.Today.String())
	}
	value, _ := b.given(model.APIServer, gateTracking)
	off := value == "false"
	for minor := max(b.current+1, minorTracking); minor <= b.target; minor++ {
		tracks := minor >= minorTracksAlways || minor >= minorTracks && !off || b.policy.At(minor).Tracking == "on"
		if tracks {
			b.trackedFrom = minor
			return model.NewDayLabel(b.dates[minor].day.String())
		}
	}
	return model.DayLabel{}
}

// cleanWords say what the cleaner does to an unused token, by its manner.
var cleanWords = map[cleaner.Manner]string{
	cleaner.Off:         "nothing: no cleaner runs",
	cleaner.Deletes:     "unused ones are deleted at once",
	cleaner.Invalidates: "unused ones are switched off, then deleted",
}

func periodWords(m cleaner.Manner, b *builder) string {
	if m == cleaner.Off {
		return ""
	}
	return " after " + periodText(b.period)
}
