package usage

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"timebound/model"
)

// tight bounds bite in small summaries.
var tight = bounds{
	uses: 1000, issues: 3, sources: 3, spans: 10_000, files: 3, days: 4,
	callers: 48, fewestCallers: 2, mostCallers: 24, // there are limits at which not every use is settled at once
}

// deed is one thing that a reader does to a summary.
type deed func(*Summary)

// randomDeed is of a small world, so that subjects, callers and names meet again.
// It draws nothing more when it is done, or it would not be the same twice.
func randomDeed(r *rand.Rand) deed {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	number := func(prefix string, n int) string { return fmt.Sprint(prefix, r.IntN(n)) }
	day := Micros(20_000+r.IntN(9)) * microsPerDay
	at := day + Micros(r.Int64N(microsPerDay))
	server := number("cp-", 6)
	switch r.IntN(12) {
	case 0:
		until := at + Micros(r.Int64N(int64(3*gap)))
		return func(s *Summary) { s.Source(server).Cover(at, until) }
	case 1:
		name, first, size := number("audit-", 5), number("id-", 3), r.Uint64N(9)
		return func(s *Summary) { s.Source(server).Read(File{name, first, size}) }
	case 2:
		n := r.Uint64N(4)
		return func(s *Summary) { src := s.Source(server); src.Lines += n; src.Malformed += n / 3 }
	}
	e := Event{
		Stage: Stage(r.IntN(StageCount + 1)), Received: at, Staged: at + 5, Server: server,
		Account: model.Key{Namespace: "ns", Name: number("sa", 3)}, Secret: pick("", "a", "b"), Origin: model.Origin(r.IntN(model.OriginCount)),
		PastWarning: r.Int64N(100), User: pick("system:node:n1", "vault", "a\xffb"), Node: pick("", "n1", "n2"),
		Credential: number("c", 3), IssuedID: number("i", 6), IssuedFor: model.Key{Namespace: "ns", Name: number("sa", 2)},
		Agent: number("tool/v", 4) + pick("", " (x)"), Peer: pick(number("10.0.0.", 3), number("10.1.2.", 4), fmt.Sprintf("10.%d.%d.7", r.IntN(4), r.IntN(3)), fmt.Sprintf("fd00:0:0:%d::%d", r.IntN(3), r.IntN(3)), "::ffff:10.0.0.1", "nobody"),
		Verb: number("v", 30), Group: pick("", "apps"), Resource: pick("", number("r", 30)), Subresource: pick("", "scale"),
		Namespace: number("", 30), Path: pick("", "/healthz?x=1"), Code: oneOf(r, 0, 101, 200, 304, 401, 403, 404, 500),
	}
	if r.IntN(3) == 0 {
		e.Pod = model.Key{Namespace: "ns", Name: number("pod", 3)}
	}
	if r.IntN(4) == 0 {
		e.Agent = pick("curl", "kubectl/v1.30.1 (linux/amd64) kubernetes/6911225", "", string(bytes.Repeat([]byte("ä"), 300)), "bad\xfe", "bad\xfd")
	}
	if r.IntN(20) == 0 {
		e.Received = 0
	}
	for _, t := range []Tells{Legacy, Legacy, Stale, Refused, Issued, Presented, Reviewed} {
		if r.IntN(3) == 0 {
			e.Tells |= t
		}
	}
	n := uint64(1)
	if r.IntN(10) == 0 {
		n = r.Uint64() >> r.IntN(64)
	}
	first, last := at-Micros(r.IntN(1000)), at+Micros(r.IntN(1000))
	return func(s *Summary) {
		s.Source(server).Sample(&e)
		if n == 1 {
			s.Add(&e)
		} else {
			s.AddCounted(&e, n, first, last)
		}
	}
}

func oneOf[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func encoded(t *testing.T, s *Summary) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Encode(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// differ shows the first line that is not the same.
func differ(got, want []byte) string {
	w := bytes.Split(want, []byte("\n"))
	for i, line := range bytes.Split(got, []byte("\n")) {
		if i >= len(w) || !bytes.Equal(line, w[i]) {
			return fmt.Sprintf("it says\n%s\nand should say\n%s", line, w[min(i, len(w)-1)])
		}
	}
	return "it says less"
}

// mergeAnyhow merges summaries in a random tree; some travel as documents.
func mergeAnyhow(t *testing.T, r *rand.Rand, list []*Summary) *Summary {
	t.Helper()
	for len(list) > 1 {
		i := r.IntN(len(list))
		a := list[i]
		list = append(list[:i], list[i+1:]...)
		j := r.IntN(len(list))
		if r.IntN(3) == 0 {
			var err error
			if a, err = decodeBounded(bytes.NewReader(encoded(t, a)), tight); err != nil {
				t.Fatal(err)
			}
		}
		list[j].Merge(a)
	}
	return list[0]
}

func TestNeitherOrderNorSplitMatters(t *testing.T) {
	cases := 2000
	if testing.Short() {
		cases = 500
	}
	grainsSeen := map[Grain]int{}
	for seed := range cases {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		deeds := make([]deed, 1+r.IntN(60))
		for i := range deeds {
			deeds[i] = randomDeed(r)
		}
		whole := newBounded(tight)
		for _, do := range deeds {
			do(whole)
		}
		want := encoded(t, whole)
		for _, u := range whole.Uses {
			grainsSeen[u.Grain]++
			if len(u.Callers) > tight.callersOf(len(whole.Uses)) {
				t.Fatalf("seed %d: %d callers of %d uses", seed, len(u.Callers), len(whole.Uses))
			}
		}
		r.Shuffle(len(deeds), func(i, j int) { deeds[i], deeds[j] = deeds[j], deeds[i] })
		parts := make([]*Summary, 1+r.IntN(5))
		for i := range parts {
			parts[i] = newBounded(tight)
		}
		for _, do := range deeds {
			do(parts[r.IntN(len(parts))])
		}
		if got := encoded(t, mergeAnyhow(t, r, parts)); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: in another order and %d parts %s", seed, len(parts), differ(got, want))
		}
		again, err := decodeBounded(bytes.NewReader(want), tight)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, want)
		}
		if got := encoded(t, again); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: read again %s", seed, differ(got, want))
		}
	}
	for g := range Grain(grains) {
		if grainsSeen[g] < cases/200 {
			t.Errorf("only %d uses ended at grain %d: the cases prove little", grainsSeen[g], g)
		}
	}
}
