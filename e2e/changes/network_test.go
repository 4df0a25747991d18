package changes

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"timebound/plan"
	"timebound/plan/run"
)

// Faults 4, 5 and 6: a good part of all changes meets an error, a broken
// connection or silence, before or after the server did it; and a part of the
// looks at what became of it, too. Everything is done in the end, once.
func TestRoughNetwork(t *testing.T) {
	s := newest(t)
	t.Parallel()
	random := dice(t)
	for round := range rounds(2) {
		http2 := round%2 == 0
		t.Run(fmt.Sprintf("round %d, http2 %t", round, http2), func(t *testing.T) {
			s.scene(t).roughNetwork(t, http2, rand.New(rand.NewPCG(random.Uint64(), 0)))
		})
	}
}

// answersOf are the codes of what stands between, with whether it asks to wait.
var answersOf = []ruling{{code: 500}, {code: 502}, {code: 503}, {code: 503, retryAfter: 1}, {code: 504}, {code: 429, retryAfter: 1}}

func (c *scene) roughNetwork(t *testing.T, http2 bool, random *rand.Rand) {
	t.Helper()
	p := c.proxy(t, http2)
	o := c.behind(t, p, timeout(1500*time.Millisecond))
	names := c.many(t, 80)
	o.look(t)
	var mu sync.Mutex
	met := map[fate]int{}
	p.harm(func(r *http.Request) ruling {
		mu.Lock()
		defer mu.Unlock()
		looking := r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/secrets/") // one secret, and no evidence
		if changes(r) && random.IntN(100) < 40 || looking && random.IntN(100) < 15 {
			how := answersOf[random.IntN(len(answersOf))]
			how.fate = []fate{resetBefore, resetAfter, cutBody, answers, answerAfter, answers, answerAfter, hangBefore, hangAfter}[random.IntN(9)]
			if how.fate == answerAfter && how.code == 429 {
				how.fate = answers // nobody says 429 to what he did
			}
			met[how.fate]++
			return how
		}
		return ruling{}
	})
	options := quick()
	options.Patience, options.Parallel = time.Minute, 8
	e := o.apply(t, o.stageTokens(t, plan.Invalidate, names...), options)
	e.wantAll(t, run.Done)
	looked := 0
	for _, r := range e.Results() {
		if r.Outcome.Looked {
			looked++
		}
	}
	t.Logf("%d of %d done in %s; before the server: %d reset, %d silent, %d answered; after it: %d reset, %d cut, %d silent, %d answered; %d were found done by looking",
		e.counts()[run.Done], len(names), e.took.Round(time.Second), met[resetBefore], met[hangBefore], met[answers], met[resetAfter], met[cutBody], met[hangAfter], met[answerAfter], looked)
	if looked == 0 {
		t.Error("no change was found by looking: the test proves nothing")
	}
	back := o.undo(t, e.ID, options)
	back.wantAll(t, run.Done)
}

// Deletions and restores meet the same.
func TestRoughNetworkDeletes(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	random := dice(t)
	p := c.proxy(t, true)
	o := c.behind(t, p, timeout(1500*time.Millisecond))
	c.account(t, "robot")
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("key-%02d", i))
		c.token(t, names[i], "robot")
	}
	o.switchedOff(t, names...)
	var mu sync.Mutex
	p.harm(func(r *http.Request) ruling {
		mu.Lock()
		defer mu.Unlock()
		if changes(r) && random.IntN(100) < 50 {
			how := ruling{code: 503}
			how.fate = []fate{resetBefore, resetAfter, cutBody, answers, answerAfter, hangAfter}[random.IntN(6)]
			return how
		}
		return ruling{}
	})
	options := glanced()
	options.Patience = time.Minute
	e := o.apply(t, o.stageTokens(t, plan.Delete, names...), options)
	e.wantAll(t, run.Done)
	o.undo(t, e.ID, options).wantAll(t, run.Done)
}

// Fault 3: half of the requests are told to come back later. All is done, and
// nothing is sent before the time that was told.
func TestBusyServer(t *testing.T) {
	s := newest(t)
	t.Parallel()
	c := s.scene(t)
	random := dice(t)
	p := c.proxy(t, true)
	o := c.behind(t, p)
	names := c.many(t, 16)
	o.look(t)
	var mu sync.Mutex
	p.harm(func(r *http.Request) ruling {
		mu.Lock()
		defer mu.Unlock()
		if changes(r) && random.IntN(2) == 0 {
			return ruling{fate: answers, code: http.StatusTooManyRequests, retryAfter: 1 + random.IntN(2)}
		}
		return ruling{}
	})
	o.apply(t, o.stageTokens(t, plan.Invalidate, names...), quick()).wantAll(t, run.Done)

	// What was sent before the answer came is no breach.
	const onTheWay = 50 * time.Millisecond
	told, early, burst := 0, 0, 0
	all := p.passed()
	for _, busy := range all {
		if busy.code != http.StatusTooManyRequests {
			continue
		}
		told++
		until := busy.done.Add(time.Duration(busy.retryAfter) * time.Second)
		at := 0
		for _, later := range all {
			if later.method == http.MethodPatch && later.at.After(busy.done.Add(onTheWay)) && later.at.Before(until) {
				early++
			}
			if later.method == http.MethodPatch && later.at.After(until) && later.at.Before(until.Add(onTheWay)) {
				at++
			}
		}
		burst = max(burst, at)
	}
	t.Logf("told to wait %d times, %d requests came early, at most %d at once afterwards", told, early, burst)
	if told == 0 || early > 0 || burst > 10 {
		t.Errorf("told %d times, %d came early, %d at once", told, early, burst)
	}
}
