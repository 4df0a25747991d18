package audit

import (
	"bytes"
	"strings"

	"timebound/model/usage"
)

// point is a time at which a server wrote the line data[line:end].
type point struct {
	server    string
	at        usage.Micros
	line, end int
}

const (
	// steady is for how long a log may be silent between two lines that were
	// decoded before those between them are looked at. It has to be shorter than
	// usage.GapAfter.
	steady usage.Micros = 5 * 60 * 1_000_000
	// mixedSteady is the same for a log of several servers, where two lines say
	// nothing of the servers that wrote neither.
	mixedSteady = steady / 5
)

// instantOf is when an event was written, which is how logs are ordered; the
// request may have begun hours before.
func instantOf(e *usage.Event) usage.Micros {
	if e.Staged != 0 {
		return e.Staged
	}
	return e.Received
}

// mark tells the points of the line at hand where it stands.
func (d *digester) mark(line, end int) {
	for _, p := range d.point {
		p.line, p.end = line, end
		d.points = append(d.points, p)
	}
	d.point = d.point[:0]
}

// cover works out which times the lines of data cover: those between two points
// that are close, and the points themselves.
func (d *digester) cover(data []byte) {
	points := d.points
	for i, p := range points {
		d.stretch(p.server, p.at, p.at)
		if i == 0 {
			continue
		}
		if q := points[i-1]; p.server != d.src.Server || q.server != d.src.Server {
			d.mixed(data, q, p)
		} else {
			d.join(data, q, p)
		}
	}
}

// join covers the time between two points of one server, as far as lines between
// them show that the log went on.
func (d *digester) join(data []byte, p, q point) {
	if from, until := min(p.at, q.at), max(p.at, q.at); until-from <= steady {
		d.stretch(p.server, from, until)
		return
	}
	m, ok := d.between(data, p, q)
	if !ok {
		return
	}
	d.stretch(m.server, m.at, m.at)
	d.join(data, p, m)
	d.join(data, m, q)
}

// mixed covers the times of the lines between two points of several servers, if
// there is much time between them.
func (d *digester) mixed(data []byte, p, q point) {
	if max(p.at, q.at)-min(p.at, q.at) <= mixedSteady {
		return
	}
	for at := p.end + 1; at < q.line; {
		end := at + bytes.IndexByte(data[at:q.line], '\n') // the line before q ends in one
		d.read(data[at:end], reading{points: true})
		for _, m := range d.point {
			d.stretch(m.server, m.at, m.at)
		}
		at = end + 1
	}
}

// between reads a line about halfway between those of p and q.
func (d *digester) between(data []byte, p, q point) (point, bool) {
	from := p.end + 1
	if from >= q.line {
		return point{}, false
	}
	line := from
	if i := bytes.LastIndexByte(data[from:from+(q.line-from)/2], '\n'); i >= 0 {
		line = from + i + 1
	}
	end := line + bytes.IndexByte(data[line:q.line], '\n') // the line before q ends in one
	d.read(data[line:end], reading{points: true})
	if len(d.point) == 0 {
		return point{}, false
	}
	m := d.point[0]
	m.line, m.end = line, end
	return m, true
}

// stretch notes that a time is covered, as far as it was asked for.
func (d *digester) stretch(server string, from, until usage.Micros) {
	from = max(from, d.o.Since)
	if d.o.Until != 0 {
		until = min(until, d.o.Until)
	}
	if from > until || until == 0 {
		return
	}
	if n := len(d.tally.covered); n > 0 {
		last := &d.tally.covered[n-1]
		if last.server == server && from <= last.until+steady && until >= last.from-steady {
			last.from, last.until = min(last.from, from), max(last.until, until)
			return
		}
	}
	d.tally.covered = append(d.tally.covered, stretch{server: server, from: from, until: until})
}

// nameOf gives a server's name to keep: that of an event may be borrowed.
func (d *digester) nameOf(server string) string {
	if server == d.src.Server {
		return d.src.Server
	}
	return strings.Clone(server)
}
