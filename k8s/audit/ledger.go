package audit

import (
	"hash/maphash"
	"sync"

	"timebound/k8s/audit/source"
	"timebound/k8s/audit/wrap"
	"timebound/model/usage"
)

// ledger is where all workers write. There is one Summary for all of them, not
// one each: a Summary takes tens of megabytes where there are many callers, and
// adding to it takes a small part of the time that finding and decoding do.
type ledger struct {
	mu   sync.Mutex
	sum  *usage.Summary
	seen *seen
	seed maphash.Seed
	// fetched is what seen.fetch gave; it means nothing.
	fetched uint64
	report  Report

	progress    func(read, total int64)
	read, total int64
	tell        func(*usage.Event) // of what is counted; nil: nobody wants to know
}

// entry is an event and what is to be done with it.
type entry struct {
	event usage.Event
	// counts: it tells something. shows: it stands at a fixed place and shows what
	// the log is made of.
	counts, shows bool
	hash          uint64 // if it counts
}

// stretch is a time that the log of a server covers.
type stretch struct {
	server      string
	from, until usage.Micros
}

// tally is what a piece of a source amounts to, apart from its events.
type tally struct {
	records, decoded, bytes                     uint64
	malformed, truncated, oversize, unsupported uint64
	covered                                     []stretch
	// stored is how far the source itself was read, in bytes as stored.
	stored int64
}

// lose adds what could not be used.
func (t *tally) lose(o wrap.Outcome) {
	t.malformed += uint64(o.Malformed)
	t.truncated += uint64(o.Truncated)
	t.oversize += uint64(o.Oversize)
	t.unsupported += uint64(o.Unsupported)
}

// enter adds events. Their strings may be borrowed.
func (l *ledger) enter(entries []entry) {
	if len(entries) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fetched |= l.seen.fetch(entries)
	for i := range entries {
		e := &entries[i]
		if e.counts && l.isNew(e.hash) {
			l.sum.Add(&e.event)
			if l.tell != nil {
				l.tell(&e.event)
			}
		}
		if e.shows {
			l.sum.Source(e.event.Server).Sample(&e.event)
		}
	}
}

// isNew says whether an event is to be counted.
func (l *ledger) isNew(hash uint64) bool {
	switch l.seen.add(hash) {
	case isRepeat:
		l.report.Repeats++
		return false
	case unchecked:
		l.report.Unchecked++
	}
	return true
}

// add takes a tally of a source, and empties it.
func (l *ledger) add(s *source.Stream, t *tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	src := l.sum.Source(s.Server)
	src.Lines += t.records
	src.Bytes += t.bytes
	src.Malformed += t.malformed
	src.Truncated += t.truncated
	src.Oversize += t.oversize
	src.Unsupported += t.unsupported
	for _, c := range t.covered {
		l.sum.Source(c.server).Cover(c.from, c.until)
	}
	l.report.Records += t.records
	l.report.Decoded += t.decoded
	l.read = min(l.read+t.stored, l.total)
	if l.progress != nil {
		l.progress(l.read, l.total)
	}
	clear(t.covered) // of the names of servers
	*t = tally{covered: t.covered[:0]}
}

// opened notes a source by its first event.
func (l *ledger) opened(s *source.Stream, e *usage.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sum.Source(s.Server).Read(usage.File{Name: s.Name, First: e.ID, Bytes: uint64(s.Size)})
}

// trouble notes what is wrong with a source. What could not be read of it may
// hide uses, so it counts as cut off.
func (l *ledger) trouble(s *source.Stream, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.report.Troubles = append(l.report.Troubles, Trouble{Source: s.Name, Err: err})
	l.sum.Source(s.Server).Truncated++
}
