package event

import (
	"bytes"
	"strings"
)

// uri keeps the path of a request: its query may hold a token, and often holds
// the escape of &, which then is no reason to give up.
func (w *walker) uri(i int) int {
	if i >= len(w.b) || w.b[i] != '"' || !w.mark(seenURI) {
		return -1
	}
	end, isPlain := quoted(w.b, i+1)
	if end < 0 {
		return -1
	}
	uri := w.b[i+1 : end]
	if query := bytes.IndexByte(uri, '?'); query >= 0 {
		uri = uri[:query]
		isPlain = isPlain || !odd(uri)
	}
	if isPlain {
		w.path = borrow(uri)
	} else {
		w.path, _, _ = strings.Cut(unquote(w.b[i:end+1]), "?")
	}
	return end + 1
}

// odd says whether the inside of a sound string needs decoding.
func odd(s []byte) bool {
	for _, c := range s {
		if c == '\\' || c >= 0x80 {
			return true
		}
	}
	return false
}

// words reads a text that matters only for refused requests.
func (w *walker) words(i int, s seen, to *string) int {
	if i >= len(w.b) || w.b[i] != '"' || !w.mark(s) {
		return -1
	}
	end, isPlain := quoted(w.b, i+1)
	if end < 0 {
		return -1
	}
	if isPlain {
		*to = borrow(w.b[i+1 : end])
	} else {
		w.oddStatus = true
	}
	return end + 1
}

// number reads a status code of usual size.
func (w *walker) number(i int) int {
	if !w.mark(seenCode) || i >= len(w.b) || w.b[i] < '1' || w.b[i] > '9' {
		return -1
	}
	var n int32
	from := i
	for ; i < len(w.b) && i-from < 9 && w.b[i] >= '0' && w.b[i] <= '9'; i++ {
		n = n*10 + int32(w.b[i]-'0')
	}
	if i >= len(w.b) || (w.b[i] != ',' && w.b[i] != '}' && w.b[i] > ' ') {
		return -1
	}
	w.code = n
	return i
}

// addresses keeps the first and the last of a list of strings.
func (w *walker) addresses(i int) (next int) {
	if !w.mark(seenIPs) {
		return -1
	}
	w.firstIP, w.lastIP, w.sourceIPs, next = w.list(i)
	return next
}

// first keeps the first of a list of strings.
func (w *walker) first(i int, to *string) (next int) {
	if *to != "" {
		return -1
	}
	*to, _, _, next = w.list(i)
	return next
}

// list reads a list of n strings that are not empty, at least one.
func (w *walker) list(i int) (first, last string, n, next int) {
	b := w.b
	if i >= len(b) || b[i] != '[' {
		return "", "", 0, -1
	}
	for {
		s, end := w.text(space(b, i+1))
		if s == "" {
			return "", "", 0, -1
		}
		if n++; n == 1 {
			first = s
		}
		if i = space(b, end); i >= len(b) {
			return "", "", 0, -1
		}
		if b[i] == ']' {
			return first, s, n, i + 1
		}
		if b[i] != ',' {
			return "", "", 0, -1
		}
	}
}
