package queries

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"timebound/k8s/audit/auditlog"
	"timebound/k8s/audit/event"
	"timebound/k8s/audit/query"
	"timebound/model/usage"
)

// log is what a table holds, and which of its lines are whole.
type log struct {
	lines  []string
	events []usage.Event // of the lines that are whole, in order, repeated ones as well
}

// makeLog makes some days of log of a version, and spoils some of its lines.
func makeLog(t *testing.T, minor int) log {
	t.Helper()
	var b bytes.Buffer
	_, err := auditlog.Write(&b, auditlog.Options{
		Seed: uint64(minor), Minor: minor, Requests: 500, Gap: 5 * time.Minute, AllStages: true,
		Accounts: 40, Tokens: 60, Pods: 30, Start: time.Date(2026, 2, 27, 23, 58, 0, 0, time.UTC),
		Shares: auditlog.Shares{Legacy: 250, Stale: 100, Refused: 60, Reviewed: 40, Issued: 40, Presented: 60, Decoys: 60},
	})
	if err != nil {
		t.Fatal(err)
	}
	var l log
	dice := rand.New(rand.NewPCG(1, uint64(minor)))
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		switch dice.IntN(40) {
		case 0: // delivered twice
			l.lines = append(l.lines, line)
		case 1: // as EKS cuts them
			line = line[:len(line)*9/10] + "[Truncated...]"
		case 2: // as a full disk cuts them
			line = line[:dice.IntN(len(line))]
		}
		l.lines = append(l.lines, line)
	}
	l.lines = append(l.lines, "I0301 klog text about a legacy-token", `{"kind":"Status","code":401}`, `{}`, `[]`, `"401"`, `{"auditID":`)
	for _, line := range l.lines {
		var e usage.Event
		switch err := event.Decode([]byte(line), &e); {
		case err == nil:
			l.events = append(l.events, e)
		case !errors.Is(err, event.ErrForeign) && !errors.Is(err, event.ErrMalformed):
			t.Fatal(err)
		}
	}
	return l
}

// credentials gives some ids that were presented.
func (l log) credentials(t *testing.T) (ids []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range l.events {
		if e.Credential != "" && !seen[e.Credential] {
			seen[e.Credential] = true
			ids = append(ids, e.Credential)
		}
	}
	return ids[:min(len(ids), 5)]
}

// summary is what reading the log says within the options.
func (l log) summary(o query.Options) *usage.Summary {
	asked := map[string]bool{}
	for _, id := range o.Credentials {
		asked[id] = true
	}
	s := usage.New()
	for _, e := range l.distinct().events {
		if !within(e.Received, o) {
			continue
		}
		if asked[e.Credential] {
			e.Tells |= usage.Presented
		}
		s.Add(&e)
	}
	return s
}

// distinct is the log without what was delivered twice.
func (l log) distinct() log {
	type once struct {
		id    string
		stage usage.Stage
	}
	seen := map[once]bool{}
	d := log{}
	for _, e := range l.events {
		if !seen[once{e.ID, e.Stage}] {
			seen[once{e.ID, e.Stage}] = true
			d.events = append(d.events, e)
		}
	}
	d.lines = l.lines[:len(d.events)] // all of them whole
	return d
}

func within(at usage.Micros, o query.Options) bool {
	return (o.Since.IsZero() || at >= usage.Micros(o.Since.UnixMicro())) && (o.Until.IsZero() || at <= usage.Micros(o.Until.UnixMicro()))
}

// questions are asked of every engine that can answer them.
func questions(t *testing.T, l log) map[string]query.Options {
	t.Helper()
	// Instants of events, so that it matters whether the ends are included.
	var telling []usage.Micros
	for _, e := range l.events {
		if e.Tells != 0 {
			telling = append(telling, e.Received)
		}
	}
	slices.Sort(telling)
	since, until := telling[len(telling)/4], telling[len(telling)*3/4]
	return map[string]query.Options{
		"all":         {},
		"bounded":     {Since: since.Time(), Until: until.Time()},
		"one instant": {Since: since.Time(), Until: since.Time()},
		"credentials": {Credentials: l.credentials(t)},
	}
}

// encoded gives a summary as it travels, which is the whole of it.
func encoded(t *testing.T, s *usage.Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := usage.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
