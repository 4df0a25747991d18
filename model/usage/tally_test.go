package usage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// spelled writes a tally out, and sees to it that it is in order.
func spelled(t *testing.T, counts tally) string {
	t.Helper()
	var b strings.Builder
	last := ""
	for i := 0; i < len(counts); {
		e := counts.at(i)
		at := fmt.Sprintf("%02d %s", e.kind, e.name)
		if at <= last {
			t.Fatalf("%q stands after %q", at, last)
		}
		last = at
		fmt.Fprintf(&b, "%s=%d;", at, counts.count(e))
		i = e.end
	}
	return b.String()
}

func TestTallyIsAMap(t *testing.T) {
	for seed := range 300 {
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		var got, other tally
		want := map[string]uint64{}
		for range r.IntN(80) {
			k := oneOf(r, kindStage, kindStage+1, kindAnswer, kindVerb, kindResource)
			name := ""
			if mostNames[k] > 0 {
				name = strings.Repeat("n", 1+r.IntN(14)*20) // fewer than maxNames, and long ones
			}
			n := r.Uint64() >> r.IntN(64)
			key := fmt.Sprintf("%02d %s", k, name)
			want[key] = plus(want[key], n)
			if r.IntN(3) == 0 {
				other.add(0, k, []byte(name), n)
			} else {
				got.add(0, k, []byte(name), n)
			}
		}
		got.merge(other)
		lines := make([]string, 0, len(want))
		for key, n := range want {
			lines = append(lines, fmt.Sprintf("%s=%d;", key, n))
		}
		slices.SortFunc(lines, func(a, b string) int {
			return strings.Compare(a[:strings.LastIndexByte(a, '=')], b[:strings.LastIndexByte(b, '=')])
		})
		if text := spelled(t, got); text != strings.Join(lines, "") {
			t.Fatalf("seed %d: %s\nwant %s", seed, text, strings.Join(lines, ""))
		}
	}
}

func TestCountsStopAtTheTop(t *testing.T) {
	var counts tally
	counts.add(0, kindStage, nil, math.MaxUint64-1)
	counts.add(0, kindStage, nil, 7)
	if got := spelled(t, counts); got != fmt.Sprintf("00 =%d;", uint64(math.MaxUint64)) {
		t.Error(got)
	}
}

func TestOneNodeOrNone(t *testing.T) {
	c := &Caller{}
	if c.Node() != "" {
		t.Error("a node out of nothing")
	}
	c.counts.add(0, kindNode, []byte("n2"), 1)
	if c.Node() != "n2" {
		t.Errorf("node %q", c.Node())
	}
	c.counts.add(0, kindNode, []byte("n1"), 1)
	if c.Node() != "" {
		t.Errorf("of two nodes it tells of %q", c.Node())
	}
}

// TestAgainIsAdd holds the short way of counting against the long one.
func TestAgainIsAdd(t *testing.T) {
	took := 0
	for seed := range 300 {
		r := rand.New(rand.NewPCG(uint64(seed), 4))
		var short, long tally
		for range 60 {
			k, name := oneOf(r, kindStage, kindAnswer, kindVerb, kindResource, kindNode), ""
			if mostNames[k] > 0 {
				name = strings.Repeat("n", r.IntN(30)*8) // more than maxNames, some beyond 127 bytes
			}
			n := max(r.Uint64()>>r.IntN(64), 1)
			long.add(0, k, []byte(name), n)
			if end := short.again(0, k, []byte(name), n); end == 0 {
				short.add(0, k, []byte(name), n)
			} else if took++; end > len(short) || kind(short[0]) > k {
				t.Fatalf("seed %d: the entry ends at %d of %d", seed, end, len(short))
			}
			if got, want := spelled(t, short), spelled(t, long); got != want {
				t.Fatalf("seed %d: %s\nwant %s", seed, got, want)
			}
		}
	}
	if took < 1000 {
		t.Errorf("the short way was taken %d times", took)
	}
}
