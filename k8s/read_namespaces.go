package k8s

import (
	"context"
	"sync"

	"timebound/model"
)

// readEach reads a kind namespace by namespace: because only some were asked
// for, or because only some may be read. What cannot be read is a gap.
func (r *reader) readEach(ctx context.Context, sh shelf, f form, names []string, version string, track *tracker) (_ reading, missing bool) {
	lists := make([]listing, len(names))
	errs := make([]error, len(names))
	eachAtOnce(len(names), namespacesAtOnce, func(i int) {
		lists[i], errs[i] = r.list(ctx, sh, f, names[i], version, track)
		if errs[i] != nil {
			sh.restart(names[i])
		}
	})

	k := sh.about()
	result := reading{coverage: model.KindCoverage{State: model.CoverageComplete}}
	var worst error
	for i, err := range errs {
		if err == nil {
			result.keep(names[i], f, lists[i])
			continue
		}
		if sortError(err) == troubleMissing {
			missing = true
		}
		if sortError(err).wholeServer() {
			result.broken = err
		}
		worst = err
		result.coverage.Gaps = append(result.coverage.Gaps, r.gap(k, names[i], err))
	}
	if worst == nil {
		return result, false
	}
	result.coverage.State = model.CoveragePartial
	if len(result.parts) == 0 {
		result.coverage.State = model.CoverageFailed
	}
	unread := make([]string, len(result.coverage.Gaps))
	for i := range result.coverage.Gaps {
		unread[i] = result.coverage.Gaps[i].Namespace
	}
	result.problems = []model.Problem{r.s.explainUnread(k, unread, worst)}
	return result, missing && len(result.parts) == 0
}

// keep notes a namespace that was read. The earliest beginning counts for all.
func (result *reading) keep(namespace string, f form, l listing) {
	result.parts = append(result.parts, part{namespace: namespace, form: f, version: l.version})
	c := &result.coverage
	if c.Started.IsZero() || l.began.Before(c.Started) {
		c.Started = l.began
	}
	c.Mixed = c.Mixed || l.mixed
}

// eachAtOnce calls do for 0 to n-1, at most limit at the same time, and waits.
func eachAtOnce(n, limit int, do func(int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, limit)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	wg.Wait()
}
