package wrap

import (
	"bytes"
	"errors"

	"timebound/model/usage"
)

// maxLevels bounds how deep wrappings may be nested. Each array, object and
// string counts: an event in a subscription's record in Kinesis is eight deep.
const maxLevels = 12

// maxKept is the largest buffer that is kept for the next record.
const maxKept = 4 << 20

// Decoder finds audit events in records. It is for one goroutine, and keeps
// nothing of a record but its buffers.
type Decoder struct {
	// Event decodes one canonical audit.k8s.io event. What it leaves in e may be
	// borrowed from record.
	Event func(record []byte, e *usage.Event) error

	give    func(*usage.Event)
	event   usage.Event
	out     Outcome
	budget  int                // what may still be inflated of this record
	buffers [maxLevels]scratch // one per level: an outer one is in use while an inner is filled
	respelt []byte             // an event of another form in canonical spelling
	servers map[string]string  // names that were seen, so that each is allocated once
}

type scratch struct{ text, inflated []byte }

// place is where in its wrappings a value was found.
type place struct {
	server string
	level  int
	around around
}

// around is what the wrappings say of their content.
type around uint8

const (
	// silent is outside of all: somebody took it for an audit log.
	silent around = iota
	// foreign is within something that carries all sorts of logs: what is no audit
	// event is none of ours, and nothing is lost with it.
	foreign
	// sure is within something that carries audit events alone.
	sure
)

// canonicalHead is how the API server starts every event that it writes to a file.
var canonicalHead = []byte(`{"kind":"Event","apiVersion":"audit.k8s.io/`)

// Record gives the events of one record: a line of a file, or an element that
// Split gave. server is the API server that the record is known to be of, "" if
// that is not known; what the record says itself goes before. Events are valid
// until give returns.
func (d *Decoder) Record(record []byte, server string, give func(*usage.Event)) Outcome {
	d.give, d.out, d.budget = give, Outcome{}, maxInflated
	record = trim(record)
	if bytes.HasPrefix(record, canonicalHead) && d.decode(record, server) {
		return d.out
	}
	d.text(record, place{server: server})
	for i := range d.buffers {
		if s := &d.buffers[i]; cap(s.text) > maxKept || cap(s.inflated) > maxKept {
			*s = scratch{}
		}
	}
	if cap(d.respelt) > maxKept {
		d.respelt = nil
	}
	return d.out
}

// text finds events in what was a line, or the content of a JSON string.
func (d *Decoder) text(b []byte, p place) {
	b = trim(b)
	switch {
	case len(b) == 0:
	case p.level >= maxLevels:
		d.out.Unsupported++
	case bytes.HasPrefix(b, gzipInBase64):
		d.inflate(b, p)
	case b[0] == '{' || b[0] == '[' && !bytes.HasPrefix(b, podPrefix):
		d.values(b, p)
	default:
		d.prefixed(b, p)
	}
}

// values reads JSON values that follow each other without a line break, as
// Firehose concatenates them.
func (d *Decoder) values(b []byte, p place) {
	for len(b) > 0 {
		n, err := end(b)
		if err != nil {
			d.failed(b, p, err)
			return
		}
		d.value(b[:n], p)
		b = bytes.TrimLeft(b[n:], ", \t\r\n\x00")
		if len(b) > 0 && b[0] != '{' && b[0] != '[' {
			d.unusable(b, p, &d.out.Malformed)
			return
		}
	}
}

// value finds events in a value of any kind.
func (d *Decoder) value(b []byte, p place) {
	if p.level >= maxLevels {
		d.out.Unsupported++
		return
	}
	switch b[0] {
	case '{':
		d.object(b, p)
	case '[':
		d.array(b, p)
	case '"':
		d.quoted(b, p)
	default:
		d.unusable(b, p, &d.out.Unsupported)
	}
}

// quoted finds events in the content of a JSON string.
func (d *Decoder) quoted(b []byte, p place) {
	s := &d.buffers[p.level]
	var text []byte
	var ok bool
	if text, s.text, ok = unquote(b, s.text); !ok {
		d.unusable(b, p, &d.out.Malformed)
		return
	}
	p.level++
	d.text(text, p)
}

// canonical decodes an event that is whole, and counts it.
func (d *Decoder) canonical(b []byte, p place) {
	if !d.decode(b, p.server) {
		d.out.Malformed++
	}
}

func (d *Decoder) decode(b []byte, server string) bool {
	d.event = usage.Event{}
	if d.Event(b, &d.event) != nil {
		return false
	}
	d.event.Server = server
	d.out.Events++
	d.give(&d.event)
	return true
}

// failed counts what the walk over the JSON stumbled on. What ends too early broke
// off, also if CloudWatch put "[Truncated...]" in place of the rest, as it does
// with large events (falcosecurity/plugins plugins/k8saudit-eks).
func (d *Decoder) failed(b []byte, p place, err error) {
	if errors.Is(err, errShort) {
		d.unusable(b, p, &d.out.Truncated)
		return
	}
	d.unusable(b, p, &d.out.Malformed)
}

// unusable counts what cannot be read: a loss, unless it is of logs that have
// nothing to do with audit events.
func (d *Decoder) unusable(b []byte, p place, as *int) {
	if p.around == foreign && !speaksOfAudit(b) {
		d.out.Other++
		return
	}
	*as++
}

// speaksOfAudit says whether something may have been an audit event.
func speaksOfAudit(b []byte) bool {
	return bytes.Contains(b, []byte("auditID")) || bytes.Contains(b, []byte("audit.k8s.io"))
}

// maxServers bounds the names that are remembered.
const maxServers = 1024

// at is a place whose server is named by a JSON string; the same place if it is
// none, or no name of a machine.
func (d *Decoder) at(p place, raw []byte) place {
	var buf [128]byte
	name, _, ok := unquote(raw, buf[:0])
	if !ok || len(name) == 0 || len(name) > 256 {
		return p
	}
	p.server = d.named(name)
	return p
}

func (d *Decoder) named(name []byte) string {
	if known, ok := d.servers[string(name)]; ok {
		return known
	}
	if d.servers == nil || len(d.servers) >= maxServers {
		d.servers = map[string]string{}
	}
	owned := string(name)
	d.servers[owned] = owned
	return owned
}
