package wrap

import (
	"bytes"
	"errors"
	"io"
)

// maxHead bounds what is remembered of an object until the list in it starts,
// and maxHeadValue one value of that.
const (
	maxHead      = 16 << 10
	maxHeadValue = 1 << 10
)

// maxSteps is how many objects deep a list may be: {"data":{"result":[…]}}.
const maxSteps = 3

// Split reads a document that is not one record per line: JSON arrays, lists in
// an object, pretty printed or concatenated objects, in any mixture. It gives
// each element of a list as a record for Decoder.Record, with the short members
// that came before the list in its object put around it again, because these may
// name the server; and each object without a list as a whole. A record is valid
// until give returns.
//
// No more than limit bytes are held of a record; a larger one is skipped and
// counted as oversize. A document that breaks off is counted as truncated, a
// broken one as malformed, and reading goes on at the next line that starts with
// a brace. The error is the reader's or give's.
func Split(r io.Reader, limit int, give func(record []byte) error) (Outcome, error) {
	s := splitter{
		in:   window{r: r, buf: make([]byte, windowSize)},
		rec:  capture{limit: limit},
		give: give,
	}
	err := s.documents()
	if errors.Is(err, errShort) {
		s.out.Truncated++
		err = nil
	}
	if err == nil && !errors.Is(s.in.err, io.EOF) {
		err = s.in.err
	}
	return s.out, err
}

// errNext says that a record broke off, and that the next one starts here.
var errNext = errors.New("the next record starts within this one")

type splitter struct {
	in   window
	rec  capture
	give func([]byte) error
	out  Outcome

	// While an object is read of which it is not known yet whether it has a list:
	// its beginning, and what closes it again.
	head, tail []byte
	found      bool // it has
	name       []byte
	alone      capture // of a key, while nothing else is captured
}

// documents reads what follows each other at the top.
func (s *splitter) documents() error {
	for s.skip(" \t\r\n,]\x00") {
		switch err := s.document(); {
		case errors.Is(err, errSyntax):
			s.out.Malformed++
			s.resync()
		case errors.Is(err, errNext):
			s.out.Truncated++
		case err != nil:
			return err
		}
	}
	return nil
}

func (s *splitter) document() error {
	switch c := s.in.rest[0]; c {
	case '{':
		return s.whole(nil)
	case '[':
		s.rec.on = false
		s.take(1)
		if s.in.more() && s.in.rest[0] == podPrefix[1] {
			return s.text(podPrefix[:1]) // no array starts like that
		}
		return s.elements(nil, nil)
	case '"':
		s.rec.begin(nil)
		if err := s.value(); err != nil {
			return err
		}
		return s.deliver(nil)
	case '}', ':':
		return errSyntax
	}
	return s.text(nil)
}

// text reads what stands before an object in its line, or a line that has none.
// After more text than a prefix can have, an object is part of the text: what a
// client had logged.
func (s *splitter) text(start []byte) error {
	prefix := append(make([]byte, 0, maxPrefix), start...)
	s.rec.on = false
	for s.in.more() {
		room := s.in.rest[:min(len(s.in.rest), maxPrefix-len(prefix))]
		if n := bytes.IndexAny(room, "\n{"); n >= 0 {
			prefix = append(prefix, room[:n]...)
			s.take(n)
			if s.in.rest[0] == '{' {
				return s.whole(prefix)
			}
			break
		}
		prefix = append(prefix, room...)
		s.take(len(room))
		if len(prefix) == maxPrefix {
			break
		}
	}
	s.rec.begin(nil)
	s.rec.add(prefix)
	for s.in.more() {
		n := bytes.IndexByte(s.in.rest, '\n')
		if n >= 0 {
			s.take(n)
			return s.deliver(nil)
		}
		s.take(len(s.in.rest))
	}
	if !errors.Is(s.in.err, io.EOF) {
		return nil
	}
	return s.deliver(nil)
}

// whole reads an object at the top.
func (s *splitter) whole(prefix []byte) error {
	s.rec.begin(prefix)
	s.head, s.tail, s.found = append(s.head[:0], prefix...), nil, false
	if err := s.object(1); err != nil {
		return err
	}
	if s.found {
		return nil
	}
	return s.deliver(nil)
}

// object reads an object that may hold a list, at once as a record and as what
// is put around the elements of the list.
func (s *splitter) object(step int) error {
	s.head = append(s.head, '{')
	s.tail = append([]byte{'}'}, s.tail...)
	s.take(1)
	for {
		c, err := s.token()
		if err != nil {
			return err
		}
		switch c {
		case '}':
			s.take(1)
			s.tail = s.tail[1:]
			return nil
		case ',':
			s.take(1)
			continue
		case '"':
		case '{':
			return errNext
		default:
			return errSyntax
		}
		if err := s.member(step); err != nil {
			return err
		}
	}
}

func (s *splitter) member(step int) error {
	from := len(s.rec.buf)
	if err := s.key(); err != nil {
		return err
	}
	switch c, err := s.token(); {
	case err != nil:
		return err
	case c != ':':
		return errSyntax
	}
	s.take(1)
	c, err := s.token()
	if err != nil {
		return err
	}
	name := fieldNamed(s.name)
	before := len(s.head)
	switch {
	case c == '[' && isList(name):
		s.rec.on, s.found = false, true
		s.enter('[')
		s.take(1)
		err = s.elements(s.head, append([]byte{']'}, s.tail...))
		s.head = s.head[:before]
	case c == '{' && (name == keyData || name == keyHits) && step < maxSteps:
		s.enter(0)
		err = s.object(step + 1)
		s.head = s.head[:before]
	default:
		err = s.value()
		s.remember(from)
	}
	return err
}

// enter adds the key that leads to a list to the head.
func (s *splitter) enter(bracket byte) {
	s.head = append(append(append(s.head, '"'), s.name...), '"', ':')
	if bracket != 0 {
		s.head = append(s.head, bracket)
	}
}

// remember adds the member that was read last to the head, if it is short.
func (s *splitter) remember(from int) {
	if !s.rec.on || s.rec.over {
		return
	}
	if member := s.rec.buf[from:]; len(member) <= maxHeadValue && len(s.head)+len(member) < maxHead {
		s.head = append(append(s.head, member...), ',')
	}
}

// elements reads an array, from after its bracket, and gives each element.
func (s *splitter) elements(head, tail []byte) error {
	for {
		c, err := s.token()
		if err != nil {
			return err
		}
		if c == ',' || c == ']' {
			s.rec.on = false
			s.take(1)
			if c == ']' {
				return nil
			}
			continue
		}
		s.rec.begin(head)
		if err := s.value(); err != nil {
			return err
		}
		if err := s.deliver(tail); err != nil {
			return err
		}
	}
}

// deliver gives the record that was captured.
func (s *splitter) deliver(tail []byte) error {
	s.rec.on = false
	if s.rec.over {
		s.out.Oversize++
		return nil
	}
	s.rec.buf = append(s.rec.buf, tail...)
	return s.give(s.rec.buf)
}
