package wrap

import "bytes"

// object finds events in an object: it is one, or of a form that holds some.
// The forms are tried from the most telling to the least.
func (d *Decoder) object(b []byte, p place) {
	var f fields
	if err := f.read(b); err != nil {
		d.failed(b, p, err)
		return
	}
	switch {
	case f.is(keyAuditID, '"') || bytes.HasPrefix(f[keyAPIVersion], []byte(`"audit.k8s.io/`)) && !f.is(keyItems, '['):
		d.canonical(b, p)
		return
	case f.is(keyProtoPayload, '{'):
		d.google(&f, p)
		return
	case f.is(keyAuditIDColumn, '"'):
		d.azureRow(&f, p)
		return
	}
	d.envelope(&f, p)
}

// envelope finds events in an object that is not an event itself.
func (d *Decoder) envelope(f *fields, p place) {
	outside := p.around
	p = d.within(f, p)
	switch {
	case f.is(keyCategory, '"') && !isAuditCategory(f[keyCategory]):
		d.out.Other++ // Azure's log of another component
		return
	case f.is(keyLogStream, '"'):
		// A cluster's log group has a stream for each component; EKS has "audit" in
		// the names of those of its API servers' audit logs.
		p = d.at(p, f[keyLogStream])
		p.around = foreign
		if bytes.Contains(f[keyLogStream], []byte("audit")) {
			p.around = sure
		}
	case f.is(keyCategory, '"'), bytes.HasPrefix(f[keyAPIVersion], []byte(`"audit.k8s.io/`)):
		p.around = sure
	case p.around == silent:
		p.around = foreign
	}
	known := false
	p.level++
	for _, list := range lists {
		if f.is(list, '[') {
			known = true
			d.inner(f[list], p)
		}
	}
	if known {
		return
	}
	for _, name := range envelopes {
		if len(f[name]) == 0 || f[name][0] != '{' && f[name][0] != '"' {
			continue
		}
		known = true
		before := d.out
		d.inner(f[name], p)
		if d.out.Events > before.Events || d.out.Lost() > before.Lost() {
			return
		}
		d.out = before // it held something else; the event may stand in another field
	}
	switch {
	case known || outside == foreign:
		d.out.Other++
	default:
		d.out.Unsupported++
	}
}

// envelopes are the fields that may hold what was wrapped, as an object or as a
// string, in the order in which they are tried.
var envelopes = [...]field{
	keySource, keyProperties, keyLogText, keyInsightsMessage, keyMessage, keyContent, keyRaw, keyLine,
	keyEvent, keyAudit, keyResult, keyHits, keyJSONPayload, keyTextPayload, keyBody, keyKubernetes,
	keyAwslogs, keyKinesis, keyData,
}

func (d *Decoder) inner(value []byte, p place) {
	if p.level >= maxLevels {
		d.out.Unsupported++
		return
	}
	d.value(value, p)
}

// within names the server from what says where a log was collected: a field, or
// an object like fluent-bit's kubernetes or Loki's stream.
func (d *Decoder) within(f *fields, p place) place {
	if f[keyServer] != nil {
		return d.at(p, f[keyServer])
	}
	for _, name := range [...]field{keyKubernetes, keyStreamLabels} {
		if !f.is(name, '{') {
			continue
		}
		var inner fields
		if inner.read(f[name]) == nil && inner[keyServer] != nil {
			p = d.at(p, inner[keyServer])
		}
	}
	return p
}

// array finds events in the elements of an array, or in a row of an Insights
// result or a Loki stream, which are arrays themselves.
func (d *Decoder) array(b []byte, p place) {
	c := open(b)
	for first := true; ; first = false {
		value, ok, err := c.element()
		if err != nil {
			d.failed(b, p, err)
			return
		}
		if !ok {
			return
		}
		switch {
		case first && isCell(value):
			d.insightsRow(b, p)
			return
		case first && isLokiTime(value):
			if text, ok, _ := c.element(); ok {
				d.value(text, p)
			}
			return
		case value[0] == '[':
			if p.level+1 >= maxLevels {
				d.out.Unsupported++
				continue
			}
			d.array(value, place{server: p.server, level: p.level + 1, around: p.around})
		default:
			d.value(value, p)
		}
	}
}

// isCell says whether a value is one cell of a row of an Insights result:
// {"field":"@message","value":"…"}.
func isCell(value []byte) bool {
	if value[0] != '{' || len(value) > 256 && !bytes.Contains(value[:256], []byte(`"field"`)) {
		return false
	}
	var f fields
	return f.read(value) == nil && f.is(keyRowField, '"') && f.is(keyRowValue, '"')
}

// insightsRow finds the event in a row of get-query-results.
func (d *Decoder) insightsRow(b []byte, p place) {
	var row fields
	c := open(b)
	for {
		value, ok, err := c.element()
		if !ok || err != nil {
			break
		}
		var cell fields
		if value[0] == '{' && cell.read(value) == nil && len(cell[keyRowField]) > 2 {
			name := cell[keyRowField]
			row[fieldNamed(name[1:len(name)-1])] = cell[keyRowValue]
		}
	}
	row[keyNone] = nil
	d.envelope(&row, p)
}

// isLokiTime says whether a value is how Loki writes the time of a line:
// nanoseconds since 1970, as a string.
func isLokiTime(value []byte) bool {
	if len(value) != len(`"1777636800000000000"`) || value[0] != '"' {
		return false
	}
	for _, c := range value[1 : len(value)-1] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
