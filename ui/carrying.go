package ui

import (
	"context"
	"time"

	"timebound/plan/run"
)

// Changer carries out what was staged. Methods that take a context are called
// from commands and may take their time; the others are called for every frame.
type Changer interface {
	// Review drafts every change of an order and has the server try it out.
	// Nothing is changed. progress may be called from any goroutine.
	Review(ctx context.Context, o run.Order, progress func(done, of int)) (*run.Review, error)
	// Begin starts to carry an order out, and gives the id of its run. When ctx
	// ends, what is in flight is finished and nothing more is begun; whoever ends
	// the program waits for that.
	Begin(ctx context.Context, o run.Order) (id string, r Runner, err error)
	// Continue finishes a run that was cut off.
	Continue(ctx context.Context, id string, o run.Options) (Runner, error)
	// End ends a run that was cut off, of which nothing has to be put back: nothing
	// was changed, or, asBefore, everything was found as it was.
	End(ctx context.Context, id string, asBefore bool) error
	// Runs lists the runs on this cluster, the newest first.
	Runs(ctx context.Context) ([]RunSummary, error)
	// Read reads what a run did from its journal.
	Read(ctx context.Context, id string) (*run.History, error)
	// Unlocked says whether the session may change anything. Begin and Continue
	// are called only after Unlock.
	Unlocked() bool
	Unlock()
	Lock()
}

// Runner is a run under way. A *run.Run is one.
type Runner interface {
	Progress() run.Progress
	Results() []run.Result
	Pause()
	Resume()
	Abort()
	SetRate(perSecond float64)
	Done() <-chan struct{}
	Err() error // after Done
}

var _ Runner = (*run.Run)(nil)

// RunSummary is a run in the list of runs.
type RunSummary struct {
	ID    string
	Began time.Time
	Head  run.Head
	// Counts are the items by state.
	Counts map[run.State]int
	// Ended says that every item has an outcome. A run that has not ended was cut
	// off or stopped, and can be finished or undone.
	Ended bool
	// Why is how it ended, or stopped; "" if it was cut off.
	Why string
	// Problem is why the journal cannot be relied on; then the rest may be empty.
	Problem string
}

// Summarize makes the summary of a run from what its journal tells.
func Summarize(h *run.History) RunSummary {
	s := RunSummary{ID: h.ID, Head: h.Head, Counts: countStates(h.Results), Ended: h.Ended, Why: h.Why}
	if h.Log != nil && len(h.Log.Records) > 0 {
		s.Began = h.Log.Records[0].Time
	}
	return s
}

func countStates(results []run.Result) map[run.State]int {
	counts := map[run.State]int{}
	for _, r := range results {
		counts[r.Outcome.State]++
	}
	return counts
}
