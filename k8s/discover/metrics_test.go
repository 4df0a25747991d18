package discover

import (
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"timebound/model"
)

func TestParseSample(t *testing.T) {
	for line, want := range map[string]string{
		`kubernetes_feature_enabled{name="A",stage="BETA"} 1`:         "A 1",
		`kubernetes_feature_enabled{stage="",name="A",} 0`:            "A 0",
		`kubernetes_feature_enabled{ name = "A" , stage="" } 1 17000`: "A 1",
		`x{name="a\"b\\c\nd}"} 1`:                                     "a\"b\\c\nd} 1",
		`x 1e+06`:                                                     " 1e+06",
		"x\t1":                                                        " 1",
		`x{} 1`:                                                       " 1",
		`x{name="A"}`:                                                 "",
		`x{name="A" 1`:                                                "",
		`x{name=A} 1`:                                                 "",
		`x{="A"} 1`:                                                   "",
		`x one`:                                                       "",
		`x`:                                                           "",
		`{name="A"} 1`:                                                "",
		``:                                                            "",
	} {
		s, ok := parseSample([]byte(line))
		got := ""
		if ok {
			got = s.labels["name"] + " " + strconv.FormatFloat(s.value, 'g', -1, 64)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func FuzzParseSample(f *testing.F) {
	f.Add([]byte(`kubernetes_feature_enabled{name="A",stage="BETA"} 1`))
	f.Add([]byte(`x{name="a\"b\\c\n"} 1e+06 1700000000000`))
	f.Add([]byte(`x{`))
	f.Add([]byte(`x{a="b",,c="d"} NaN`))
	f.Fuzz(func(t *testing.T, line []byte) {
		s, ok := parseSample(line)
		if ok && (s.name == "" || !strings.HasPrefix(string(line), s.name)) {
			t.Errorf("%q has the name %q", line, s.name)
		}
		if got, err := readMetrics(strings.NewReader(string(line))); err != nil || !got.whole {
			t.Errorf("%q: %v", line, err)
		}
	})
}

func TestLongLinesAreSkippedWhole(t *testing.T) {
	// The tail of a long line must not pass for a line of its own.
	long := "apiserver_x{path=\""
	long += strings.Repeat("y", lineLimit-len(long))
	body := long + "kubernetes_feature_enabled{name=\"Faked\",stage=\"\"} 1\n" +
		"kubernetes_feature_enabled{name=\"" + strings.Repeat("z", 3*lineLimit) + "\"} 1\n" +
		"kubernetes_feature_enabled{name=\"Real\",stage=\"\"} 1\n" +
		"kubernetes_feature_enabled{name=\"Odd\",stage=\"\"} 7\n" +
		"kubernetes_feature_enabled_by_whom{name=\"Other\"} 1\n" +
		"kubernetes_feature_enabled{name=\"Last\",stage=\"\"} 0"
	got, err := readMetrics(strings.NewReader(body))
	if err != nil || !got.whole {
		t.Fatalf("whole %v, %v", got.whole, err)
	}
	if len(got.gates) != 2 || !got.gates["Real"] || got.gates["Last"] {
		t.Errorf("gates: %v", got.gates)
	}
}

func TestBrokenStreamKeepsWhatCame(t *testing.T) {
	w := plain("v1.30.14")
	w["/metrics"] = func(rw http.ResponseWriter, r *http.Request) {
		io.WriteString(rw, metricsOf("v1.30.14", "ServiceAccountTokenJTI=1"))
		rw.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	client := clientOf(t, w)
	client.Timeout = 500 * time.Millisecond
	c, problems := Cluster(t.Context(), client, "")
	wantProblems(t, problems)
	wantValues(t, c, "kube-apiserver", "ServiceAccountTokenJTI", "true observed GET /metrics")
}

func TestMetricsOfSomethingElse(t *testing.T) {
	w := plain("v1.30.14")
	w["/metrics"] = text("some_proxy_requests_total 3\nsomething else\n")
	_, problems := look(t, w)
	wantProblems(t, problems, "GET /metrics: the answer holds no metrics of kube-apiserver")
}

// stream writes the same lines until the reader has had enough.
type stream struct {
	lines []byte
	left  int
	at    int
}

func (s *stream) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, s.lines[s.at:])
	s.at = (s.at + n) % len(s.lines)
	s.left -= n
	return n, nil
}

func TestHugeMetricsStaySmallInMemory(t *testing.T) {
	lines := []byte(strings.Repeat(`apiserver_request_duration_seconds_bucket{code="200",resource="secrets",verb="LIST",le="0.5"} 12`+"\n", 1000))
	w := plain("v1.30.14")
	w["/metrics"] = func(rw http.ResponseWriter, _ *http.Request) {
		io.WriteString(rw, metricsOf("v1.30.14", "ServiceAccountTokenJTI=1"))
		io.CopyBuffer(struct{ io.Writer }{rw}, &stream{lines: lines, left: 100 << 20}, make([]byte, 32<<10))
	}
	client := clientOf(t, w)
	client.Timeout = 20 * time.Second
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	result := client.askMetrics(t.Context())
	runtime.ReadMemStats(&after)
	if !result.gates["ServiceAccountTokenJTI"] || result.whole {
		t.Errorf("gates %v, whole %v", result.gates, result.whole)
	}
	// Everything that was ever allocated, by this test's server too; the race
	// detector throws pooled buffers away.
	if total := (after.TotalAlloc - before.TotalAlloc) >> 20; total > 32 {
		t.Errorf("%d MB allocated", total)
	}
}

func BenchmarkReadMetrics(b *testing.B) {
	lines := []byte(strings.Repeat(`apiserver_request_duration_seconds_bucket{code="200",resource="secrets",verb="LIST",le="0.5"} 12`+"\n", 1000))
	b.SetBytes(10 << 20)
	for b.Loop() {
		if _, err := readMetrics(&stream{lines: lines, left: 10 << 20}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestRefusedUsesAreCounted(t *testing.T) {
	for text, want := range map[string]model.Counter{
		"serviceaccount_invalid_legacy_auto_token_uses_total 61\n":      {Known: true, Value: 61},
		"serviceaccount_invalid_legacy_auto_token_uses_total 1.2e+06\n": {Known: true, Value: 1200000},
		"serviceaccount_legacy_tokens_total 5\n":                        {},
	} {
		m, err := readMetrics(strings.NewReader(text))
		if err != nil || m.tokens.Refused != want {
			t.Errorf("%q gives %+v: %v", text, m.tokens.Refused, err)
		}
	}
}
