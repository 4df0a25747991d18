package wrap

import "bytes"

// cursor walks over the members of one JSON object, or the elements of one
// array, without building values and without recursion. It is lenient inside of
// values: what is taken out of them is checked by whoever decodes it.
type cursor struct {
	b  []byte // from the opening bracket on
	at int
}

// open starts at the first byte of an object or array.
func open(b []byte) cursor { return cursor{b: b, at: 1} }

// key gives the next member's key, as it is spelled between the quotes, and
// leaves the cursor at the value; ok is false after the last.
func (c *cursor) key() (key []byte, ok bool, err error) {
	if ok, err = c.more('}'); !ok {
		return nil, false, err
	}
	n, err := end(c.b[c.at:])
	switch {
	case c.b[c.at] != '"':
		return nil, false, errSyntax
	case err != nil:
		return nil, false, err
	}
	key = c.b[c.at+1 : c.at+n-1]
	c.at += n
	c.blank()
	if c.at == len(c.b) {
		return nil, false, errShort
	}
	if c.b[c.at] != ':' {
		return nil, false, errSyntax
	}
	c.at++
	if c.blank(); c.at == len(c.b) {
		return nil, false, errShort
	}
	return key, true, nil
}

// value gives the value that the cursor stands at, and goes past it.
func (c *cursor) value() ([]byte, error) {
	n, err := end(c.b[c.at:])
	if err != nil {
		return nil, err
	}
	v := c.b[c.at : c.at+n]
	c.at += n
	return v, nil
}

// element gives the next element of an array; ok is false after the last.
func (c *cursor) element() (value []byte, ok bool, err error) {
	if ok, err = c.more(']'); !ok {
		return nil, false, err
	}
	value, err = c.value()
	return value, err == nil, err
}

// more goes past blanks and commas, and says whether there is something before
// the closing bracket.
func (c *cursor) more(closing byte) (bool, error) {
	for ; c.at < len(c.b); c.at++ {
		switch b := c.b[c.at]; {
		case isBlank(b) || b == ',':
		case b == closing:
			return false, nil
		default:
			return true, nil
		}
	}
	return false, errShort
}

func (c *cursor) blank() {
	for c.at < len(c.b) && isBlank(c.b[c.at]) {
		c.at++
	}
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// end is the length of the JSON value that b starts with. Brackets are counted,
// not matched in kind.
func end(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, errShort
	}
	switch b[0] {
	case '"':
		return stringEnd(b)
	case '{', '[':
		return bracketEnd(b)
	}
	n := 0
	for n < len(b) && (b[n] >= '0' && b[n] <= '9' || b[n] >= 'a' && b[n] <= 'z' || b[n] == '-' || b[n] == '+' || b[n] == '.' || b[n] == 'E') {
		n++
	}
	if n == 0 {
		return 0, errSyntax
	}
	return n, nil
}

func stringEnd(b []byte) (int, error) {
	for at := 1; ; {
		n := bytes.IndexByte(b[at:], '"')
		if n < 0 {
			return 0, errShort
		}
		at += n
		slashes := 0
		for b[at-1-slashes] == '\\' {
			slashes++ // stops at the opening quote at the latest
		}
		at++
		if slashes%2 == 0 {
			return at, nil
		}
	}
}

func bracketEnd(b []byte) (int, error) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n, err := stringEnd(b[i:])
			if err != nil {
				return 0, err
			}
			i += n - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		}
	}
	return 0, errShort
}
