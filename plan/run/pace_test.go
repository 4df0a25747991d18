package run

import (
	"sync"
	"testing"
	"time"

	"timebound/model/wire"
)

// TestWhatIsPreparedWaitsToo: while one request is under way the next is
// prepared; if the server asks to wait then, that one waits as well.
func TestWhatIsPreparedWaitsToo(t *testing.T) {
	const asked = 300 * time.Millisecond
	f, items := manyTokens(t, 12)
	var mu sync.Mutex
	var sent []time.Time
	var told time.Time
	f.before = func(wire.Request) error {
		mu.Lock()
		sent = append(sent, time.Now())
		first := len(sent) == 1
		mu.Unlock()
		if !first {
			time.Sleep(100 * time.Millisecond) // none ends just when the first does
			return nil
		}
		time.Sleep(30 * time.Millisecond) // others get ready
		mu.Lock()
		defer mu.Unlock()
		told = time.Now()
		return &wire.Failure{Code: 429, Message: "busy", RetryAfter: asked}
	}
	o := quick()
	o.Parallel = 2
	_, results := begin(t, f, items, o)
	for id, result := range results {
		if result.Outcome.State != Done {
			t.Errorf("%s: %+v", id, result.Outcome)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, at := range sent {
		if early := at.Sub(told); early > 0 && early < asked {
			t.Errorf("a request went out %s after the server asked to wait %s", early, asked)
		}
	}
}
