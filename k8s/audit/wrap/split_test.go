package wrap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"timebound/k8s/audit/event"
	"timebound/model/usage"
)

func split(t *testing.T, r io.Reader, limit int) ([]string, Outcome, error) {
	t.Helper()
	var records []string
	out, err := Split(r, limit, func(b []byte) error {
		records = append(records, string(b))
		return nil
	})
	return records, out, err
}

func TestSplitGivesElements(t *testing.T) {
	const limit = 40
	long := `"` + strings.Repeat("x", limit) + `"`
	for _, c := range []struct {
		name, text string
		want       []string
		out        Outcome
	}{
		{"nothing", " \n\x00", nil, Outcome{}},
		{"objects", "{}\n{\"a\":[1,\"]\"]} {\"b\":null}", []string{"{}", `{"a":[1,"]"]}`, `{"b":null}`}, Outcome{}},
		{"array", `[{"a":1}, {"b":{}},"c",4]`, []string{`{"a":1}`, `{"b":{}}`, `"c"`, `4`}, Outcome{}},
		{"list", `{"kind":"EventList","n":1,"items":[{"a":1},{"b":2}],"z":3}`,
			[]string{`{"kind":"EventList","n":1,"items":[{"a":1}]}`, `{"kind":"EventList","n":1,"items":[{"b":2}]}`}, Outcome{}},
		{"list below", `{"s":"ok","data":{"t":1,"result":[{"a":1}]},"u":{}}`, []string{`{"s":"ok","data":{"t":1,"result":[{"a":1}]}}`}, Outcome{}},
		{"no list below", `{"data":{"t":1},"u":{}}`, []string{`{"data":{"t":1},"u":{}}`}, Outcome{}},
		{"two lists", `{"items":[1],"a":2,"events":[3]}`, []string{`{"items":[1]}`, `{"events":[3]}`}, Outcome{}},
		{"empty list", `{"items":[]}`, nil, Outcome{}},
		{"prefix", "cp-1 {\"a\":1}\ncp-2 {\"items\":[2]}", []string{`cp-1 {"a":1}`, `cp-2 {"items":[2]}`}, Outcome{}},
		{"text", "hello\n{\"a\":1}\nworld", []string{"hello", `{"a":1}`, "world"}, Outcome{}},
		{"too large object", `{"a":` + long + `}{"b":1}`, []string{`{"b":1}`}, Outcome{Oversize: 1}},
		{"too large element", `[` + long + `,1]`, []string{`1`}, Outcome{Oversize: 1}},
		{"too large before a list", `{"a":` + long + `,"k":1,"items":[1]}`, []string{`{"items":[1]}`}, Outcome{}},
		{"too large key", `{` + long + `:1,"items":[1]}`, []string{`{"items":[1]}`}, Outcome{}},
		{"too large text", long[1:] + "\n{}", []string{"{}"}, Outcome{Oversize: 1}},
		{"broken off", `[{"a":1},{"b":`, []string{`{"a":1}`}, Outcome{Truncated: 1}},
		{"broken off in a string", `{"a":"`, nil, Outcome{Truncated: 1}},
		{"broken off in a key", `{"a`, nil, Outcome{Truncated: 1}},
		{"broken off after an element", `[1,`, []string{"1"}, Outcome{Truncated: 1}},
		{"a line break in a string", "{\"a\":\"x\n {\"b\":2}\n{\"c\":3}", []string{`{"c":3}`}, Outcome{Malformed: 1}},
		{"a line break deep in a string", "{\"a\":{\"k\":\"x\n {\"b\":2}}\n{\"c\":{\"d\":4}}\n{\"e\":3}", []string{`{"c":{"d":4}}`, `{"e":3}`}, Outcome{Malformed: 1}},
		{"cut lines", "{\"a\":{\"b\":1\n{\"c\":{\"d\":[\n{\"e\":3}", []string{`{"e":3}`}, Outcome{Truncated: 2}},
		{"a cut line after a member", "{\"a\":1,\n{\"c\":3}", []string{`{"c":3}`}, Outcome{Truncated: 1}},
		{"no colon", "{\"a\" 1}\n{\"c\":3}", []string{`{"c":3}`}, Outcome{Malformed: 1}},
		{"closing too much", "{}}\n{\"c\":3}", []string{"{}", `{"c":3}`}, Outcome{Malformed: 1}},
		{"braces in long text", strings.Repeat("t", 10) + "\n" + `{"a":1}`, []string{strings.Repeat("t", 10), `{"a":1}`}, Outcome{}},
	} {
		got, out, err := split(t, strings.NewReader(c.text), limit)
		if !slices.Equal(got, c.want) || out != c.out || err != nil {
			t.Errorf("%s: %q, %+v, %v; want %q, %+v", c.name, got, out, err, c.want, c.out)
		}
	}
}

// After more text than a prefix can have, an object is what somebody had logged.
func TestSplitTakesNoObjectOutOfText(t *testing.T) {
	text := strings.Repeat("a", maxPrefix+1) + ` {"b":1}`
	got, out, err := split(t, strings.NewReader(text), 1<<20)
	if len(got) != 1 || got[0] != text || out != (Outcome{}) || err != nil {
		t.Errorf("%d records, %+v, %v", len(got), out, err)
	}
}

func TestSplitTellsErrors(t *testing.T) {
	torn := errors.New("torn")
	got, _, err := split(t, io.MultiReader(strings.NewReader(`{"a":1}{"b":`), iotest.ErrReader(torn)), 100)
	if !errors.Is(err, torn) || len(got) != 1 {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Split(strings.NewReader("1\n2"), 100, func([]byte) error { return torn }); !errors.Is(err, torn) {
		t.Errorf("give's error is lost: %v", err)
	}
	if _, _, err := split(t, idle{}, 100); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// chopped reads in pieces of random lengths.
type chopped struct {
	text string
	r    *rand.Rand
}

func (c *chopped) Read(p []byte) (int, error) {
	if c.text == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.r.IntN(9))], c.text)
	c.text = c.text[n:]
	return n, nil
}

// documents is a random heap of what documents are made of.
func documents(r *rand.Rand) string {
	pieces := []string{"{", "}", "[", "]", `"`, `\`, "\n", " ", ",", ":", `"a"`, `"items"`, `"items":[`, `"data":{`, "1", "null", "{}\n", `{"a":1}`, "\n{\"", "cp-1 ", "\x00", "é", `\"`}
	var b strings.Builder
	for range r.IntN(40) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func TestSplitDoesNotDependOnHowItIsRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1_500 {
		text := documents(r)
		if r.IntN(20) == 0 {
			text = fixtures[r.IntN(len(fixtures))].text
		}
		limit := 1 + r.IntN(60)
		want, out, err := split(t, strings.NewReader(text), limit)
		got, choppedOut, choppedErr := split(t, &chopped{text, r}, limit)
		if !slices.Equal(got, want) || out != choppedOut || err != nil || choppedErr != nil {
			t.Fatalf("%q, limit %d:\n%q %+v %v\nin pieces\n%q %+v %v", text, limit, want, out, err, got, choppedOut, choppedErr)
		}
	}
}

// endless gives a pattern for ever, or until as many bytes were read.
type endless struct {
	pattern string
	left    int
	at      int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) {
		m := copy(p[n:], e.pattern[e.at:])
		n, e.at = n+m, (e.at+m)%len(e.pattern)
	}
	e.left -= n
	return n, nil
}

func TestSplitHoldsNoMoreThanItsLimit(t *testing.T) {
	const limit, size = 256 << 10, 6 << 20
	for name, r := range map[string]io.Reader{
		"one long string":   io.MultiReader(strings.NewReader(`{"a":"`), &endless{pattern: "abcdefgh", left: size}),
		"deep brackets":     &endless{pattern: "[", left: size},
		"deep objects":      &endless{pattern: `{"a":`, left: size},
		"deep lists":        &endless{pattern: `{"items":[`, left: size},
		"a long line":       &endless{pattern: "text ", left: size},
		"zeros":             &endless{pattern: "\x00", left: size},
		"many members":      io.MultiReader(strings.NewReader(`{`), &endless{pattern: `"k":1,`, left: size}),
		"elements":          io.MultiReader(strings.NewReader(`{"x":1,"items":[`), &endless{pattern: `{"auditID":"x"},`, left: size}),
		"one long key":      io.MultiReader(strings.NewReader(`{"`), &endless{pattern: "k", left: size}),
		"one long number":   io.MultiReader(strings.NewReader(`[1`), &endless{pattern: "0", left: size}),
		"keys after a list": io.MultiReader(strings.NewReader(`{"items":[1],"`), &endless{pattern: "k", left: size}),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Split(r, limit, func([]byte) error { return nil }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 12*limit {
			t.Errorf("%s: allocated %d MiB", name, got>>20)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	text := `{"kind":"EventList","items":[` + strings.Repeat(item+",", 1000) + item + `]}`
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Split(strings.NewReader(text), 1<<20, func([]byte) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecord is measured against what encoding/json takes for the envelope
// and the event in it.
func BenchmarkRecord(b *testing.B) {
	record := []byte(`{"logStreamName":"kube-apiserver-audit-0a1b","message":` + quoted(canonicalEvent) + `}`)
	b.Run("wrap", func(b *testing.B) {
		d := Decoder{Event: event.Decode}
		b.SetBytes(int64(len(record)))
		b.ReportAllocs()
		for b.Loop() {
			d.Record(record, "", func(*usage.Event) {})
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.SetBytes(int64(len(record)))
		for b.Loop() {
			var envelope struct{ Message string }
			var inner struct{ Annotations map[string]string }
			if json.Unmarshal(record, &envelope) != nil || json.Unmarshal([]byte(envelope.Message), &inner) != nil {
				b.Fatal("not read")
			}
		}
	})
}

func ExampleSplit() {
	_, _ = Split(strings.NewReader(`{"logStream":"cp-1","logEvents":[{"message":"a"},{"message":"b"}]}`), 1<<20, func(record []byte) error {
		fmt.Println(string(record))
		return nil
	})
	// Output:
	// {"logStream":"cp-1","logEvents":[{"message":"a"}]}
	// {"logStream":"cp-1","logEvents":[{"message":"b"}]}
}
