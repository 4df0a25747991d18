package usage

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

const minute = Micros(60_000_000)

func TestSpans(t *testing.T) {
	for name, c := range map[string]struct{ cover, want []Span }{
		"one":               {[]Span{{100, 200}}, []Span{{100, 200}}},
		"backwards":         {[]Span{{200, 100}}, []Span{{100, 200}}},
		"no instants":       {[]Span{{0, 200}, {-5, 7}, {1, lastInstant + 1}}, nil},
		"just close enough": {[]Span{{1, 2}, {2 + gap, 3 + gap}}, []Span{{1, 3 + gap}}},
		"just too far":      {[]Span{{1, 2}, {3 + gap, 4 + gap}}, []Span{{1, 2}, {3 + gap, 4 + gap}}},
		"bridged":           {[]Span{{1, 2}, {2 * gap, 2*gap + 1}, {gap, gap + 1}}, []Span{{1, 2*gap + 1}}},
		"inside":            {[]Span{{1, 50 * minute}, {minute, 2 * minute}}, []Span{{1, 50 * minute}}},
		"around all":        {[]Span{{gap, gap}, {3 * gap, 3 * gap}, {5*gap + 2, 5*gap + 2}, {1, 6 * gap}}, []Span{{1, 6 * gap}}},
		"before":            {[]Span{{5 * gap, 6 * gap}, {1, 2}}, []Span{{1, 2}, {5 * gap, 6 * gap}}},
	} {
		src := New().Source("cp-1")
		for _, s := range c.cover {
			src.Cover(s.From, s.Until)
		}
		if !reflect.DeepEqual(src.Spans, c.want) {
			t.Errorf("%s: %v; want %v", name, src.Spans, c.want)
		}
	}
}

// TestSpansAgainstMinutes compares with one flag for each minute.
func TestSpansAgainstMinutes(t *testing.T) {
	for seed := range 500 {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		src := New().Source("")
		var read [1001]bool
		for range 1 + r.IntN(30) {
			from := 1 + r.IntN(900)
			until := from + r.IntN(30)
			src.Cover(Micros(from)*minute, Micros(until)*minute)
			for i := from; i <= until; i++ {
				read[i] = true
			}
		}
		var want []Span
		for i, is := range read {
			at := Micros(i) * minute
			switch n := len(want); {
			case !is:
			case n > 0 && at-want[n-1].Until <= gap:
				want[n-1].Until = at
			default:
				want = append(want, Span{at, at})
			}
		}
		if !reflect.DeepEqual(src.Spans, want) {
			t.Fatalf("seed %d: %v; want %v", seed, src.Spans, want)
		}
	}
}

func TestTooManySpansAreNone(t *testing.T) {
	s := New()
	src := s.Source("cp-1")
	for i := range Micros(maxSpans + 1) {
		src.Cover(1+i*2*gap, 1+i*2*gap)
		if src.Fragmented != (i == maxSpans) {
			t.Fatalf("fragmented is %v at %d spans", src.Fragmented, i+1)
		}
	}
	src.Cover(1, 2)
	if len(src.Spans) != 0 {
		t.Errorf("%d spans of a source whose time is not known", len(src.Spans))
	}
}

func TestSourcesBeyondTheBoundArePooled(t *testing.T) {
	s := New()
	for i := range maxSources + 44 {
		for _, n := range []int{i, maxSources + 43 - i} { // from both ends
			src := s.Source(fmt.Sprintf("stream-%04d", n))
			src.Lines++
			src.Cover(1, 2)
		}
	}
	if len(s.Sources) != maxSources+1 {
		t.Fatalf("%d sources", len(s.Sources))
	}
	for i := range maxSources {
		if src := s.Sources[fmt.Sprintf("stream-%04d", i)]; src == nil || src.Lines != 2 || len(src.Spans) != 1 {
			t.Fatalf("stream %d: %+v", i, src)
		}
	}
	if o := s.Sources[Others]; o.Lines != 2*44 || !o.Fragmented || len(o.Spans) != 0 {
		t.Errorf("the others: %+v", o)
	}
}

func TestFilesBeyondTheBound(t *testing.T) {
	s := newBounded(tight)
	src := s.Source("cp-1")
	for _, name := range []string{"c", "e", "a", "d", "b", "a"} {
		src.Read(File{Name: name, First: "id", Bytes: uint64(len(src.Files))})
	}
	if got := fmt.Sprint(src.fileKeys()); got != "[{a id} {b id} {c id}]" || !src.MoreFiles {
		t.Errorf("%s, more: %v", got, src.MoreFiles)
	}
	if n := src.Files[FileKey{"a", "id"}].Bytes; n != 3 {
		t.Errorf("%d bytes; want the most that was seen of the file", n)
	}
}

func TestOverlap(t *testing.T) {
	summary := func(files ...File) *Summary {
		s := New()
		for i, f := range files {
			s.Source(fmt.Sprint("cp-", i)).Read(f)
		}
		return s
	}
	a := summary(File{"audit.log", "1", 5}, File{"audit-0.log", "0", 5}, File{"empty.log", "", 0}, File{"other.log", "7", 1})
	b := summary(File{"empty.log", "", 0}, File{"audit-1.log", "1", 5}, File{"x/audit-0.log", "0", 9}, File{"other.log", "8", 1})
	if got := Overlap(a, b); !reflect.DeepEqual(got, []string{"audit-0.log", "audit.log"}) {
		t.Errorf("%v", got)
	}
	if got := Overlap(a, New()); got != nil {
		t.Errorf("with nothing: %v", got)
	}
}

func TestOddVerbsAreOne(t *testing.T) {
	s := New()
	src := s.Source("cp-1")
	for i := range 1000 {
		src.Sample(&Event{Verb: fmt.Sprint("v", i), Stage: Stage(200)})
	}
	src.Sample(&Event{Verb: "get"})
	src.Sample(&Event{})
	src.Verbs["made up"] += 4
	src.Verbs[""] += 9
	s.settle()
	if want := map[string]uint64{otherVerb: 1004, "get": 1}; !reflect.DeepEqual(src.Verbs, want) || src.Stages[StageUnknown] != 1002 {
		t.Errorf("%v %v", src.Verbs, src.Stages)
	}
}
