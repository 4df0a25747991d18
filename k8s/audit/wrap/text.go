package wrap

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote gives what a JSON string says. A string without escapes is borrowed
// from raw, another is written over buf; grown is buf, larger if it had to be.
// What is no string, or holds a broken escape, is not ok. Invalid UTF-8 passes
// as it is.
func unquote(raw, buf []byte) (text, grown []byte, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, buf, false
	}
	raw = raw[1 : len(raw)-1]
	next := bytes.IndexByte(raw, '\\')
	if next < 0 {
		return raw, buf, true
	}
	buf = buf[:0]
	for ; next >= 0; next = bytes.IndexByte(raw, '\\') {
		buf = append(buf, raw[:next]...)
		raw = raw[next:]
		if len(raw) < 2 {
			return nil, buf, false
		}
		if raw[1] == 'u' {
			r, n := unicodeEscape(raw)
			if n == 0 {
				return nil, buf, false
			}
			buf = utf8.AppendRune(buf, r)
			raw = raw[n:]
			continue
		}
		b := escapes[raw[1]]
		if b == 0 {
			return nil, buf, false
		}
		buf = append(buf, b)
		raw = raw[2:]
	}
	buf = append(buf, raw...)
	return buf, buf, true
}

// escapes says what a letter after a backslash stands for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unicodeEscape reads \uXXXX, or the two of a surrogate pair, and says how many
// bytes they took. Half a pair is the replacement character, as in encoding/json.
func unicodeEscape(b []byte) (r rune, n int) {
	r, ok := hex4(b)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if low, ok := hex4(b[6:]); ok {
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// trim takes off what may stand around a record: blanks, the NULs that a crash
// or a truncated sparse file leaves, a byte order mark.
func trim(b []byte) []byte {
	for {
		rest := bytes.TrimPrefix(bytes.TrimLeft(b, " \t\r\n\x00"), []byte("\xef\xbb\xbf"))
		if len(rest) == len(b) {
			return bytes.TrimRight(b, " \t\r\n\x00")
		}
		b = rest
	}
}
