package usage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"timebound/model"
)

// Decode reads a summary that Encode wrote. It believes nothing: unknown fields,
// lists out of order and what is beyond a bound are refused, so that whatever it
// reads is as small as what could have been added up here.
func Decode(r io.Reader) (*Summary, error) { return decodeBounded(r, standard) }

func decodeBounded(r io.Reader, b bounds) (*Summary, error) {
	meter := &meter{in: r}
	d := decoder{json: json.NewDecoder(meter), meter: meter, s: newBounded(b)}
	if err := d.document(); err != nil {
		// What an error quotes from the document may be hostile.
		return nil, fmt.Errorf("read an audit summary: %s", model.Printable(err.Error()))
	}
	d.s.settle()
	return d.s, nil
}

type decoder struct {
	json  *json.Decoder
	meter *meter
	s     *Summary
	last  struct { // of each list, what was read last
		subject       ascending[Subject]
		issue, source ascending[string]
	}
}

func (d *decoder) document() error {
	var version, kind string
	fields := map[string]func() error{
		"apiVersion": func() error { return d.header(&version, apiVersion) },
		"kind":       func() error { return d.header(&kind, docKind) },
		"uses":       func() error { return each(d, d.s.bounds.uses, maxUseParts, d.use) },
		"issues":     func() error { return each(d, d.s.bounds.issues, maxIssueParts, d.issue) },
		"sources":    func() error { return each(d, d.s.bounds.sources+1, maxSourceParts, d.source) },
		"unkept":     func() error { return d.json.Decode(&d.s.Unkept) },
		"moreIssues": func() error { return d.json.Decode(&d.s.MoreIssues) },
	}
	if err := d.delimiter('{'); err != nil {
		return fmt.Errorf("it is no JSON object: %w", err)
	}
	for d.json.More() {
		d.meter.used = 0
		token, err := d.json.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		read, known := fields[name]
		if !known {
			return fmt.Errorf("it has a field %.40q, which is unknown or there twice: use the Timebound that wrote it, or a newer one", name)
		}
		delete(fields, name)
		if err := read(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := d.delimiter('}'); err != nil {
		return fmt.Errorf("it ends too early: %w", err)
	}
	if version == "" || kind == "" {
		return fmt.Errorf("it does not say that it is a %s of %s: save one with timebound audit --save", docKind, apiVersion)
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind its end: one document to a file")
	}
	return nil
}

func (d *decoder) header(field *string, want string) error {
	if err := d.json.Decode(field); err != nil {
		return err
	}
	if *field != want {
		return fmt.Errorf("it is %.40q, and should be %q: save a summary with timebound audit --save", *field, want)
	}
	return nil
}

func (d *decoder) delimiter(want json.Delim) error {
	token, err := d.json.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fmt.Errorf("%.40q stands where %q should", fmt.Sprint(token), want.String())
	}
	return nil
}

// each reads a list of at most most things of at most parts parts, one at a time.
func each[T any](d *decoder, most, parts int, take func(T) error) error {
	if err := d.delimiter('['); err != nil {
		return err
	}
	for n := 0; d.json.More(); n++ {
		if n == most {
			return fmt.Errorf("there are more than %d", most)
		}
		d.meter.used = 0
		var text json.RawMessage
		if err := d.json.Decode(&text); err != nil {
			return fmt.Errorf("item %d: %w", n+1, err)
		}
		item, err := itemOf[T](text, parts)
		if err == nil {
			err = take(item)
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", n+1, err)
		}
	}
	return d.delimiter(']')
}

func itemOf[T any](text json.RawMessage, parts int) (item T, err error) {
	if partsOf(text) > parts {
		return item, fmt.Errorf("it has more than the %d parts allowed", parts)
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	return item, in.Decode(&item)
}

// What one item may be made of. An empty object takes two bytes of a document and
// hundreds of memory, so the parts are counted before anything is made of them. An
// item with every bound reached has less.
const (
	maxUseParts    = 1 << 16
	maxIssueParts  = 1 << 5
	maxSourceParts = 1 << 18
)

// partsOf counts what begins an object, a list or another member of one.
func partsOf(text []byte) (n int) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == '{' || c == '['):
			n++
		}
	}
	return n
}

// maxItem is the most bytes that one item of a list may take.
const maxItem = 32 << 20

// meter stops a reader that gives more than maxItem bytes for one item.
type meter struct {
	in   io.Reader
	used int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.used >= maxItem {
		return 0, fmt.Errorf("one item takes more than the %d bytes allowed", maxItem)
	}
	n, err := m.in.Read(p[:min(len(p), maxItem-m.used)])
	m.used += n
	return n, err
}
