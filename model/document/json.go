package document

import (
	"bufio"
	"io"
	"strconv"
	"unicode/utf8"

	"timebound/model"
)

// jsonDocument writes JSON, indented by two spaces. Strings come out as valid
// UTF-8, and whatever does not show itself on a terminal (C0 and C1 controls,
// bidi marks, zero-width characters) as \u escapes: valid JSON, and safe to
// look at.
type jsonDocument struct {
	out    *bufio.Writer
	line   []byte
	levels levels
	keyed  bool // a key was written, its value follows on the same line
	err    error
}

// NewJSON begins a document of JSON.
func NewJSON(w io.Writer) Writer { return &jsonDocument{out: newBuffer(w)} }

func (d *jsonDocument) BeginObject() { d.open('{', false) }
func (d *jsonDocument) EndObject()   { d.end('}') }
func (d *jsonDocument) BeginList()   { d.open('[', true) }
func (d *jsonDocument) EndList()     { d.end(']') }

func (d *jsonDocument) Key(name string) {
	d.member()
	d.line = appendJSONString(d.line, name)
	d.line = append(d.line, ": "...)
	d.keyed = true
}

func (d *jsonDocument) Text(s string) {
	d.value()
	d.line = appendJSONString(d.line, s)
}

func (d *jsonDocument) Int(n int64) {
	d.value()
	d.line = strconv.AppendInt(d.line, n, 10)
}

func (d *jsonDocument) Null() {
	d.value()
	d.line = append(d.line, "null"...)
}

func (d *jsonDocument) Bool(b bool) {
	d.value()
	d.line = strconv.AppendBool(d.line, b)
}

func (d *jsonDocument) Close() error {
	d.line = append(d.line, '\n')
	d.flush()
	if err := d.out.Flush(); d.err == nil {
		d.err = err
	}
	return d.err
}

func (d *jsonDocument) open(c byte, list bool) {
	d.value()
	d.line = append(d.line, c)
	d.levels = append(d.levels, level{list: list})
}

func (d *jsonDocument) end(c byte) {
	filled := d.levels.top().count > 0
	d.levels = d.levels[:len(d.levels)-1]
	if filled {
		d.line = append(d.line, '\n')
		d.line = appendIndent(d.line, len(d.levels))
	}
	d.line = append(d.line, c)
	d.flush()
}

// value goes to where the next value belongs.
func (d *jsonDocument) value() {
	if d.keyed {
		d.keyed = false
		return
	}
	if len(d.levels) > 0 {
		d.member()
	}
}

// member begins the line of the next member or item.
func (d *jsonDocument) member() {
	top := d.levels.top()
	if top.count > 0 {
		d.line = append(d.line, ',')
	}
	top.count++
	d.line = append(d.line, '\n')
	d.line = appendIndent(d.line, len(d.levels))
}

func (d *jsonDocument) flush() {
	if d.err == nil {
		_, d.err = d.out.Write(d.line)
	}
	d.line = d.line[:0]
}

// appendJSONString appends s as a JSON string.
func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if shows(r, size) {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendJSONEscape(dst, r)
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// shows says that a rune from beyond ASCII may stand as it is: it is valid
// and model.Printable leaves it alone.
func shows(r rune, size int) bool {
	if r == utf8.RuneError && size == 1 {
		return false
	}
	var char [utf8.UTFMax]byte
	s := string(utf8.AppendRune(char[:0], r))
	return model.Printable(s) == s
}

func appendJSONEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	if r > 0xffff {
		r -= 0x10000
		return appendHex(appendHex(dst, 'u', 0xd800+r>>10, 4), 'u', 0xdc00+r&0x3ff, 4)
	}
	return appendHex(dst, 'u', r, 4)
}

// appendHex appends an escape such as \u202e.
func appendHex(dst []byte, kind byte, r rune, digits int) []byte {
	dst = append(dst, '\\', kind)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[r>>shift&0xf])
	}
	return dst
}
