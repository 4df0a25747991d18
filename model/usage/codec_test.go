package usage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"timebound/model"
)

// full is a summary in which every field says something.
func full() *Summary {
	s := New()
	for i := range 3 {
		s.Add(&Event{
			Tells: Legacy | Issued | Reviewed, Stage: StageComplete, Received: noon + Micros(i)*minute, Account: account, Secret: "s\u202e", Origin: model.OriginManual,
			User: "vault", Node: "worker-1", Pod: model.Key{Namespace: "ns", Name: "pod"}, IssuedID: fmt.Sprint(i), IssuedFor: account,
			Agent: "kubectl/v1.30.1 (linux/amd64) <&>", Peer: "10.0.0.7", Verb: "get", Resource: "pods", Namespace: "ns", Code: 200,
		})
	}
	s.AddCounted(&Event{Tells: Stale | Refused, Received: noon, Account: account, PastWarning: 77, Code: 403, Agent: "\x1b[31m😀"}, math.MaxUint64, noon, noon+5)
	src := s.Source("cp-1")
	src.Cover(noon, noon+minute)
	src.Cover(noon+30*minute, noon+minute*31)
	src.Sample(&Event{Verb: "get", Stage: StageComplete})
	src.Read(File{"audit.log", "id", 7})
	src.Lines, src.Bytes, src.Malformed, src.Truncated, src.Oversize, src.Unsupported = 1, 2, 3, 4, 5, 6
	s.Source("cp-2").fragment()
	s.Unkept, s.MoreIssues = 5, true
	return s
}

func TestRoundTrip(t *testing.T) {
	want := encoded(t, full())
	s, err := Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatalf("%v\n%s", err, want)
	}
	if got := encoded(t, s); !bytes.Equal(got, want) {
		t.Error(differ(got, want))
	}
	for _, c := range want {
		if c >= 0x7f || c < ' ' && c != '\n' {
			t.Fatalf("%q may reach a terminal raw", c)
		}
	}
}

// TestDocument shows what a saved summary looks like, and keeps it so: files that
// were saved must be readable for good.
func TestDocument(t *testing.T) {
	s := New()
	s.Add(&Event{
		Tells: Legacy, Stage: StageComplete, Received: noon, Account: account, Secret: "s", Origin: model.OriginAuto,
		Agent: "curl/8", Peer: "10.0.0.7", Verb: "get", Resource: "pods", Namespace: "ns", Code: 200,
	})
	s.Add(&Event{Tells: Issued, IssuedID: "id", IssuedFor: account, User: "admin", Agent: "a", Peer: "p", Received: noon})
	src := s.Source("cp-1")
	src.Cover(noon, noon+5)
	src.Lines, src.Truncated = 9, 1
	src.Read(File{"audit.log", "id", 7})
	src.SampleCounted("get", StageReceived, 2)
	const want = `{"apiVersion":"timebound/v1","kind":"AuditSummary","uses":[
{"class":"legacy","namespace":"payments","account":"deployer","secret":"s","origin":"auto-generated","originAt":1728043200000000,"first":1728043200000000,"last":1728043200000000,"stages":[0,0,0,1],"days":[[20000,0,0,0,1]],"codes":[1],"callers":[{"agent":"curl/8","address":"10.0.0.7","first":1728043200000000,"last":1728043200000000,"stages":[0,0,0,1],"codes":[1],"verbs":{"get":1},"resources":{"pods":1},"namespaces":{"ns":1}}]}],"issues":[
{"id":"id","namespace":"payments","account":"deployer","by":"admin","agent":"a","peer":"p","at":1728043200000000}],"sources":[
{"name":"cp-1","spans":[[1728043200000000,1728043200000005]],"lines":9,"truncated":1,"verbs":{"get":2},"stages":[0,2],"files":[{"name":"audit.log","first":"id","bytes":7}]}],"unkept":0,"moreIssues":false}
`
	if got := encoded(t, s); string(got) != want {
		t.Error(differ(got, []byte(want)))
	}
}

const head = `"apiVersion":"timebound/v1","kind":"AuditSummary",`

func TestWhatDecodeRefuses(t *testing.T) {
	use := func(more string) string { return `{` + head + `"uses":[{"class":"refused"` + more + `}]}` }
	source := func(more string) string { return `{` + head + `"sources":[{"name":"a"` + more + `}]}` }
	many := func(n int, one string) string { return strings.Repeat(one+",", n) + one }
	numbered := func(n int, one string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, one+",", i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	for text, want := range map[string]string{
		``:                                  "no JSON object",
		`[]`:                                "no JSON object",
		`{}`:                                "does not say",
		`{"apiVersion":"timebound/v1"}`:     "does not say",
		`{"kind":"Event"`:                   `it is "Event"`,
		`{"apiVersion":"timebound/v9"}`:     `it is "timebound/v9"`,
		`{"kind":7}`:                        "cannot unmarshal",
		`{"spy":1}`:                         "a newer one",
		`{` + head + `"uses":[],"uses":[]}`: "there twice",
		`{` + head + `"uses":{}}`:           "stands where",
		`{` + head + `"uses":[`:             "EOF",
		`{` + head + `"unkept":0} {}`:       "behind its end",
		`{` + head + `"unkept":-1}`:         "cannot unmarshal",

		use(`,"spy":1`):            "unknown field",
		use(`},{`):                 "no class",
		use(`,"name":"x"`):         "named otherwise",
		use(`,"grain":"x"`):        "no grain",
		use(`,"origin":"unknown"`): "no origin",
		use(`,"last":5`):           "times",
		use(`,"first":5`):          "times",
		use(`,"first":5,"last":4`): "times",
		use(`,"first":253402300800000000,"last":253402300800000000`): "times",
		use(`,"originAt":-1`):                                                         "times",
		use(`,"secondsPastWarning":-1`):                                               "below 0",
		use(`,"stages":[1,2,3,4,5,6,7]`):                                              "too many numbers",
		use(`,"codes":[1,2,3,4,5,6,7]`):                                               "too many numbers",
		use(`,"stages":[-1]`):                                                         "cannot unmarshal",
		use(`,"days":[[]]`):                                                           "day 1",
		use(`,"days":[[5],[5]]`):                                                      "day 2",
		use(`,"days":[[9999999]]`):                                                    "day 1",
		use(`,"days":[[5,4294967296]]`):                                               "day 1",
		use(`,"days":[[5,1,2,3,4,5,6,7]]`):                                            "day 1",
		use(`,"days":[` + numbered(maxDays+1, `[%d]`) + `]`):                          "more than the 800",
		use(`,"callers":[{},{}]`):                                                     "caller 2",
		use(`,"callers":[{"agent":"b"},{"agent":"a"}]`):                               "caller 2",
		use(`,"callers":[{"first":1}]`):                                               "times",
		use(`,"callers":[{"codes":[1,2,3,4,5,6,7]}]`):                                 "too many numbers",
		use(`,"callers":[{"verbs":{` + numbered(maxNames+1, `"%d":1`) + `}}]`):        "17 names",
		use(`,"callers":[{"nodes":{"a":1,"b":1}}]`):                                   "2 names",
		use(`,"callers":[{"verbs":{"` + strings.Repeat("x", 257) + `":1}}]`):          "257 bytes",
		use(`,"callers":[{"agent":"` + strings.Repeat("x", 257) + `"}]`):              "257 bytes",
		use(`,"callers":[` + numbered(257, `{"agent":"%04d"}`) + `]`):                 "257 callers",
		use(`,"callers":[` + many(maxUseParts, `{}`) + `]`):                           "parts",
		`{` + head + `"uses":[{"class":"presented"}]}`:                                "named otherwise",
		`{` + head + `"uses":[{"class":"stale","secret":"x"}]}`:                       "named otherwise",
		`{` + head + `"uses":[{"class":"reviewed","account":"x"}]}`:                   "named otherwise",
		`{` + head + `"uses":[{"class":"stale"},{"class":"legacy"}]}`:                 "item 2",
		`{` + head + `"uses":[{"class":"stale"},{"class":"stale"}]}`:                  "item 2",
		`{` + head + `"issues":[{"id":"b"},{"id":"a"}]}`:                              "item 2",
		`{` + head + `"issues":[{"id":"b","at":-1}]}`:                                 "times",
		`{` + head + `"issues":[{"id":"` + strings.Repeat("x", 257) + `"}]}`:          "257 bytes",
		`{` + head + `"issues":[` + numbered(maxIssues+1, `{"id":"%06d"}`) + `]}`:     "more than 10000",
		`{` + head + `"sources":[` + numbered(maxSources+2, `{"name":"%04d"}`) + `]}`: "more than 257",
		`{` + head + `"sources":[{"name":"b"},{"name":"a"}]}`:                         "item 2",
		source(`,"spans":[[0,1]]`):                                                    "span 1",
		source(`,"spans":[[2,1]]`):                                                    "span 1",
		source(`,"spans":[[1,2],[3,4]]`):                                              "span 2",
		source(`,"verbs":{"spy":1}`):                                                  "no verb",
		source(`,"stages":[0,0,0,0,0,0,0]`):                                           "too many numbers",
		source(`,"files":[{"name":"` + strings.Repeat("x", 257) + `"}]`):              "file 1",
		source(`,"files":[` + numbered(maxFiles+1, `{"name":"%d"}`) + `]`):            "more than the 4096",
		source(`,"spans":[` + many(maxSpans, `[1,1]`) + `]`):                          "more than the 65536",
	} {
		_, err := Decode(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read an audit summary: ") {
			t.Errorf("%.120s: %v; want %s", text, err, want)
		}
	}
	if _, err := Decode(strings.NewReader(`{"kind":"\u001b[31m\u202e"}`)); err == nil || model.Printable(err.Error()) != err.Error() {
		t.Errorf("%q would reach a terminal", err)
	}
}

// TestTheFullestCanBeRead writes one use and one source with every bound reached,
// and the longest texts.
func TestTheFullestCanBeRead(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := New()
	long := func(i int) string { return fmt.Sprintf("%04d", i) + strings.Repeat("\x01", maxText-4) }
	for i := range max(maxDays, 256*20) {
		e := Event{
			Tells: Legacy, Stage: Stage(i % StageCount), Received: noon + Micros(i)*microsPerDay, Account: model.Key{Namespace: long(0), Name: long(1)}, Secret: long(2),
			Agent: long(i % 256), Peer: long(i % 256), Pod: model.Key{Namespace: long(i % 256), Name: long(i % 256)}, Node: long(0),
			Verb: long(i / 256), Resource: long(i / 256), Namespace: long(i / 256), Code: 200 + i%300,
		}
		s.AddCounted(&e, math.MaxUint64>>1, e.Received, e.Received)
	}
	src := s.Source(long(0))
	for i := range maxSpans {
		src.Cover(noon+Micros(i)*3*gap, noon+Micros(i)*3*gap+1)
	}
	for i := range maxFiles {
		src.Read(File{long(i), long(i), math.MaxUint64})
	}
	want := encoded(t, s)
	again, err := Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatalf("%d bytes: %v", len(want), err)
	}
	if got := encoded(t, again); !bytes.Equal(got, want) {
		t.Error("it says something else when it is read again")
	}
}

func TestEndlessItemsAreRefused(t *testing.T) {
	for name, item := range map[string]string{"text": `{"class":"`, "space": `{"class":"refused"}`} {
		endless := io.MultiReader(strings.NewReader(`{`+head+`"uses":[`+item), forever{})
		if _, err := Decode(endless); err == nil || !strings.Contains(err.Error(), "bytes allowed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// forever gives spaces.
type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWriteErrorsAreTold(t *testing.T) {
	if err := Encode(fullDisk{}, full()); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("%v", err)
	}
}

func FuzzDecode(f *testing.F) {
	var out bytes.Buffer
	if err := Encode(&out, full()); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte(`{` + head + `"uses":[{"class":"refused","grain":"wide","callers":[{"address":"10.0.0.0/24","verbs":{"get":1},"moreVerbs":true}]}]}`))
	f.Add([]byte(`{` + head + `"sources":[{"name":"(others)","spans":[[1,2]]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		want := encoded(t, s)
		again, err := Decode(bytes.NewReader(want))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, want)
		}
		if got := encoded(t, again); !bytes.Equal(got, want) {
			t.Fatal(differ(got, want))
		}
		s.Usage()
		s.Merge(again)
		encoded(t, s)
	})
}
