package event

import (
	"encoding/json"
	"unsafe"
)

// walker reads what is needed of a record in one pass.
type walker struct {
	fields // by value: a pointer would have every event's fields allocated
	b      []byte
	seen   seen
	// oddStatus says that a text of responseStatus was not kept, since it needs
	// decoding, as most that quote something do.
	oddStatus bool
}

// walk says false, and leaves the fields half filled, at anything that is not what
// an API server usually writes: a key with an escape, an empty string or null as
// the value of what is read, a member that stands twice, a syntax error anywhere.
// What it accepts is what parse makes of it.
func (w *walker) walk(record []byte) bool {
	w.b = record
	i := w.object(space(record, 0), atTop)
	if i < 0 || space(record, i) != len(record) {
		return false
	}
	refused := w.code == 401 && w.username == "" // then the status matters
	return !(w.oddStatus && refused)
}

// seen are the members that were seen, apart from plain strings: of those, not
// being empty says so.
type seen uint16

const (
	seenURI seen = 1 << iota
	seenUser
	seenExtra
	seenIPs
	seenObjectRef
	seenStatus
	seenAnnotations
	seenCode
	seenMessage
	seenReason
)

// level is which object's members are being read.
type level uint8

const (
	atTop level = iota
	atUser
	atExtra
	atObjectRef
	atStatus
	atAnnotations
)

// object reads the object that begins at i and gives where it ends, or -1. Nesting
// is as deep as the levels are.
func (w *walker) object(i int, at level) int {
	b := w.b
	if i >= len(b) || b[i] != '{' {
		return -1
	}
	if i = space(b, i+1); i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		key, next := w.plain(i)
		if next < 0 {
			return -1
		}
		if i = space(b, next); i >= len(b) || b[i] != ':' {
			return -1
		}
		if i = w.member(space(b, i+1), at, key); i < 0 {
			return -1
		}
		if i = space(b, i); i >= len(b) {
			return -1
		}
		switch b[i] {
		case ',':
			i = space(b, i+1)
		case '}':
			return i + 1
		default:
			return -1
		}
	}
}

// member reads the value at i of the member key.
func (w *walker) member(i int, at level, key string) int {
	switch at {
	case atTop:
		return w.top(i, key)
	case atUser:
		switch key {
		case "username":
			return w.keep(i, &w.username)
		case "extra":
			return w.once(i, seenExtra, atExtra)
		}
	case atExtra:
		if to := w.extra(key); to != nil {
			return w.first(i, to)
		}
	case atObjectRef:
		if to := w.reference(key); to != nil {
			return w.keep(i, to)
		}
	case atStatus:
		return w.status(i, key)
	case atAnnotations:
		if to := w.annotation(key); to != nil {
			return w.keep(i, to)
		}
	}
	return skip(w.b, i)
}

func (w *walker) top(i int, key string) int {
	switch key {
	case "requestURI":
		return w.uri(i)
	case "user":
		return w.once(i, seenUser, atUser)
	case "sourceIPs":
		return w.addresses(i)
	case "objectRef":
		return w.once(i, seenObjectRef, atObjectRef)
	case "responseStatus":
		return w.once(i, seenStatus, atStatus)
	case "annotations":
		return w.once(i, seenAnnotations, atAnnotations)
	}
	if to := w.own(key); to != nil {
		return w.keep(i, to)
	}
	return skip(w.b, i)
}

func (w *walker) status(i int, key string) int {
	switch key {
	case "code":
		return w.number(i)
	case "message":
		return w.words(i, seenMessage, &w.message)
	case "reason":
		return w.words(i, seenReason, &w.reason)
	}
	return skip(w.b, i)
}

// mark notes that a member was seen, and says whether it was the first time.
func (w *walker) mark(s seen) bool {
	first := w.seen&s == 0
	w.seen |= s
	return first
}

func (w *walker) once(i int, s seen, at level) int {
	if !w.mark(s) {
		return -1
	}
	return w.object(i, at)
}

// plain reads a string that needs no decoding and gives where it ends, or -1.
func (w *walker) plain(i int) (string, int) {
	if i >= len(w.b) || w.b[i] != '"' {
		return "", -1
	}
	end, isPlain := quoted(w.b, i+1)
	if end < 0 || !isPlain {
		return "", -1
	}
	return borrow(w.b[i+1 : end]), end + 1
}

// text reads any string and gives where it ends, or -1.
func (w *walker) text(i int) (string, int) {
	if i >= len(w.b) || w.b[i] != '"' {
		return "", -1
	}
	end, isPlain := quoted(w.b, i+1)
	if end < 0 {
		return "", -1
	}
	if !isPlain {
		return unquote(w.b[i : end+1]), end + 1
	}
	return borrow(w.b[i+1 : end]), end + 1
}

// unquote decodes a sound string with encoding/json: agents are what clients make
// of them, and a rare umlaut is no reason to read the whole event again.
func unquote(literal []byte) (s string) {
	if json.Unmarshal(literal, &s) != nil {
		return "" // cannot be; "" makes walk give up
	}
	return s
}

// keep reads a string into its place, which must be empty yet.
func (w *walker) keep(i int, to *string) int {
	s, next := w.text(i)
	if s == "" || *to != "" {
		return -1
	}
	*to = s
	return next
}

// borrow makes a string of bytes without copying them: a log has many events and
// few of them are kept. It is sound as long as nobody uses the string after the
// bytes have changed, which Decode's callers are told.
func borrow(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}
