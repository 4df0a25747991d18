package k8s

import (
	"maps"
	"time"

	"timebound/model"
)

// snapshot puts together what is there now. It shares everything that did not
// change with the snapshot before.
func (f *Feed) snapshot() model.Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = time.Now()
	inv := &model.Inventory{
		Cluster:  f.cluster,
		Coverage: model.Coverage{Namespaces: f.s.only, Kinds: maps.Clone(f.coverage)},
		Taken:    f.changed,
		Usage:    f.s.usage.told(),
	}
	f.fill(inv)
	for _, sh := range f.shelves {
		name := sh.about().name
		c := inv.Coverage.Kinds[name]
		c.Count = sh.count()
		inv.Coverage.Kinds[name] = c
	}
	return model.Snapshot{
		Load:      f.load,
		Inventory: inv,
		Progress:  f.progressList(),
		Problems:  f.problemList(),
		Link:      f.link.state(f.working()),
	}
}

// fill puts what stands on the shelves into the inventory. Workloads come from
// many shelves; they are put together again only if one of them changed.
func (f *Feed) fill(inv *model.Inventory) {
	version := 0
	for _, sh := range f.shelves {
		if sh.holdsWorkloads() {
			version += sh.version()
		}
	}
	if version != f.workVersion {
		f.workVersion = version
		f.workloads = nil
		for _, sh := range f.shelves {
			if sh.holdsWorkloads() {
				f.workloads = append(f.workloads, sh.fill(inv)...)
			}
		}
	}
	for _, sh := range f.shelves {
		if !sh.holdsWorkloads() {
			sh.fill(inv)
		}
	}
	inv.Workloads = f.workloads
}

// working is what is done with a connection that is fine.
func (f *Feed) working() model.LinkState {
	for _, loading := range f.loading {
		if loading {
			return model.LinkLoading
		}
	}
	return model.LinkLive
}

func (f *Feed) progressList() []model.Progress {
	list := make([]model.Progress, len(f.shelves))
	for i, sh := range f.shelves {
		list[i] = f.progress[sh.about().name]
	}
	return list
}

// problemList gives every problem once, that of the connection first.
func (f *Feed) problemList() []model.Problem {
	var list []model.Problem
	if err := f.link.cause(); err != nil {
		list = append(list, f.s.explain("read the cluster "+f.s.where(), err))
	}
	list = append(list, f.problems[kindServer]...)
	for _, sh := range f.shelves {
		list = append(list, f.problems[sh.about().name]...)
	}
	list = append(list, f.watchProblems()...)
	list = append(list, untold(f.server, f.coverage)...)
	return distinct(append(list, f.unnoticed...))
}

// watchProblems tells which kinds are not kept current. What was tried says
// more than the probe of permissions, which is there earlier.
func (f *Feed) watchProblems() []model.Problem {
	var list []model.Problem
	var denied []*kind
	words := ""
	for _, sh := range f.shelves {
		k := sh.about()
		err := f.unwatched[k.name]
		switch state := f.coverage[k.name].State; {
		case state == model.CoverageFailed, state == model.CoverageNotServed:
			// It is not even read.
		case f.watched[k.name]:
		case err == nil && f.denied[k.watchRule()]:
			denied = append(denied, k)
		case err == nil:
		case sortError(err) == troubleForbidden:
			denied = append(denied, k)
			words = serverWords(err)
		default:
			list = append(list, f.s.explain(k.resource+" are not watched", err))
		}
	}
	if len(denied) > 0 {
		list = append(list, explainUnwatched(denied, words))
	}
	return list
}
