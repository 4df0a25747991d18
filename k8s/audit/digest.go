package audit

import (
	"bytes"

	"timebound/k8s/audit/event"
	"timebound/k8s/audit/needle"
	"timebound/k8s/audit/source"
	"timebound/k8s/audit/wrap"
	"timebound/model/usage"
)

const (
	// blockSize is how much of a log is read at a time. Block k of a log is the
	// lines that begin in its k-th mebibyte, whoever reads it and however.
	blockSize = 1 << 20
	// sampleEvery is how far apart the lines are, in bytes, that are decoded to see
	// what the log covers.
	sampleEvery = blockSize / 16
	// mixedEvery is the same for logs of several servers in one, where a line shows
	// what one of them covers.
	mixedEvery = blockSize / 256
	// probe is how much of a block is searched before it is decided whether to
	// search the rest.
	probe = blockSize / 16
	// batch is how many events are collected before they are entered.
	batch = 256
)

// digester makes entries and tallies of lines. It is for one goroutine.
type digester struct {
	o      *Options
	finder *needle.Finder
	ledger *ledger
	wrap   wrap.Decoder
	// credentials are those that are asked for.
	credentials map[string]bool

	src     *source.Stream
	isFirst bool // no event of the source was named yet: the next one names it
	hits    []int
	entries []entry
	tally   tally
	line    reading
	points  []point
	point   []point // of the line at hand
	event   usage.Event
}

// reading is why a line is decoded.
type reading struct {
	// counts what it tells, shows what the log is made of, points at a time that
	// is covered.
	counts, shows, points bool
}

func newDigester(o *Options, f *needle.Finder, l *ledger) *digester {
	d := &digester{o: o, finder: f, ledger: l, wrap: wrap.Decoder{Event: event.Decode}, credentials: map[string]bool{}}
	for _, id := range o.Credentials {
		d.credentials[id] = true
	}
	d.entries = make([]entry, 0, batch)
	return d
}

// begin turns to a source; isFirst says that what comes is its beginning.
func (d *digester) begin(s *source.Stream, isFirst bool) { d.src, d.isFirst = s, isFirst }

// piece reads a run of whole lines.
func (d *digester) piece(p piece) {
	d.lines(p.data, p.off)
	if p.oversize {
		d.tally.records++
		d.tally.oversize++
	}
}

// record reads an element of a document, or a line that comes by itself, of which
// there are no fixed places: each shows what the log covers. Its buffer is free when
// record returns.
func (d *digester) record(record []byte) {
	d.tally.records++
	d.read(record, reading{counts: true, shows: true, points: true})
	d.flush()
	for _, p := range d.point {
		d.stretch(p.server, p.at, p.at)
	}
}

// end enters what was collected. After it the buffer of the lines is free.
func (d *digester) end() {
	d.flush()
	d.ledger.add(d.src, &d.tally)
}

func (d *digester) flush() {
	d.ledger.enter(d.entries)
	clear(d.entries) // strings of the buffer must not keep it alive
	d.entries = d.entries[:0]
}

// lines reads whole lines, of which the last may lack its newline. They begin at
// byte off of their log.
func (d *digester) lines(data []byte, off int64) {
	d.tally.bytes += uint64(len(data))
	hits, all := d.search(data)
	// The last line shows how far the log goes.
	last := bytes.LastIndexByte(data[:max(len(data)-1, 0)], '\n') + 1
	sampleAt := 0
	d.points = d.points[:0]
	for at := 0; at < len(data); {
		end := len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			end = at + n
		}
		for len(hits) > 0 && hits[0] < at {
			hits = hits[1:]
		}
		line := bytes.TrimSuffix(data[at:end], []byte{'\r'})
		isSample := at >= sampleAt
		if isSample {
			every := d.sampleEvery()
			next := (off+int64(at))/every + 1
			sampleAt = int(next*every - off)
		}
		switch {
		case len(line) == 0:
		case len(line) > d.o.MaxLine:
			d.tally.records++
			d.tally.oversize++
		default:
			d.tally.records++
			isHit := all || len(hits) > 0 && hits[0] < end
			if isSample || at == last || isHit || line[len(line)-1] != '}' {
				d.read(line, reading{counts: true, shows: isSample, points: isSample || at == last})
				d.mark(at, end)
			}
		}
		at = end + 1
	}
	d.cover(data)
}

// sampleEvery says how far apart samples are, by the last line of the block that
// was one.
func (d *digester) sampleEvery() int64 {
	if n := len(d.points); n > 0 && d.points[n-1].server != d.src.Server {
		return mixedEvery
	}
	return sampleEvery
}

// search finds the lines that may matter, or says that all are to be decoded:
// where more than a third of them may matter, searching costs more than it spares.
// That is judged by the block's own beginning, so that blocks do not depend on
// each other.
func (d *digester) search(data []byte) (hits []int, all bool) {
	head := len(data)
	if len(data) > 2*probe {
		head = bytes.LastIndexByte(data[:probe], '\n') + 1
	}
	d.hits = d.finder.Find(d.hits[:0], data[:head])
	if lines := bytes.Count(data[:head], []byte{'\n'}); lines > 2 && linesOf(data, d.hits)*3 > lines {
		return nil, true
	}
	found := len(d.hits)
	d.hits = d.finder.Find(d.hits, data[head:])
	for i := range d.hits[found:] {
		d.hits[found+i] += head
	}
	return d.hits, false
}

// linesOf counts the lines in which there are hits.
func linesOf(data []byte, hits []int) (n int) {
	end := -1
	for _, h := range hits {
		if h < end {
			continue
		}
		n++
		if end = len(data); h < end {
			if i := bytes.IndexByte(data[h:], '\n'); i >= 0 {
				end = h + i
			}
		}
	}
	return n
}

// canonicalHead begins nearly every line that an API server writes.
var canonicalHead = []byte(`{"kind":"Event","apiVersion":"audit.k8s.io/`)

// read decodes one line or record.
func (d *digester) read(record []byte, why reading) {
	d.line = why
	d.point = d.point[:0]
	if bytes.HasPrefix(record, canonicalHead) && event.Decode(record, &d.event) == nil {
		d.event.Server = d.src.Server
		d.tally.decoded++
		d.take(&d.event)
		return
	}
	o := d.wrap.Record(record, d.src.Server, d.takeWrapped)
	d.tally.decoded += uint64(o.Events)
	if why.counts {
		d.tally.lose(o)
	}
}

// takeWrapped takes an event whose strings are gone when it returns.
func (d *digester) takeWrapped(e *usage.Event) {
	d.take(e)
	d.flush()
}

// take collects an event for what it is wanted.
func (d *digester) take(e *usage.Event) {
	if d.isFirst {
		d.isFirst = false
		d.ledger.opened(d.src, e)
	}
	if d.line.points {
		d.point = append(d.point, point{server: d.nameOf(e.Server), at: instantOf(e)})
	}
	if e.Credential != "" && d.credentials[e.Credential] {
		e.Tells |= usage.Presented
	}
	n := entry{shows: d.line.shows, counts: d.line.counts && e.Tells != 0 && d.o.covers(e.When())}
	if !n.counts && !n.shows {
		return
	}
	if n.event = *e; n.counts {
		n.hash = hashOf(d.ledger.seed, e)
	}
	d.entries = append(d.entries, n)
	if len(d.entries) == batch {
		d.flush()
	}
}
