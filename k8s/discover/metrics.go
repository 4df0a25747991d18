package discover

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"timebound/model"
)

const (
	metricsPath  = "/metrics"
	acceptText   = "text/plain;version=0.0.4,text/plain"
	metricsLimit = 64 << 20
	// lineLimit is the longest line that is read; longer ones are skipped.
	lineLimit = 64 << 10
)

// The families that are read. kubernetes_feature_enabled exists from 1.26 on,
// each component shows its own process (k8s.io/component-base
// metrics/prometheus/feature).
var (
	featureFamily = []byte("kubernetes_feature_enabled")
	buildFamily   = []byte("kubernetes_build_info")
	tokenFamily   = []byte("serviceaccount_")
	startFamily   = []byte(startSeries)
)

// metricsAnswer is what one kube-apiserver shows of itself in /metrics.
type metricsAnswer struct {
	found
	build   model.Version // zero if the answer does not say
	gates   map[string]bool
	tokens  model.TokenCounters
	started time.Time // when the process began; zero if the answer does not say
	read    time.Time // by our clock
	whole   bool      // read to the end
}

var metricsLoss = loss{
	what: "GET /metrics", needs: "get on /metrics", cost: "which feature gates are on is not seen",
	allow: "ClusterRole system:monitoring gives it",
}

func (c Client) askMetrics(ctx context.Context) metricsAnswer {
	resp, err := c.open(ctx, ask{path: metricsPath, accept: acceptText})
	if err != nil {
		var result metricsAnswer
		result.fail(c, metricsLoss, err)
		return result
	}
	defer func() { _ = resp.Body.Close() }()
	result, err := readMetrics(resp.Body)
	result.read = c.now()
	switch {
	case err != nil && len(result.gates) == 0:
		result.fail(c, metricsLoss, err)
	case len(result.gates) == 0 && !result.counts() && result.build.Git == "":
		result.fail(c, metricsLoss, malformed("the answer holds no metrics of kube-apiserver"))
	}
	return result
}

// readMetrics goes through the lines without keeping any. An answer that
// breaks off gives what came before.
func readMetrics(body io.Reader) (metricsAnswer, error) {
	result := metricsAnswer{gates: map[string]bool{}}
	bounded := &io.LimitedReader{R: body, N: metricsLimit}
	lines := bufio.NewReaderSize(bounded, lineLimit)
	skipping := false
	for {
		line, err := lines.ReadSlice('\n')
		tooLong := errors.Is(err, bufio.ErrBufferFull)
		// A line that the answer ends with needs no end of its own.
		if !skipping && !tooLong && (err == nil || errors.Is(err, io.EOF) && bounded.N > 0) {
			result.take(bytes.TrimRight(line, "\r\n"))
		}
		skipping = tooLong
		switch {
		case err == nil || tooLong:
		case errors.Is(err, io.EOF) && bounded.N <= 0:
			return result, malformed("the answer is larger than %d MB", metricsLimit>>20)
		case errors.Is(err, io.EOF):
			result.whole = true
			return result, nil
		default:
			return result, err
		}
	}
}

func (m *metricsAnswer) take(line []byte) {
	// Nearly every line belongs to another family: tell by the first letter.
	if len(line) == 0 || line[0] != 'k' && line[0] != 's' && line[0] != 'p' {
		return
	}
	switch {
	case bytes.HasPrefix(line, featureFamily):
		s, ok := parseSample(line)
		if ok && s.name == string(featureFamily) && (s.value == 0 || s.value == 1) && s.labels["name"] != "" {
			m.gates[s.labels["name"]] = s.value == 1
		}
	case bytes.HasPrefix(line, buildFamily):
		s, ok := parseSample(line)
		if ok && s.name == string(buildFamily) {
			if v, err := model.ParseVersion(short(s.labels["git_version"])); err == nil {
				m.build = v
			}
		}
	case bytes.HasPrefix(line, tokenFamily):
		if s, ok := parseSample(line); ok {
			if counter, ok := tokenSeries[s.name]; ok {
				*counter(&m.tokens) = counterOf(s.value)
			}
		}
	case bytes.HasPrefix(line, startFamily):
		if s, ok := parseSample(line); ok && s.name == startSeries {
			m.started = startOf(s.value)
		}
	}
}

// judge turns gates into observations: about kube-apiserver, whose process
// answered, for the gates that it reads, and by inference about
// kube-controller-manager, which usually is started with the same gates.
func (m metricsAnswer) judge(table model.GateTable, servers []model.ServerVersion) found {
	result := m.found
	minor := m.build.Minor
	oldest, known := model.Cluster{Servers: servers}.Oldest()
	if minor == 0 {
		minor = oldest.Minor
	}
	for _, gate := range table.Gates {
		on, seen := m.gates[gate.Name]
		if !seen {
			continue
		}
		// A minor that is newer than the table reads like the newest one known.
		for _, component := range readersOf(gate, min(minor, table.Newest)) {
			o := model.Observation{Component: component, Kind: model.SettingGate, Name: gate.Name, Value: "false"}
			if on {
				o.Value = "true"
			}
			switch component {
			case model.APIServer:
				o.Source, o.Where = model.SourceProcess, "GET /metrics"
			case model.ControllerManager:
				o.Source = model.SourceEvidence
				o.Where = "GET /metrics of kube-apiserver; kube-controller-manager reads this gate for itself and may differ"
			default:
				continue
			}
			result.observed = append(result.observed, o)
		}
	}
	if known && oldest.Minor >= 29 && m.looksOlderThan29() {
		result.problems = append(result.problems, model.Problem{
			What:   "GET /metrics",
			Why:    "the server that answered lacks the counters of 1.29 and later, but /version says " + oldest.Git + ": an older API server may be behind the same address",
			Remedy: "finish the upgrade of every API server before you rely on the invalid-since label",
		})
	}
	return result
}

// looksOlderThan29 says that the counters of 1.29 are missing from an answer
// that was read whole and holds their older sister.
func (m metricsAnswer) looksOlderThan29() bool { return m.whole && lacksUses(m.tokens) }

// readersOf gives the components that read a gate in a minor; in any minor
// if it is not known.
func readersOf(gate model.GateHistory, minor int) []model.Component {
	var readers []model.Component
	for _, r := range gate.Readers {
		if minor != 0 && (minor < r.From || minor > r.To) {
			continue
		}
		for _, component := range r.Components {
			if !slices.Contains(readers, component) {
				readers = append(readers, component)
			}
		}
	}
	return readers
}
