package k8s

import (
	"context"
	"sync"
	"time"

	"timebound/model"
)

// snapshotEvery is the least time between two snapshots.
const snapshotEvery = 200 * time.Millisecond

// Feed keeps an inventory current. It reads everything, then watches. One
// goroutine calls Next again and again; the other methods may be called from
// anywhere. All it started ends with the context given to Follow.
type Feed struct {
	s       *Session
	ctx     context.Context
	shelves []shelf
	link    *link
	dirty   chan struct{} // holds one mark: something changed since the last snapshot
	reload  chan struct{}

	mu          sync.Mutex
	load        int
	cluster     model.Cluster
	coverage    map[model.ObjectKind]model.KindCoverage
	progress    map[model.ObjectKind]model.Progress
	problems    map[model.ObjectKind][]model.Problem
	watched     map[model.ObjectKind]bool  // the last watch that was tried was opened
	unwatched   map[model.ObjectKind]error // else: why a kind is not kept current
	looked      bool                       // the control plane was looked at
	server      []model.Problem            // of the control plane
	denied      map[string]bool            // rules of watching that the probe at the start found missing
	unnoticed   []model.Problem            // what else it found
	loading     map[model.ObjectKind]bool
	changed     time.Time // when the newest fact came
	last        time.Time // when the last snapshot was taken
	workloads   []*model.Workload
	workVersion int
}

// Follow begins to read the cluster and to keep what it read current, until
// ctx ends. It returns at once.
func (s *Session) Follow(ctx context.Context) *Feed {
	f := &Feed{
		s: s, ctx: ctx, shelves: newShelves(),
		dirty: make(chan struct{}, 1), reload: make(chan struct{}, 1),
		cluster:     model.Cluster{Context: s.context, Server: s.Server()},
		coverage:    map[model.ObjectKind]model.KindCoverage{model.KindTracking: {}},
		progress:    map[model.ObjectKind]model.Progress{},
		problems:    map[model.ObjectKind][]model.Problem{},
		watched:     map[model.ObjectKind]bool{},
		unwatched:   map[model.ObjectKind]error{},
		loading:     map[model.ObjectKind]bool{},
		workVersion: -1,
	}
	for _, sh := range f.shelves {
		f.coverage[sh.about().name] = model.KindCoverage{}
	}
	f.link = newLink(f.probe, f.touch)
	s.usage.listen(ctx, f.touch)
	f.beginLoad()
	go f.run()
	return f
}

// Reload reads everything again. The old data stays until the new is whole.
func (f *Feed) Reload() {
	select {
	case f.reload <- struct{}{}:
	default: // one is asked for already
	}
}

// Next waits until there is something new to show and gives it, at most every
// 200 ms. The first snapshot comes at once and is empty. The error is the
// context's, of this call or of the feed.
func (f *Feed) Next(ctx context.Context) (model.Snapshot, error) {
	select {
	case <-f.dirty:
	case <-ctx.Done():
		return model.Snapshot{}, ctx.Err()
	case <-f.ctx.Done():
		return model.Snapshot{}, f.ctx.Err()
	}
	f.mu.Lock()
	wait := time.Until(f.last.Add(snapshotEvery))
	f.mu.Unlock()
	if wait > 0 && !sleep(ctx, wait) {
		f.touch() // the change is still to be shown
		return model.Snapshot{}, ctx.Err()
	}
	// What came while waiting goes into this snapshot.
	select {
	case <-f.dirty:
	default:
	}
	return f.snapshot(), nil
}

// touch marks that something changed.
func (f *Feed) touch() {
	select {
	case f.dirty <- struct{}{}:
	default:
	}
}

// update changes the feed's own state.
func (f *Feed) update(change func()) {
	f.mu.Lock()
	change()
	f.mu.Unlock()
	f.touch()
}

// beginLoad marks every kind as being read.
func (f *Feed) beginLoad() {
	f.update(func() {
		f.load++
		for _, sh := range f.shelves {
			f.loading[sh.about().name] = true
			f.progress[sh.about().name] = model.Progress{Kind: sh.about().name, Total: -1}
		}
	})
}

// run makes one load after the other; a load lasts, with its watches, until
// the next is asked for.
func (f *Feed) run() {
	for {
		ctx, cancel := context.WithCancel(f.ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			f.oneLoad(ctx)
		}()
		select {
		case <-f.reload:
		case <-f.ctx.Done():
		}
		cancel()
		<-done
		f.link.settle()
		if f.ctx.Err() != nil {
			return
		}
		f.beginLoad()
	}
}

// oneLoad reads and watches until ctx ends.
func (f *Feed) oneLoad(ctx context.Context) {
	// Nothing is known of the connection: the probe finds out, once for all.
	f.link.broken(ctx, nil)
	f.link.wait(ctx)

	r := f.s.newReader(ctx, f.progressed)
	var wg sync.WaitGroup
	wg.Go(func() {
		for f.lookAtServer(ctx); sleep(ctx, lookAgain); f.lookAtServer(ctx) {
		}
	})
	wg.Go(func() { f.probeRights(ctx, r) })
	for _, sh := range f.shelves {
		wg.Go(func() { f.followKind(ctx, r, sh) })
	}
	wg.Wait()
}

// probe asks whether the server answers.
func (f *Feed) probe(ctx context.Context) error {
	version, err := f.s.serverVersion(ctx)
	if err != nil {
		return err
	}
	f.update(func() {
		delete(f.problems, kindServer)
		if p := oldServer(version); p != nil {
			f.problems[kindServer] = []model.Problem{*p}
		}
		if len(f.cluster.Servers) == 0 && version.Known() {
			f.cluster.Servers = []model.ServerVersion{{Version: version, Answers: 1}}
		}
	})
	return nil
}

// kindServer files the problems of the server among those of the kinds.
const kindServer model.ObjectKind = ""

// lookAgain is how often the control plane is looked at anew: an upgrade
// changes what a label does, and no watch tells of it.
const lookAgain = 10 * time.Minute

// lookAtServer learns about the control plane. A look that learns nothing, at
// a server that is away for a moment, does not take away what was known.
func (f *Feed) lookAtServer(ctx context.Context) {
	cluster, problems := f.s.discover(ctx)
	if ctx.Err() != nil {
		return
	}
	f.update(func() {
		if _, known := cluster.Oldest(); !known && f.looked {
			return
		}
		f.looked = true
		f.cluster, f.server, f.changed = cluster, problems, f.s.now()
		f.coverage[model.KindTracking] = trackingCoverage(cluster.Tracking.State)
	})
}

func (f *Feed) probeRights(ctx context.Context, r *reader) {
	missing := f.s.probeAtStart(ctx, true, r.groups)
	if ctx.Err() == nil {
		f.update(func() { f.denied, f.unnoticed = deniedWatches(missing), unnoticedProblems(missing) })
	}
}

func (f *Feed) progressed(p model.Progress) {
	f.update(func() { f.progress[p.Kind] = p })
}
