package event

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"timebound/model/usage"
)

// differ says how the quick reader and the thorough one disagree on a line, ""
// if they do not. Quick says whether the quick one accepted it.
func differ(line []byte) (difference string, quick bool) {
	var w walker
	var parsed fields
	quick = w.walk(line)
	walked := w.fields
	err := parse(line, &parsed)
	if !quick {
		return "", false
	}
	if err != nil {
		return "walk accepts, parse says " + err.Error(), true
	}
	// What matters for refused requests alone is not always kept.
	if parsed.code != 401 || parsed.username != "" {
		walked.message, walked.reason, parsed.message, parsed.reason = "", "", "", ""
	}
	if walked != parsed {
		return "walk and parse read different fields", true
	}
	return "", true
}

// TestWalkIsParse compares the two over many lines. TIMEBOUND_AUDIT_LINES says
// over how many; 10,000,000 take a few minutes.
func TestWalkIsParse(t *testing.T) {
	lines := 10_000
	if s := os.Getenv("TIMEBOUND_AUDIT_LINES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		lines = n
	}
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	quick := make([]int, workers)
	for w := range workers {
		wait.Go(func() {
			m := maker{rand.New(rand.NewPCG(7, uint64(w)))}
			for range lines / workers {
				line := m.line(m.IntN(4) * 10)
				d, q := differ(line)
				if d != "" {
					t.Errorf("%s:\n%q", d, line)
					return
				}
				if q {
					quick[w]++
				}
			}
		})
	}
	wait.Wait()
	sum := 0
	for _, q := range quick {
		sum += q
	}
	t.Logf("%d lines, %d of them read quickly, 0 differences", lines, sum)
	if sum < lines/10 {
		t.Errorf("only %d of %d lines were read quickly: the test compares nothing", sum, lines)
	}
}

func FuzzWalkIsParse(f *testing.F) {
	m := maker{rand.New(rand.NewPCG(1, 2))}
	for i := range 40 {
		f.Add(m.line(i))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if d, _ := differ(line); d != "" {
			t.Errorf("%s:\n%q", d, line)
		}
		var e usage.Event
		err := Decode(line, &e)
		if err != nil && (e != usage.Event{}) {
			t.Error("an event beside an error")
		}
		if err != nil && errors.Is(err, ErrForeign) == errors.Is(err, ErrMalformed) {
			t.Errorf("an error of no kind: %v", err)
		}
		if err == nil && !json.Valid(line) {
			t.Error("a broken line was read")
		}
	})
}

// TestSkipIsValid compares the judgement of syntax alone.
func TestSkipIsValid(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	values := []string{
		"0", "-0", "01", "-", "1.", "1.5", "1e", "1e+", "1e-9", ".5", "+1", "true", "tru", "nul", "null", "nulll",
		`""`, `"`, `"\u12"`, `"\u12aG"`, `"\u12aF"`, `"\q"`, `"\/"`, "\"\x1f\"", "\"\x7f\xff\"", `"12345678\"1234567"`,
		"[]", "[", "]", "[1,]", "[,1]", "[1 2]", "[1,2]", "{}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`, `{a:1}`, "{]", "[}", `{"a":[{}]}`,
		" 1 ", "\t[\r\n]", "1 2", "\v1", strings.Repeat("[", 200) + strings.Repeat("]", 200),
	}
	for range 5_000 {
		values = append(values, string(m.hurt([]byte(m.decoy(20)))))
	}
	for _, v := range values {
		end := skip([]byte(v), 0)
		got := end >= 0 && space([]byte(v), end) == len(v)
		if want := json.Valid([]byte(v)); got != want {
			t.Fatalf("skip says %v, encoding/json %v: %q", got, want, v)
		}
	}
}

// The innermost, being empty, takes no level.
func TestSkipGivesUpWhenTooDeep(t *testing.T) {
	for depth, want := range map[int]bool{maxDepth + 1: true, maxDepth + 2: false, 1_000_000: false} {
		v := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		if got := skip(v, 0) >= 0; got != want {
			t.Errorf("depth %d: %v", depth, got)
		}
	}
}
