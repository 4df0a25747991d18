package run

import (
	"cmp"
	"slices"
	"time"

	"timebound/plan/change"
)

// rateWindow is over how many outcomes the rate is taken.
const rateWindow = 256

// Progress is how far a run has come.
type Progress struct {
	Phase  Phase
	Counts map[State]int
	Total  int
	// Rate is outcomes in a second, of late; 0 before there are any.
	Rate float64
	// Left is how long the rest takes at that rate; 0 if that is not known.
	Left    time.Duration
	Elapsed time.Duration
	Paused  bool
	// Held is for how long the server asked to wait.
	Held time.Duration
	// Reverted counts changes that did not stand.
	Reverted int
	Notes    []string
	// Stopping says why no further item is begun; "" while all is well.
	Stopping string
}

// Settled counts the items that an outcome stands for.
func (p Progress) Settled() int { return p.Total - p.Counts[Pending] - p.Counts[Doing] }

// Progress tells how far the run has come.
func (r *Run) Progress() Progress {
	paused, held := r.pace.holding()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.engine.now()
	p := Progress{
		Phase: r.phase, Counts: map[State]int{}, Total: len(r.items), Elapsed: now.Sub(r.began),
		Paused: paused, Held: held, Notes: slices.Clone(r.notes),
	}
	for _, t := range r.items {
		p.Counts[t.outcome.State]++
		if t.check != nil && t.check.State != Done {
			p.Reverted++
		}
	}
	if r.stopping != nil {
		p.Stopping = r.stopping.Error()
	}
	p.Rate, p.Left = r.foresee(now, p.Total-p.Settled())
	return p
}

// foresee gives the rate of late, and how long the rest takes: what is left of a
// wait, and the open items at the rate of late, or at the one that is allowed.
func (r *Run) foresee(now time.Time, open int) (rate float64, left time.Duration) {
	if n := len(r.finished); n > 1 {
		if span := now.Sub(r.finished[0]).Seconds(); span > 0 {
			rate = float64(n-1) / span
		}
	}
	pace := rate
	if pace == 0 {
		pace = r.pace.bound()
	}
	if wait := r.until.Sub(now); wait > 0 && (r.phase == PhaseWaiting || r.phase == PhaseSettling) {
		left = wait
	}
	if pace > 0 {
		left += time.Duration(float64(open) / pace * float64(time.Second))
	}
	return rate, left
}

// Result is one item with what became of it.
type Result struct {
	Item    *change.Item
	Outcome Outcome
	Intent  *Intent  // nil if nothing was about to be sent
	Check   *Outcome // what a second look showed; nil if it stands, or nobody looked
}

// Results gives all items, what needs somebody first.
func (r *Run) Results() []Result {
	r.mu.Lock()
	out := make([]Result, len(r.items))
	for i, t := range r.items {
		out[i] = Result{t.item, t.outcome, t.intent, t.check}
	}
	r.mu.Unlock()
	// Workers need the mutex: sorting thousands is not done under it.
	sortResults(out)
	return out
}

func resultsOf(items []*tracked) []Result {
	out := make([]Result, len(items))
	for i, t := range items {
		out[i] = Result{t.item, t.outcome, t.intent, t.check}
	}
	sortResults(out)
	return out
}

func sortResults(out []Result) {
	slices.SortStableFunc(out, func(x, y Result) int {
		return cmp.Or(x.urgency()-y.urgency(), change.Compare(x.Item, y.Item))
	})
}

func (r Result) urgency() int {
	if !r.Stands() {
		return 0
	}
	return 1 + slices.Index([]State{Unsure, Failed, Skipped, Doing, Pending, Done}, r.Outcome.State)
}

// Stands says that what was done was still there, and could be looked at.
func (r Result) Stands() bool { return r.Check == nil || r.Check.State == Done }

func (r Result) complete() bool {
	// What is back already needs no putting back.
	already := r.Item.Inverse != nil && r.Outcome.State == Skipped && r.Outcome.Code == string(change.SkipAlready)
	return already || r.Outcome.State == Done && r.Stands()
}

// Complete says that every item was done and stands.
func Complete(results []Result) bool {
	return !slices.ContainsFunc(results, func(r Result) bool { return !r.complete() })
}
