package audit

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"timebound/k8s/audit/source"
	"timebound/model/usage"
)

// Read reads all of sources and adds up what they tell. What is broken in them
// is counted in the Summary's Sources, and in Options.Report; neither is an
// error. The error is that of ctx, beside what was read until then, or one of the
// options.
func Read(ctx context.Context, o Options, sources []source.Stream) (*usage.Summary, error) {
	o, err := o.settled()
	if err != nil {
		return nil, err
	}
	finder, err := finderFor(o.Credentials)
	if err != nil {
		return nil, err
	}
	l := &ledger{sum: usage.New(), seen: newSeen(mostSlots), seed: maphash.MakeSeed(), progress: o.Progress}
	for _, s := range sources {
		l.total += max(s.Size, 0) // that of a pipe is not known
	}
	q := &queue{sources: slices.Clone(sources), long: newLongLine(), trouble: l.trouble}
	slices.SortStableFunc(q.sources, func(a, b source.Stream) int {
		switch {
		case isPlain(&a) == isPlain(&b):
			return 0
		case isPlain(&b):
			return -1
		}
		return 1
	})
	var workers sync.WaitGroup
	for range o.Workers {
		w := &worker{q: q, d: newDigester(&o, finder, l), ledger: l}
		workers.Go(func() { w.run(ctx) })
	}
	workers.Wait()
	if o.Report != nil {
		slices.SortFunc(l.report.Troubles, func(a, b Trouble) int { return strings.Compare(a.Source, b.Source) })
		*o.Report = l.report
	}
	return l.sum, ctx.Err()
}
