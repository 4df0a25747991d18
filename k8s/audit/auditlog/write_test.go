package auditlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func makeLog(t *testing.T, o Options) ([]byte, Truth) {
	t.Helper()
	var log bytes.Buffer
	truth, err := Write(&log, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := uint64(bytes.Count(log.Bytes(), []byte("\n"))); got != truth.Lines || int64(log.Len()) != truth.Bytes {
		t.Errorf("%d lines of %d bytes, and the truth says %d of %d", got, log.Len(), truth.Lines, truth.Bytes)
	}
	return log.Bytes(), truth
}

// What a log says, read by the book, is what its maker says it says.
func TestTruthIsInTheLog(t *testing.T) {
	rare := Shares{Legacy: 100, Stale: 50, Refused: 50, Reviewed: 30, Issued: 100, Presented: 100, Decoys: 100, Escaped: 300}
	for name, o := range map[string]Options{
		"usual":          {Requests: 2000},
		"other seed":     {Requests: 2000, Seed: 7, Shares: rare},
		"every stage":    {Requests: 2000, AllStages: true, Shares: rare},
		"1.28":           {Requests: 2000, Minor: 28, Shares: rare},
		"1.29":           {Requests: 2000, Minor: 29, Shares: rare},
		"second server":  {Requests: 2000, Server: 1, Prefix: "master-1 ", Shares: rare},
		"metadata":       {Requests: 2000, MetadataOnly: true, Shares: rare},
		"only legacy":    {Requests: 2000, Shares: OnlyLegacy()},
		"by size":        {Size: 1 << 20, Shares: rare},
		"counted caller": {Requests: 2000, Tokens: 100, Callers: 1500, Shares: OnlyLegacy()},
	} {
		t.Run(name, func(t *testing.T) {
			log, want := makeLog(t, o)
			got := sum(t, read(t, log, o.Prefix))
			got.Lines, got.Bytes = want.Lines, want.Bytes
			if o.Callers > 0 {
				if len(want.Legacy) != 100 {
					t.Errorf("%d tokens were used, want 100", len(want.Legacy))
				}
				for _, use := range got.Legacy {
					use.Callers = nil
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the log says\n%+v\nits maker says\n%+v", got, want)
			}
			if o.Size > 0 && (want.Bytes < o.Size || want.Bytes > o.Size+o.Size/4) {
				t.Errorf("%d bytes, want %d and a little", want.Bytes, o.Size)
			}
		})
	}
}

func TestSameOptionsSameLog(t *testing.T) {
	o := Options{Requests: 500}
	first, _ := makeLog(t, o)
	second, _ := makeLog(t, o)
	if !bytes.Equal(first, second) {
		t.Error("the same options make different logs")
	}
	o.Server = 1
	other, _ := makeLog(t, o)
	ids := map[string]bool{}
	for _, l := range read(t, first, "") {
		ids[l.AuditID] = true
	}
	for _, l := range read(t, other, "") {
		if ids[l.AuditID] {
			t.Fatal("two servers wrote the same audit id")
		}
	}
}

func TestTruthOfSeveralServers(t *testing.T) {
	one, first := makeLog(t, Options{Requests: 3000, Shares: Shares{Legacy: 300, Stale: 100}})
	two, second := makeLog(t, Options{Requests: 3000, Server: 1, Shares: Shares{Legacy: 300, Stale: 100}})
	both := sum(t, read(t, slices.Concat(one, two), ""))
	first.Add(second)
	both.Lines, both.Bytes = first.Lines, first.Bytes
	if !reflect.DeepEqual(first, both) {
		t.Errorf("the sum of two truths is\n%+v\nand the truth of both\n%+v", first, both)
	}
}

// A usual log has the shares and sizes of a real one.
func TestUsualLog(t *testing.T) {
	log, truth := makeLog(t, Options{Size: 20 << 20})
	if mean := truth.Bytes / int64(truth.Lines); mean < 1550 || mean > 1750 {
		t.Errorf("a line has %d bytes on average, want about 1,650", mean)
	}
	levels, legacy := map[string]int{}, 0
	for l := range bytes.Lines(log) {
		for _, name := range []string{"Metadata", "Request", "RequestResponse"} {
			if bytes.Contains(l, []byte(`"level":"`+name+`"`)) {
				levels[name]++
			}
		}
		if bytes.Contains(l, []byte(`,"annotations":{"authentication.k8s.io/`)) && !bytes.Contains(l, []byte(Decoy)) {
			legacy++
		}
	}
	lines := float64(truth.Lines)
	for name, want := range map[string]float64{"Metadata": .80, "Request": .15, "RequestResponse": .05} {
		if got := float64(levels[name]) / lines; got < want-.02 || got > want+.03 {
			t.Errorf("%.1f %% at level %s, want %.0f %%", 100*got, name, 100*want)
		}
	}
	if share := float64(legacy) / lines; share < .015 || share > .025 {
		t.Errorf("%.2f %% of the lines tell of legacy or stale tokens, want 2 %%", 100*share)
	}
	for _, form := range []string{
		`"requestObject":{"annotations":{"` + keyLegacy, `"responseObject":{"annotations":{"` + keyLegacy, // an object's own field
		`"metadata":{"annotations":{"` + keyLegacy, `{\"annotations\":{\"` + keyLegacy, `"requestURI":"/healthz?` + keyLegacy, `"userAgent":"x\",\"annotations`,
	} {
		if !bytes.Contains(log, []byte(form)) {
			t.Errorf("no decoy of the form %s", form)
		}
	}
}

func TestEscapedMeansTheSame(t *testing.T) {
	log, truth := makeLog(t, Options{Requests: 1000, Shares: Shares{Legacy: 1000, Escaped: 1000}})
	if plain := bytes.Count(log, []byte("legacy-token")); plain > len(log)/2000 {
		t.Errorf("%d keys are not escaped", plain)
	}
	if n := bytes.Count(log, []byte(`\/`)); n == 0 {
		t.Error("no slash is escaped")
	}
	if len(truth.Legacy) == 0 {
		t.Error("nothing to find")
	}
}

// The keys stand as kube-apiserver 1.28 to 1.37 writes them.
func TestKeysAreInOrder(t *testing.T) {
	want := strings.Fields("kind apiVersion level auditID stage requestURI verb user sourceIPs userAgent objectRef responseStatus requestObject responseObject requestReceivedTimestamp stageTimestamp annotations")
	log, _ := makeLog(t, Options{Requests: 500, AllStages: true, Shares: Shares{Legacy: 200, Refused: 200}})
	for l := range bytes.Lines(log) {
		at := -1
		for _, key := range keys(t, l) {
			next := slices.Index(want, key)
			if next <= at {
				t.Fatalf("key %q is not in its place in\n%s", key, l)
			}
			at = next
		}
	}
}

// keys are those of the object itself, in order.
func keys(t *testing.T, text []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	var list []string
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, key.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func TestBadOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"endless":         {},
		"too many shares": {Requests: 1, Shares: Shares{Legacy: 600, Refused: 600}},
		"negative share":  {Requests: 1, Shares: Shares{Legacy: -1}},
		"all escaped":     {Requests: 1, Shares: Shares{Escaped: 1001}},
		"few callers":     {Requests: 1, Tokens: 10, Callers: 5},
	} {
		if _, err := Write(io.Discard, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	full := errors.New("no space")
	if _, err := Write(refusing{full}, Options{Requests: 10}); !errors.Is(err, full) {
		t.Errorf("the writer's error is lost: %v", err)
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }

func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct {
		name    string
		options Options
	}{
		{"usual", Options{Size: 64 << 20}},
		{"every stage", Options{Size: 64 << 20, AllStages: true}},
		{"only legacy", Options{Size: 64 << 20, Shares: OnlyLegacy()}},
		{"many callers", Options{Size: 64 << 20, MetadataOnly: true, Shares: OnlyLegacy(), Tokens: 10_000, Callers: 5_000_000}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(c.options.Size)
			for b.Loop() {
				truth, err := Write(io.Discard, c.options)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(truth.Bytes)/float64(truth.Lines), "B/line")
			}
		})
	}
}
