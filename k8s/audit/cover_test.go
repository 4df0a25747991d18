package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"timebound/model/usage"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// quiet makes a line that tells nothing but its time.
func quiet(at time.Time, padding int) string {
	s := at.Format("2006-01-02T15:04:05.000000Z")
	return fmt.Sprintf(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"%d","stage":"ResponseComplete","verb":"get","requestObject":{"pad":%q},"requestReceivedTimestamp":%q,"stageTimestamp":%q}`,
		at.UnixMicro(), strings.Repeat("x", padding), s, s) + "\n"
}

func span(from, until time.Time) usage.Span {
	return usage.Span{From: usage.Micros(from.UnixMicro()), Until: usage.Micros(until.UnixMicro())}
}

func TestCover(t *testing.T) {
	every := func(step time.Duration, from, until time.Time) string {
		var b strings.Builder
		for at := from; !at.After(until); at = at.Add(step) {
			b.WriteString(quiet(at, 200))
		}
		return b.String()
	}
	hours := func(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Hour))) }
	tests := map[string]struct {
		log  string
		want []usage.Span
	}{
		"one line":   {quiet(noon, 0), []usage.Span{span(noon, noon)}},
		"busy":       {every(time.Second, noon, hours(3)), []usage.Span{span(noon, hours(3))}},
		"slow":       {every(4*time.Minute, noon, hours(200)), []usage.Span{span(noon, hours(200))}},
		"very quiet": {every(time.Hour, noon, hours(2)), []usage.Span{span(noon, noon), span(hours(1), hours(1)), span(hours(2), hours(2))}},
		"a gap between two lines that are not looked at": {
			every(time.Second, noon, hours(1)) + every(time.Second, hours(1.2), hours(2)),
			[]usage.Span{span(noon, hours(1)), span(hours(1.2), hours(2))}},
		"a gap at the end of a block": {
			every(time.Second, noon, hours(0.5)) + quiet(hours(0.5), blockSize) + every(time.Second, hours(4), hours(5)),
			[]usage.Span{span(noon, hours(0.5)), span(hours(4), hours(5))}},
		"two logs, the later first": {
			every(time.Second, hours(3), hours(4)) + every(time.Second, noon, hours(1)),
			[]usage.Span{span(noon, hours(1)), span(hours(3), hours(4))}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			sum, _ := read(t, Options{Workers: 2}, file(t, "audit.log", []byte(tt.log)))
			if got := sum.Source("").Spans; fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("\n got %v\nwant %v", got, tt.want)
			}
		})
	}
}

// TestCoverOfSeveralServers: lines of many nodes in one stream, of which one was
// away for a while.
func TestCoverOfSeveralServers(t *testing.T) {
	const nodes, steps = 9, 1500
	for _, every := range []time.Duration{time.Second, 2600 * time.Millisecond, 20 * time.Second, 2 * time.Minute} {
		var b strings.Builder
		for i := range steps {
			at := noon.Add(time.Duration(i) * every)
			for node := range nodes {
				if isAway := i > steps/3 && at.Before(noon.Add(steps/3*every+20*time.Minute)); node == 1 && isAway {
					continue
				}
				fmt.Fprintf(&b, "cp-%d %s", node, quiet(at, 100))
			}
		}
		sum, _ := read(t, Options{}, file(t, "audit.log", []byte(b.String())))
		for node := range nodes {
			want := 1
			if node == 1 && every*steps*2/3 > 20*time.Minute {
				want = 2
			}
			if got := sum.Source(fmt.Sprint("cp-", node)).Spans; len(got) != want {
				t.Errorf("every %v, node %d: %v", every, node, got)
			}
		}
	}
}
