package ui

import (
	"timebound/model"
	"timebound/ui/lines"
)

// loading is what of a snapshot is still being read.
type loading struct {
	kinds int // that are not complete yet
	read  int // objects of all kinds so far
}

func (l loading) String() string {
	return "loading " + lines.Count(l.kinds, "kind", "kinds") + ", " + lines.Number(l.read) + " read"
}

// loadingOf tells what is still being read. The link alone does not say it:
// it is live as soon as the first watch runs, while other lists are read yet.
func loadingOf(snap model.Snapshot) (l loading, under bool) {
	if s := snap.Link.State; s != model.LinkLoading && s != model.LinkLive {
		return loading{}, false
	}
	reported := map[model.ObjectKind]bool{}
	for _, p := range snap.Progress {
		reported[p.Kind] = true
		l.read += p.Count
		if !p.Done && !p.Failed {
			l.kinds++
		}
	}
	if snap.Inventory != nil {
		for kind, c := range snap.Inventory.Coverage.Kinds {
			if c.State == model.CoveragePending && !reported[kind] {
				l.kinds++
			}
		}
	}
	return l, l.kinds > 0
}
