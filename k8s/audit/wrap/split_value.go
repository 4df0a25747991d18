package wrap

import (
	"bytes"
	"errors"
	"io"
)

// take moves n bytes of the window to the record, if one is captured.
func (s *splitter) take(n int) {
	s.rec.add(s.in.rest[:n])
	s.in.rest = s.in.rest[n:]
}

// skip drops bytes of a set; false at the end.
func (s *splitter) skip(set string) bool {
	for s.in.more() {
		if s.in.rest = bytes.TrimLeft(s.in.rest, set); len(s.in.rest) > 0 {
			return true
		}
	}
	return false
}

// token gives the next byte that is no blank, and leaves it in the window.
func (s *splitter) token() (byte, error) {
	if !s.skip(" \t\r\n") {
		return 0, s.ended()
	}
	return s.in.rest[0], nil
}

// ended is what it means that there is no more in the middle of something: it
// broke off, unless reading failed, which Split tells.
func (s *splitter) ended() error {
	if errors.Is(s.in.err, io.EOF) {
		return errShort
	}
	return s.in.err
}

// key reads a key, and keeps its spelling in name if it is short enough to be of
// interest.
func (s *splitter) key() error {
	s.name = s.name[:0]
	from := len(s.rec.buf)
	if !s.rec.on || s.rec.over {
		return s.keyAlone()
	}
	if err := s.value(); err != nil {
		return err
	}
	if s.rec.over {
		return nil
	}
	if key := s.rec.buf[from:]; len(key) <= maxHeadValue {
		s.name = append(s.name, key[1:len(key)-1]...)
	}
	return nil
}

// keyAlone reads a key of an object of which nothing is captured.
func (s *splitter) keyAlone() error {
	s.rec, s.alone = s.alone, s.rec
	s.rec.limit = maxHeadValue
	s.rec.begin(nil)
	err := s.value()
	if key := s.rec.buf; err == nil && !s.rec.over {
		s.name = append(s.name, key[1:len(key)-1]...)
	}
	s.rec, s.alone = s.alone, s.rec
	return err
}

// value reads one value of any kind and depth. A line break within a string ends
// the attempt, as does a line that starts as a record within something that is
// not closed: the rest of the document would be taken for its content.
func (s *splitter) value() error {
	switch c := s.in.rest[0]; {
	case c == '{' || c == '[' || c == '"':
		return s.nested()
	case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-':
		return s.literal()
	}
	return errSyntax
}

func (s *splitter) literal() error {
	for s.in.more() {
		n := bytes.IndexAny(s.in.rest, ",]} \t\r\n")
		if n >= 0 {
			s.take(n)
			return nil
		}
		s.take(len(s.in.rest))
	}
	return s.ended()
}

func (s *splitter) nested() error {
	depth, quoted, escaped := 0, false, false
	opening := 0 // how far a line has begun as one with a record does
	for s.in.more() {
		b := s.in.rest
		for i := 0; i < len(b); i++ {
			if quoted && !escaped {
				for i < len(b) && b[i] > '"' && b[i] != '\\' {
					i++
				}
				if i == len(b) {
					break
				}
			}
			c := b[i]
			switch {
			case quoted && c == '\n':
				s.take(i)
				return errSyntax
			case escaped:
				escaped = false
				continue
			case quoted:
				escaped, quoted = c == '\\', c != '"'
				if quoted || depth > 0 {
					continue
				}
			case c == '"':
				if opening == 2 && depth > 1 {
					s.again(i)
					return errNext
				}
				quoted, opening = true, 0
				continue
			case c == '\n':
				opening = 1
				continue
			case c == '{' || c == '[':
				depth++
				if opening = opening << 1; c == '[' || opening > 2 {
					opening = 0
				}
				continue
			case c == '}' || c == ']':
				depth--
				opening = 0
			default:
				opening = 0
				continue
			}
			if depth == 0 {
				s.take(i + 1)
				return nil
			}
		}
		s.take(len(s.in.rest))
	}
	return s.ended()
}

// again puts the window back to the brace before its byte i.
func (s *splitter) again(i int) {
	if i > 0 {
		s.in.rest = s.in.rest[i-1:]
		return
	}
	s.in.rest = append([]byte{'{'}, s.in.rest...)
}

// resync goes to the next line that starts with a brace. A line within a pretty
// printed object does not: so no part of what somebody had logged is taken for
// an event.
func (s *splitter) resync() {
	s.rec.on = false
	start := false
	for s.in.more() {
		if start && s.in.rest[0] == '{' {
			return
		}
		n := bytes.IndexByte(s.in.rest, '\n')
		if start = n >= 0; !start {
			n = len(s.in.rest) - 1
		}
		s.take(n + 1)
	}
}
