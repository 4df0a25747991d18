package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// document walks through JSON token by token, and holds one row at a time.
type document struct {
	dec   *json.Decoder
	guard *guard
	in    *intake
}

func readJSON(g *guard, in *intake) error {
	d := &document{dec: json.NewDecoder(g), guard: g, in: in}
	for {
		token, err := d.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			switch token {
			case json.Delim('['):
				err = d.list()
			case json.Delim('{'):
				err = d.top()
			default:
				err = fmt.Errorf("%w: a bare value stands where a row should", ErrNoResult)
			}
		}
		if err != nil {
			return d.locate(err)
		}
	}
}

// locate adds how far the reading came to what json says of broken text.
func (d *document) locate(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errRowSize) {
		return fmt.Errorf("after %d rows, at byte %d: %w", d.in.report.Rows, d.dec.InputOffset(), err)
	}
	return err
}

func (d *document) token() (json.Token, error) {
	d.guard.allow(d.dec.InputOffset())
	return d.dec.Token()
}

func (d *document) value(v any) error {
	d.guard.allow(d.dec.InputOffset())
	return endless(d.dec.Decode(v))
}

// endless makes an end within a value an error.
func endless(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// object walks the fields of an object whose brace was read; each reads one value.
func (d *document) object(each func(key string) error) error {
	for d.more() {
		token, err := d.token()
		if err != nil {
			return endless(err)
		}
		key, _ := token.(string) // a key is a string, or Token had failed
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := d.token()
	return endless(err)
}

// array walks the elements of an array whose bracket was read.
func (d *document) array(each func() error) error {
	for d.more() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err := d.token()
	return endless(err)
}

func (d *document) more() bool {
	d.guard.allow(d.dec.InputOffset())
	return d.dec.More()
}

// open reads the start of an object or an array, and says whether it was one; all
// else is stepped over.
func (d *document) open(want json.Delim) (bool, error) {
	token, err := d.token()
	if err != nil {
		return false, endless(err)
	}
	if token == want {
		return true, nil
	}
	switch token {
	case json.Delim('{'):
		return false, d.object(func(string) error { return d.skip() })
	case json.Delim('['):
		return false, d.array(d.skip)
	}
	return false, nil
}

func (d *document) skip() error {
	var raw json.RawMessage
	return d.value(&raw)
}

// within walks the array that comes next, if it is one.
func (d *document) within(each func() error) error {
	if ok, err := d.open('['); err != nil || !ok {
		return err
	}
	return d.array(each)
}

// fields walks the object that comes next, if it is one.
func (d *document) fields(each func(key string) error) error {
	if ok, err := d.open('{'); err != nil || !ok {
		return err
	}
	return d.object(each)
}

// list reads an array of rows.
func (d *document) list() error {
	return d.array(func() error {
		var raw json.RawMessage
		if err := d.value(&raw); err != nil {
			return err
		}
		if raw[0] == '[' {
			return d.insightsRow(raw)
		}
		d.in.shape("JSON rows")
		return d.row(raw)
	})
}

// row reads an object whose fields are columns.
func (d *document) row(raw json.RawMessage) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return fmt.Errorf("row %d: an object is expected: %w", d.in.report.Rows+1, err)
	}
	return d.columns(values)
}

func (d *document) columns(values map[string]json.RawMessage) error {
	c := make(cells, len(values))
	if len(values) > maxColumns {
		return fmt.Errorf("row %d: %w: it has %d columns", d.in.report.Rows+1, ErrNoResult, len(values))
	}
	for name, raw := range values {
		s, err := scalar(raw)
		if err == nil && c.has(columnName(name)) {
			err = errors.New("it stands there twice")
		}
		if err != nil {
			return fmt.Errorf("row %d: column %.40q: %w", d.in.report.Rows+1, name, err)
		}
		c[columnName(name)] = s
	}
	return d.in.row(c)
}

// scalar gives a value as the text that CSV would have.
func scalar(raw json.RawMessage) (string, error) {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", nil
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case raw[0] == '{' || raw[0] == '[':
		return "", errors.New("a text or a number is expected")
	}
	return string(raw), nil
}
