package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// parse reads what is needed of a record with encoding/json. It decides whatever
// walk does not.
func parse(record []byte, f *fields) error {
	if !json.Valid(record) {
		return fmt.Errorf("%w: not JSON, or cut off", ErrMalformed)
	}
	if first := bytes.TrimLeft(record, " \t\r\n"); first[0] != '{' {
		return ErrForeign
	}
	read := map[string]func(json.RawMessage) error{
		"requestURI": func(v json.RawMessage) error {
			var uri string
			err := text(v, &uri)
			f.path, _, _ = strings.Cut(uri, "?")
			return err
		},
		"user": inside(map[string]func(json.RawMessage) error{
			"username": func(v json.RawMessage) error { return text(v, &f.username) },
			"extra": each(f.extra, func(v json.RawMessage, to *string) error {
				values, err := texts(v)
				if len(values) > 0 {
					*to = values[0]
				}
				return err
			}),
		}),
		"sourceIPs": func(v json.RawMessage) error {
			values, err := texts(v)
			if f.sourceIPs = len(values); len(values) > 0 {
				f.firstIP, f.lastIP = values[0], values[len(values)-1]
			}
			return err
		},
		"objectRef": each(f.reference, text),
		"responseStatus": inside(map[string]func(json.RawMessage) error{
			"code":    func(v json.RawMessage) error { return json.Unmarshal(v, &f.code) },
			"message": func(v json.RawMessage) error { return text(v, &f.message) },
			"reason":  func(v json.RawMessage) error { return text(v, &f.reason) },
		}),
		"annotations": each(f.annotation, text),
	}
	return members(record, func(key string) func(json.RawMessage) error {
		if to := f.own(key); to != nil {
			return func(v json.RawMessage) error { return text(v, to) }
		}
		return read[key]
	})
}

// text reads a string, or null as none.
func text(v json.RawMessage, to *string) error { return json.Unmarshal(v, to) }

// texts reads a list of strings, or null as none.
func texts(v json.RawMessage) (values []string, err error) {
	err = json.Unmarshal(v, &values)
	return values, err
}

// inside reads the members of an object that have a reader.
func inside(read map[string]func(json.RawMessage) error) func(json.RawMessage) error {
	return func(v json.RawMessage) error {
		return members(v, func(key string) func(json.RawMessage) error { return read[key] })
	}
}

// each reads the members of an object that have a place.
func each(place func(key string) *string, read func(json.RawMessage, *string) error) func(json.RawMessage) error {
	return func(v json.RawMessage) error {
		return members(v, func(key string) func(json.RawMessage) error {
			to := place(key)
			if to == nil {
				return nil
			}
			return func(v json.RawMessage) error { return read(v, to) }
		})
	}
}

// skipped takes a value and keeps nothing of it.
type skipped struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (skipped) UnmarshalJSON([]byte) error { return nil }

// members gives the members of a sound object to their readers; null has none. A
// member that is read must not stand twice: which of the two counts, readers
// disagree on. Keys are compared exactly, which decoding into a struct does not.
func members(raw []byte, reader func(key string) func(json.RawMessage) error) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	switch open, err := dec.Token(); {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	case open == nil:
		return nil
	case open != json.Delim('{'):
		return fmt.Errorf("%w: something else stands where an object is expected", ErrMalformed)
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		key, _ := token.(string)
		read := reader(key)
		if read == nil {
			if err := dec.Decode(&skipped{}); err != nil {
				return fmt.Errorf("%w: %w", ErrMalformed, err)
			}
			continue
		}
		if seen[key] {
			return fmt.Errorf("%w: %q stands twice", ErrMalformed, key)
		}
		seen[key] = true
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if err := read(value); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrMalformed, key, err)
		}
	}
	return nil
}
