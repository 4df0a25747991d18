package k8s

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"timebound/model"
)

// LoadError says that nothing could be read, and why.
type LoadError struct {
	Problem model.Problem
	err     error
}

// Error gives what failed, why, and what to do, in one line.
func (e *LoadError) Error() string { return e.Problem.String() }

// Unwrap gives the cause.
func (e *LoadError) Unwrap() error { return e.err }

// Load reads everything once, consistently, for commands that run and end.
// progress may be nil; it is called from one goroutine at a time.
//
// What could not be read is in the inventory's coverage and among the
// problems. The error is a *LoadError if nothing could be read at all
// (unreachable, untrusted, expired credentials, no permission for anything), or
// the context's.
func (s *Session) Load(ctx context.Context, progress func(model.Progress)) (*model.Inventory, []model.Problem, error) {
	version, err := s.serverVersion(ctx)
	if err != nil {
		return nil, nil, s.loadError(ctx, err)
	}

	r := s.newReader(ctx, oneByOne(progress))
	shelves := newShelves()
	readings := make([]reading, len(shelves))
	var (
		cluster         model.Cluster
		clusterProblems []model.Problem
		wg              sync.WaitGroup
	)
	lacking := s.probeBeside(ctx, r.groups)
	wg.Go(func() { cluster, clusterProblems = s.discover(ctx) })
	for i, sh := range shelves {
		wg.Go(func() { readings[i] = r.read(ctx, sh, "") })
	}
	wg.Wait()
	unnoticed := lacking()
	if err := ctx.Err(); err != nil {
		return nil, nil, s.loadError(ctx, err)
	}

	kinds := map[model.ObjectKind]model.KindCoverage{model.KindTracking: trackingCoverage(cluster.Tracking.State)}
	var problems []model.Problem
	if p := oldServer(version); p != nil {
		problems = append(problems, *p)
	}
	readAny := false
	for i, sh := range shelves {
		kinds[sh.about().name] = readings[i].coverage
		problems = append(problems, readings[i].problems...)
		readAny = readAny || len(readings[i].parts) > 0
	}
	if !readAny {
		return nil, nil, &LoadError{Problem: nothingRead(s.where(), problems), err: firstBroken(readings)}
	}
	problems = slices.Concat(problems, untold(clusterProblems, kinds), unnoticed)
	return s.inventory(shelves, cluster, kinds), distinct(problems), nil
}

// inventory puts what stands on the shelves together.
func (s *Session) inventory(shelves []shelf, cluster model.Cluster, kinds map[model.ObjectKind]model.KindCoverage) *model.Inventory {
	inv := &model.Inventory{
		Cluster:  cluster,
		Coverage: model.Coverage{Namespaces: slices.Clone(s.only), Kinds: kinds},
		Taken:    s.now(),
		Usage:    s.usage.told(),
	}
	for _, sh := range shelves {
		inv.Workloads = append(inv.Workloads, sh.fill(inv)...)
	}
	return inv
}

func (s *Session) loadError(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	return &LoadError{Problem: s.explain("read the cluster "+s.where(), err), err: err}
}

// nothingRead tells that every kind failed, in the words of the first.
func nothingRead(where string, problems []model.Problem) model.Problem {
	p := model.Problem{What: "read the cluster " + where, Why: "nothing could be read", Fatal: true}
	for _, first := range problems {
		if first.Why == "" {
			continue
		}
		if first.Fatal {
			return first
		}
		p.Why = fmt.Sprintf("nothing could be read; %s: %s", first.What, first.Why)
		p.Remedy = first.Remedy
		break
	}
	return p
}

func firstBroken(readings []reading) error {
	for i := range readings {
		if readings[i].broken != nil {
			return readings[i].broken
		}
	}
	return nil
}

// distinct drops problems that were told already: a connection that breaks
// fails every kind in the same words.
func distinct(problems []model.Problem) []model.Problem {
	var told []model.Problem
	for _, p := range problems {
		if !slices.Contains(told, p) {
			told = append(told, p)
		}
	}
	return told
}

// untold drops the problems whose cause is told already: the permission that
// they name is missing for a whole kind.
func untold(problems []model.Problem, kinds map[model.ObjectKind]model.KindCoverage) []model.Problem {
	var others []model.Problem
	for _, p := range problems {
		told := false
		for _, c := range kinds {
			told = told || len(c.Gaps) > 0 && c.Gaps[0].Rule != "" && strings.Contains(p.Why, needs(c.Gaps[0].Rule)+",")
		}
		if !told {
			others = append(others, p)
		}
	}
	return others
}
