package discover

import (
	"math"
	"time"

	"timebound/model"
)

// oldSeries is there in every version.
const oldSeries = "serviceaccount_legacy_tokens_total"

// tokenSeries are the counters of tokens, all without labels
// (k8s.io/kubernetes pkg/serviceaccount/metrics.go). They are registered at
// start and show 0 until something is counted, so one that is absent does not
// exist in that version.
var tokenSeries = map[string]func(*model.TokenCounters) *model.Counter{
	oldSeries:                           func(t *model.TokenCounters) *model.Counter { return &t.Legacy },
	"serviceaccount_stale_tokens_total": func(t *model.TokenCounters) *model.Counter { return &t.Stale },
	"serviceaccount_valid_tokens_total": func(t *model.TokenCounters) *model.Counter { return &t.Valid },
	// From here on, from 1.29.0.
	"serviceaccount_legacy_auto_token_uses_total":   func(t *model.TokenCounters) *model.Counter { return &t.Auto },
	"serviceaccount_legacy_manual_token_uses_total": func(t *model.TokenCounters) *model.Counter { return &t.Manual },
	// Uses of tokens with the invalid-since label, manual ones too, despite its name
	// (k8s.io/kubernetes pkg/serviceaccount/legacy.go).
	"serviceaccount_invalid_legacy_auto_token_uses_total": func(t *model.TokenCounters) *model.Counter { return &t.Refused },
}

// startSeries is when the process began, in seconds since 1970
// (k8s.io/component-base metrics/processstarttime.go).
const startSeries = "process_start_time_seconds"

// counterOf makes a counter of a sample's value; unknown if it is none.
func counterOf(value float64) model.Counter {
	if !(value >= 0 && value < 1<<53) {
		return model.Counter{}
	}
	return model.Counter{Known: true, Value: int64(value)}
}

// startOf makes a time of a sample's value; zero if it is none.
func startOf(value float64) time.Time {
	if !(value > 0 && value < 1<<40) {
		return time.Time{}
	}
	seconds, part := math.Modf(value)
	return time.Unix(int64(seconds), int64(part*1e9)).UTC()
}

// lacksUses says that the counters of 1.29 are missing from an answer that
// holds their older sister.
func lacksUses(t model.TokenCounters) bool {
	return t.Legacy.Known && !t.Auto.Known && !t.Manual.Known && !t.Refused.Known
}

// reading is what an answer says of the server that gave it.
func (m metricsAnswer) reading(server string) model.ServerCounters {
	return model.ServerCounters{Server: server, Version: m.build, Started: m.started, Read: m.read, Tokens: m.tokens}
}

// counts says that there is something to read.
func (m metricsAnswer) counts() bool { return m.tokens != model.TokenCounters{} }
