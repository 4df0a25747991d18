package usage

import (
	"fmt"
	"io"
	"runtime"
	"testing"

	"timebound/model"
)

// crowd gives the i-th of many events: tokens tokens, each presented by another
// agent from another address every time.
type crowd struct {
	tokens  []model.Key
	secrets []string
}

func crowdOf(tokens int) *crowd {
	c := &crowd{}
	for i := range tokens {
		c.tokens = append(c.tokens, model.Key{Namespace: fmt.Sprintf("team-%d", i/20), Name: fmt.Sprintf("deployer-%d", i%20)})
		c.secrets = append(c.secrets, fmt.Sprintf("deployer-%d-token-%05x", i%20, i))
	}
	return c
}

var (
	verbs     = []string{"get", "list", "watch", "update"}
	resources = []string{"pods", "configmaps", "deployments"}
	spaces    = []string{"kube-system", "default", "payments"}
)

func (c *crowd) event(e *Event, i int, agent, peer string) {
	t := i % len(c.tokens)
	at := Micros(20_000)*microsPerDay + Micros(i)*500_000%(30*microsPerDay)
	*e = Event{
		Tells: Legacy, Stage: StageComplete, Received: at, Staged: at + 100, Account: c.tokens[t], Secret: c.secrets[t], Origin: model.OriginAuto,
		Agent: agent, Peer: peer, Verb: verbs[i/len(c.tokens)%len(verbs)], Resource: resources[i/7%len(resources)], Namespace: spaces[i/11%len(spaces)], Code: 200,
	}
	if i%3 == 2 {
		e.Group = "apps"
	}
}

func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// everyCallerIsNew adds n events, each of another caller.
func everyCallerIsNew(c *crowd, n int, s *Summary, caller func(i int) (agent, peer string)) {
	var e Event
	for i := range n {
		agent, peer := caller(i)
		c.event(&e, i, agent, peer)
		s.Add(&e)
	}
}

// The worst for memory are callers that come in just such numbers that all can be
// told apart; then those of which there are ever more.
var crowds = map[string]func(i int) (agent, peer string){
	"few agents, scattered addresses": func(i int) (string, string) {
		return fmt.Sprintf("kubectl/v1.%d.%d (linux/amd64) kubernetes/69112", i%9, i%7), fmt.Sprintf("10.%d.%d.%d", i>>16&0xff, i>>8&0xff, i&0xff)
	},
	"as many as can be told apart": func(i int) (string, string) {
		token, k := i%10_000, i/10_000%26
		return fmt.Sprintf("some-controller-%d/v0.0.0 (linux/amd64) kubernetes/$Format leader-election", k), fmt.Sprintf("10.%d.%d.%d", token/256, token%256, k)
	},
}

const memoryBudget = 100 << 20

func TestMemoryOfACrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	for name, caller := range crowds {
		t.Run(name, func(t *testing.T) {
			c := crowdOf(10_000)
			before := liveHeap()
			s := New()
			everyCallerIsNew(c, 1_000_000, s, caller)
			live := liveHeap() - before
			callers := 0
			for _, u := range s.Uses {
				callers += len(u.Callers)
			}
			t.Logf("%d uses, %d callers: %d MB", len(s.Uses), callers, live>>20)
			if len(s.Uses) != 10_000 || live > memoryBudget*8/10 {
				t.Errorf("%d uses take %d MB; want 10000 in well under %d", len(s.Uses), live>>20, memoryBudget>>20)
			}
			runtime.KeepAlive(s)
		})
	}
}

func BenchmarkCrowd(b *testing.B) {
	for name, caller := range crowds {
		b.Run(name, func(b *testing.B) {
			c := crowdOf(10_000)
			for b.Loop() {
				before := liveHeap()
				s := New()
				everyCallerIsNew(c, 5_000_000, s, caller)
				b.ReportMetric(float64(liveHeap()-before)/(1<<20), "live-MB")
				runtime.KeepAlive(s)
			}
		})
	}
}

func seen(tokens, callers int) (*Summary, []Event) {
	c := crowdOf(tokens)
	events := make([]Event, tokens*callers)
	s := New()
	for i := range events {
		c.event(&events[i], i, fmt.Sprintf("kubectl/v1.%d.0 (linux/amd64) kubernetes/69112", i/tokens), "10.0.0.7")
		s.Add(&events[i])
	}
	for range 70_000 { // so that counts have their length
		s.Add(&events[0])
	}
	return s, events
}

func TestWhatIsKnownAllocatesNothing(t *testing.T) {
	s, events := seen(3, 5)
	long := events[0]
	long.Agent = string(make([]byte, 300))
	long.Peer = "2001:db8::1%eth0"
	events = append(events, long)
	for g := range Grain(grains) {
		for _, u := range s.Uses {
			u.coarsen(g, &s.texts)
		}
		for range 200 {
			for i := range events {
				s.Add(&events[i])
			}
		}
		n := testing.AllocsPerRun(10, func() {
			for i := range events {
				s.Add(&events[i])
			}
		})
		if n != 0 {
			t.Errorf("grain %d: %v allocations for %d events that tell nothing new", g, n, len(events))
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, tokens := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("%d tokens", tokens), func(b *testing.B) {
			s, events := seen(tokens, 4)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s.Add(&events[i%len(events)])
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	s, _ := seen(10_000, 4)
	b.ReportAllocs()
	for b.Loop() {
		if err := Encode(io.Discard, s); err != nil {
			b.Fatal(err)
		}
	}
}
