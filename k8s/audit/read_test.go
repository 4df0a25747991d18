package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"timebound/k8s/audit/auditlog"
	"timebound/k8s/audit/event"
	"timebound/k8s/audit/source"
	"timebound/model"
	"timebound/model/usage"
)

func modelKey(namespace, name string) model.Key { return model.Key{Namespace: namespace, Name: name} }

// TestReadTellsTheTruth: what the maker of a log knows is what is read.
func TestReadTellsTheTruth(t *testing.T) {
	odd := auditlog.UsualShares()
	odd.Escaped, odd.Legacy = 500, 100
	for name, o := range map[string]auditlog.Options{
		"usual":            {Seed: 1, Size: 5 << 20},
		"all stages":       {Seed: 2, Size: 3 << 20, AllStages: true},
		"old":              {Seed: 3, Size: 3 << 20, Minor: 27},
		"all legacy":       {Seed: 4, Size: 3 << 20, Shares: auditlog.OnlyLegacy()},
		"respelled":        {Seed: 5, Size: 3 << 20, Shares: odd},
		"OpenShift prefix": {Seed: 6, Size: 2 << 20, Prefix: "master-0 "},
	} {
		t.Run(name, func(t *testing.T) {
			log, truth := made(t, o)
			var ids []string
			for id := range truth.Issued {
				ids = append(ids, id)
			}
			sum, r := read(t, Options{Credentials: ids}, file(t, "audit.log", log))
			want := map[usage.Subject]*auditlog.Use{}
			for k, u := range truth.Legacy {
				want[usage.Subject{Class: usage.Legacy, Account: k.Account, Secret: k.Secret}] = u
			}
			for k, u := range truth.Stale {
				want[usage.Subject{Class: usage.Stale, Account: k}] = u
			}
			for k, u := range truth.Reviewed {
				want[usage.Subject{Class: usage.Reviewed, Name: k}] = u
			}
			for k, u := range truth.Presented {
				want[usage.Subject{Class: usage.Presented, Name: k}] = u
			}
			if truth.Refused.Requests > 0 {
				want[usage.Subject{Class: usage.Refused}] = &truth.Refused
			}
			for k, w := range want {
				u := sum.Uses[k]
				if u == nil {
					t.Errorf("%+v is missing", k)
					continue
				}
				if u.Stages.Requests() != w.Requests || u.First != w.First || u.Last != w.Last || u.Origin != w.Origin {
					t.Errorf("%+v: %d requests %d..%d, want %d requests %d..%d", k, u.Stages.Requests(), u.First, u.Last, w.Requests, w.First, w.Last)
				}
			}
			for k := range sum.Uses {
				if want[k] == nil {
					t.Errorf("%+v is made up", k)
				}
			}
			if len(sum.Issues) != len(truth.Issued) {
				t.Errorf("%d tokens were issued, want %d", len(sum.Issues), len(truth.Issued))
			}
			if r.Records != truth.Lines || r.Repeats != 0 || len(r.Troubles) != 0 {
				t.Errorf("%+v, want %d lines", r, truth.Lines)
			}
			if o.Shares == (auditlog.Shares{}) && o.Prefix == "" && r.Decoded > r.Records/5 {
				t.Errorf("%d of %d lines were decoded: the search is of no use", r.Decoded, r.Records)
			}
			server := strings.TrimSpace(o.Prefix)
			if spans := sum.Source(server).Spans; len(spans) != 1 || spans[0].Until-spans[0].From < (truth.Last-truth.First)*9/10 {
				t.Errorf("covered: %v", spans)
			}
		})
	}
}

// TestNeedlesFindEveryTale: where an event tells something, the search says so.
func TestNeedlesFindEveryTale(t *testing.T) {
	shares := auditlog.Shares{Legacy: 300, Stale: 200, Refused: 100, Reviewed: 100, Issued: 200, Escaped: 600}
	log, _ := made(t, auditlog.Options{Seed: 9, Size: 4 << 20, Shares: shares})
	finder, err := finderFor(nil)
	if err != nil {
		t.Fatal(err)
	}
	tales := 0
	for line := range bytes.Lines(log) {
		var e usage.Event
		if err := event.Decode(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Tells == 0 {
			continue
		}
		tales++
		if len(finder.Find(nil, line)) == 0 {
			t.Fatalf("the search passes over %s", line)
		}
	}
	if tales < 1000 {
		t.Errorf("only %d events told something", tales)
	}
}

// TestReadRareKinds has one line of each kind, in the middle of others where no
// line is looked at for another reason.
func TestReadRareKinds(t *testing.T) {
	const id = "01234567-89ab-cdef-0123-456789abcdef"
	legacy := legacyLine("x", 0)
	refused := `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"y","stage":"ResponseStarted","user":{},"responseStatus":{"message":%q,"code":401}}`
	presented := strings.Replace(quiet(noon, 0), `"verb"`, `"user":{"username":"x","extra":{"authentication.kubernetes.io/credential-id":["JTI=`+id+`"]}},"verb"`, 1)
	clean := [4]uint64{}
	tests := map[string]struct {
		line string
		want usage.Tells
		lost [4]uint64
	}{
		"legacy":                        {legacy, usage.Legacy, clean},
		"refused":                       {fmt.Sprintf(refused, "Unauthorized"), usage.Refused, clean},
		"refused, worded by the filter": {fmt.Sprintf(refused, "Authentication failed, attempted: bearer"), usage.Refused, clean},
		"presented":                     {presented, usage.Presented, clean},
		"cut off":                       {legacy[:len(legacy)-200], 0, [4]uint64{0, 1, 0, 0}},
		"cut off by CloudWatch":         {legacy[:len(legacy)-200] + "[Truncated...]", 0, [4]uint64{0, 1, 0, 0}},
		"plain text":                    {"AUDIT: id=\"1\" stage=\"x\"", 0, [4]uint64{1, 0, 0, 0}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			others := strings.Repeat(quiet(noon, 300), 100)
			log := others + strings.TrimSuffix(tt.line, "\n") + "\n" + others
			sum, _ := read(t, Options{Credentials: []string{id}}, file(t, "audit.log", []byte(log)))
			var got usage.Tells
			for k := range sum.Uses {
				got |= k.Class
			}
			l := lost(sum, "")
			l[0] += l[3] // whether odd text is malformed or unsupported, package wrap says
			l[3] = 0
			if got != tt.want || l != tt.lost {
				t.Errorf("told %v, lost %v; want %v, %v", got, l, tt.want, tt.lost)
			}
		})
	}
}

// TestReadWrapped: events inside strings are gone as soon as they were given.
func TestReadWrapped(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		inner := strings.ReplaceAll(legacyLine(fmt.Sprint(i), 10), "a:b", fmt.Sprintf("a:b%03d", i))
		text, err := json.Marshal(map[string]string{"log": inner})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(text, '\n'))
	}
	sum, _ := read(t, Options{Workers: 1}, file(t, "audit.log", []byte(b.String())))
	for i := range 300 {
		u := sum.Uses[usage.Subject{Class: usage.Legacy, Account: modelKey("a", fmt.Sprintf("b%03d", i))}]
		if u == nil || u.Stages.Requests() != 1 {
			t.Fatalf("account %d: %+v", i, u)
		}
	}
}

// TestReadAnyWay: the result does not depend on how many read, in which order,
// from what, and whether the log stands there twice.
func TestReadAnyWay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var logs [][]byte
	for i := range 3 {
		log, _ := made(t, auditlog.Options{Seed: 7, Server: i, Size: 2 << 20, AllStages: i == 1, Prefix: []string{"", "", "cp-2 "}[i]})
		logs = append(logs, spoil(r, log))
	}
	var files []source.Stream
	for i, log := range logs {
		files = append(files, file(t, fmt.Sprint("audit-", i, ".log"), log))
	}
	base, _ := read(t, Options{Workers: 1}, files...)
	want := encoded(t, base)
	if len(base.Uses) < 50 || lost(base, "")[0] == 0 {
		t.Fatal("the logs are too tame to tell a difference")
	}
	for turn := range 8 {
		sources := slices.Clone(files)
		for i := range sources {
			if r.IntN(2) == 0 {
				sources[i] = pipe(sources[i].Name, logs[i])
			}
		}
		r.Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
		sum, _ := read(t, Options{Workers: 1 + turn%4}, sources...)
		if got := encoded(t, sum); got != want {
			t.Fatalf("turn %d differs:\n%s", turn, difference(got, want))
		}
	}
	twice, report := read(t, Options{Workers: 3}, append(slices.Clone(files), files...)...)
	if report.Repeats == 0 {
		t.Error("no repeats were noticed")
	}
	for k, u := range base.Uses {
		if twice.Uses[k].Stages != u.Stages {
			t.Errorf("%+v counts %v of copies, want %v", k, twice.Uses[k].Stages, u.Stages)
		}
	}
}

// spoil breaks lines here and there, and puts odd ones between.
func spoil(r *rand.Rand, log []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(log) {
		switch r.IntN(40) {
		case 0:
			line = append(bytes.Clone(line[:r.IntN(len(line))]), '\n')
		case 1:
			line = append(bytes.Clone(bytes.TrimSuffix(line, []byte("\n"))), "\r\n\n"...)
		case 2:
			b.WriteString("\x00\xff egacy-token }\n")
		case 3:
			line = bytes.Replace(line, []byte(`"verb"`), []byte(`"verb":"x","verb"`), 1)
		case 4:
			if r.IntN(50) == 0 {
				b.WriteString(legacyLine("long", 100_000+r.IntN(2*bufferSize)) + "\n")
			}
		}
		b.Write(line)
	}
	return b.Bytes()
}

// difference gives the place from which on two texts differ.
func difference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	cut := func(s string) string { return s[max(at-200, 0):min(at+200, len(s))] }
	return cut(a) + "\n---\n" + cut(b)
}

func TestReadPartOfTheTime(t *testing.T) {
	log, truth := made(t, auditlog.Options{Seed: 1, Size: 3 << 20})
	middle := (truth.First + truth.Last) / 2
	src := file(t, "audit.log", log)
	all, _ := read(t, Options{}, src)
	before, _ := read(t, Options{Until: middle}, src)
	after, _ := read(t, Options{Since: middle + 1}, src)
	for k, u := range all.Uses {
		var n uint64
		for _, part := range []*usage.Summary{before, after} {
			if p := part.Uses[k]; p != nil {
				n += p.Stages.Requests()
			}
		}
		if n != u.Stages.Requests() {
			t.Errorf("%+v: %d in the parts, %d in all", k, n, u.Stages.Requests())
		}
	}
	if s := before.Source("").Spans; len(s) != 1 || s[0].Until > middle {
		t.Errorf("covered until %v: %v", middle, s)
	}
	if s := after.Source("").Spans; len(s) != 1 || s[0].From <= middle {
		t.Errorf("covered since %v: %v", middle, s)
	}
}

func TestReadReportsTrouble(t *testing.T) {
	log := []byte(legacyLine("1", 0) + "\n")
	broken := errors.New("disk on fire")
	sum, r := read(t, Options{},
		source.Stream{Name: "c", Path: "/nowhere/audit.log", Size: 5},
		source.Stream{Name: "b", Open: func() (io.ReadCloser, error) { return nil, broken }},
		source.Stream{Name: "a", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(bytes.NewReader(log), failing{broken})), nil
		}},
		file(t, "empty.log", nil))
	if len(r.Troubles) != 3 || r.Troubles[0].Source != "a" || !errors.Is(r.Troubles[0].Err, broken) {
		t.Errorf("%+v", r.Troubles)
	}
	if uses(sum) != 1 || lost(sum, "") != [4]uint64{0, 3, 0, 0} {
		t.Errorf("%d uses, lost %v", uses(sum), lost(sum, ""))
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func TestReadStops(t *testing.T) {
	blocked, release := context.WithCancel(context.Background())
	defer release()
	for _, shape := range []source.Shape{source.Lines, source.Document} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		begin := time.Now()
		sum, err := Read(ctx, Options{}, []source.Stream{{Name: "-", Shape: shape, Open: func() (io.ReadCloser, error) { return endless{blocked}, nil }}})
		if !errors.Is(err, context.DeadlineExceeded) || sum == nil || time.Since(begin) > 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	}
}

func TestReadDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"list":   `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[` + legacyLine("1", 0) + ",\n" + legacyLine("2", 0) + `]}`,
		"array":  "[\n" + legacyLine("1", 0) + ",\n" + legacyLine("2", 0) + "\n]",
		"broken": "[\n" + legacyLine("1", 0) + ",\n" + legacyLine("2", 0) + ",{",
	} {
		t.Run(name, func(t *testing.T) {
			sum, r := read(t, Options{}, source.Stream{Name: name, Size: int64(len(text)), Shape: source.Document, Open: func() (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(text)), nil
			}})
			if uses(sum) != 2 || len(sum.Source("").Spans) != 1 {
				t.Errorf("%d uses, covered %v, %+v", uses(sum), sum.Source("").Spans, r)
			}
			if broken := lost(sum, "") != [4]uint64{}; broken != (name == "broken") {
				t.Errorf("lost %v", lost(sum, ""))
			}
		})
	}
}

func TestReadProgress(t *testing.T) {
	log, _ := made(t, auditlog.Options{Seed: 1, Size: 3 << 20})
	var last, total int64
	_, _ = read(t, Options{Progress: func(read, all int64) {
		if read < last {
			t.Errorf("progress went from %d to %d", last, read)
		}
		last, total = read, all
	}}, file(t, "a", log), pipe("b", log))
	if want := int64(2 * len(log)); last != want || total != want {
		t.Errorf("ended at %d of %d, want %d", last, total, want)
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, o := range []Options{{Workers: -1}, {MaxLine: -1}, {Since: 2, Until: 1}} {
		if _, err := Read(t.Context(), o, nil); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}
