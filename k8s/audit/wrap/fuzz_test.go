package wrap

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"timebound/k8s/audit/event"
	"timebound/model/usage"
)

func FuzzRecord(f *testing.F) {
	for _, fixture := range fixtures {
		f.Add([]byte(fixture.text), "cp-1")
	}
	f.Add([]byte(`[[{"field":"a","value":"b"}],["1777636800250000000","x"]]`), "")
	f.Add([]byte("2026-05-01T12:00:00Z stdout P {"), "")
	f.Add([]byte("[pod/"), "")
	d := Decoder{Event: event.Decode}
	f.Fuzz(func(t *testing.T, record []byte, server string) {
		before := slices.Clone(record)
		given := 0
		first := d.Record(record, server, func(e *usage.Event) {
			if given++; e.ID == "" {
				t.Error("an event without an id")
			}
		})
		if given != first.Events {
			t.Errorf("gave %d, counted %d", given, first.Events)
		}
		if !slices.Equal(before, record) {
			t.Error("the record was changed")
		}
		if len(trim(record)) > 0 && first == (Outcome{}) && !nothingIn(record) {
			t.Error("something became nothing")
		}
		fresh := Decoder{Event: event.Decode}
		if again := fresh.Record(record, server, func(*usage.Event) {}); again != first {
			t.Errorf("%+v, and then %+v", first, again)
		}
	})
}

// nothingIn says whether a record may tell of nothing: lists of nothing.
func nothingIn(record []byte) bool {
	s := string(record)
	return strings.Contains(s, "[") || strings.Contains(s, `""`) || strings.Contains(s, gzipped)
}

const gzipped = "H4sI"

func FuzzSplit(f *testing.F) {
	for _, fixture := range fixtures {
		f.Add([]byte(fixture.text), 100)
	}
	f.Add([]byte("{\"a\":{\"b\":1\n{\"c\":{\"d\":[\n{\"e\":3}"), 30)
	f.Fuzz(func(t *testing.T, text []byte, limit int) {
		limit = max(1, min(limit, 1<<20))
		records, out, err := split(t, strings.NewReader(string(text)), limit)
		if err != nil {
			t.Fatal(err)
		}
		again, outAgain, err := split(t, iotest.OneByteReader(strings.NewReader(string(text))), limit)
		if err != nil || !slices.Equal(records, again) || out != outAgain {
			t.Fatalf("%q %+v\nbyte by byte\n%q %+v", records, out, again, outAgain)
		}
		if out != (Outcome{}) || !json.Valid(text) {
			return
		}
		for _, r := range records {
			if !json.Valid([]byte(r)) {
				t.Fatalf("%q, of sound JSON, is not", r)
			}
		}
	})
}

func FuzzSniff(f *testing.F) {
	for _, fixture := range fixtures {
		f.Add([]byte(fixture.text), true)
	}
	f.Fuzz(func(_ *testing.T, head []byte, whole bool) { Sniff(head, whole) })
}

// Text in JSON strings is read as encoding/json reads it.
func FuzzUnquote(f *testing.F) {
	for _, s := range []string{`"a"`, `"\u00e9\ud83d\ude00\ud83d"`, `"\/\n\\"`, `"\x"`, `"\u12"`, `"\ud83d\u0041"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := end([]byte(s))
		if err != nil || n != len(s) || s[0] != '"' {
			return
		}
		var want string
		if json.Unmarshal([]byte(s), &want) != nil {
			return
		}
		got, _, ok := unquote([]byte(s), nil)
		if !ok || strings.ToValidUTF8(string(got), "�") != strings.ToValidUTF8(want, "�") && string([]rune(string(got))) != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	})
}
