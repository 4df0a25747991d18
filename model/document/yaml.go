package document

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// yamlDocument writes YAML as kubectl does: block style, lists not indented.
// Strings that could be read as anything else are quoted, with the same
// escapes as in JSON.
type yamlDocument struct {
	out    *bufio.Writer
	line   []byte
	levels levels
	state  yamlState
	err    error
}

// yamlState says what stands to the left of the next piece.
type yamlState uint8

const (
	atStart  yamlState = iota // nothing, or a whole line
	afterKey                  // "key:"
	afterTic                  // "- "
)

// NewYAML begins a document of YAML.
func NewYAML(w io.Writer) Writer { return &yamlDocument{out: newBuffer(w)} }

func (d *yamlDocument) BeginObject() { d.open(false) }
func (d *yamlDocument) EndObject()   { d.end("{}") }
func (d *yamlDocument) BeginList()   { d.open(true) }
func (d *yamlDocument) EndList()     { d.end("[]") }

func (d *yamlDocument) Key(name string) {
	top := d.levels.top()
	top.count++
	switch {
	case d.state == afterKey: // the object is itself a member
		d.newLine()
		d.line = appendIndent(d.line, d.depth())
	case d.state == atStart:
		d.line = appendIndent(d.line, d.depth())
	}
	d.line = appendYAML(d.line, name)
	d.line = append(d.line, ':')
	d.state = afterKey
}

func (d *yamlDocument) Text(s string) {
	d.item()
	d.line = appendYAML(d.line, s)
	d.newLine()
}

func (d *yamlDocument) Int(n int64) { d.word(strconv.FormatInt(n, 10)) }

func (d *yamlDocument) Null() { d.word("null") }

func (d *yamlDocument) Bool(b bool) {
	if b {
		d.word("true")
		return
	}
	d.word("false")
}

func (d *yamlDocument) word(s string) {
	d.item()
	d.line = append(d.line, s...)
	d.newLine()
}

func (d *yamlDocument) Close() error {
	if err := d.out.Flush(); d.err == nil {
		d.err = err
	}
	return d.err
}

func (d *yamlDocument) open(list bool) {
	if len(d.levels) > 0 && d.levels.top().list {
		d.tic()
	}
	d.levels = append(d.levels, level{list: list})
}

func (d *yamlDocument) end(empty string) {
	filled := d.levels.top().count > 0
	d.levels = d.levels[:len(d.levels)-1]
	if !filled {
		if d.state == afterKey {
			d.line = append(d.line, ' ')
		}
		d.line = append(d.line, empty...)
		d.newLine()
	}
}

// item goes to where a scalar belongs.
func (d *yamlDocument) item() {
	if d.state == afterKey && !d.inList() {
		d.line = append(d.line, ' ')
		return
	}
	if d.inList() {
		d.tic()
	}
}

// tic begins the next item of the list at hand.
func (d *yamlDocument) tic() {
	if d.state == afterKey {
		d.newLine()
	}
	d.levels.top().count++
	if d.state == atStart {
		d.line = appendIndent(d.line, d.depth())
	}
	d.line = append(d.line, "- "...)
	d.state = afterTic
}

func (d *yamlDocument) inList() bool { return len(d.levels) > 0 && d.levels.top().list }

// depth is how far the line of the level at hand is indented. A list stands
// at the depth of its key, and what is inside an item two further.
func (d *yamlDocument) depth() int {
	depth := 0
	for i := 1; i < len(d.levels); i++ {
		if !d.levels[i].list {
			depth++
		}
	}
	return depth
}

func (d *yamlDocument) newLine() {
	d.line = append(d.line, '\n')
	if d.err == nil {
		_, d.err = d.out.Write(d.line)
	}
	d.line = d.line[:0]
	d.state = atStart
}

// yamlWords are what some YAML reader takes for something else than a string.
var yamlWords = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true,
}

// plainYAML says that s needs no quotes: letters, digits and -./_ after a
// letter, and no word with a meaning.
func plainYAML(s string) bool {
	if s == "" || !isLetter(s[0]) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !isLetter(c) && (c < '0' || c > '9') && !strings.ContainsRune("-./_", rune(c)) {
			return false
		}
	}
	return !yamlWords[strings.ToLower(s)]
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// appendYAML appends s, in quotes where it needs them.
func appendYAML(dst []byte, s string) []byte {
	if plainYAML(s) {
		return append(dst, s...)
	}
	return appendYAMLString(dst, s)
}

// appendYAMLString appends s in double quotes. The escapes are those of JSON,
// but for runes beyond the first plane, which YAML does not write in pairs.
func appendYAMLString(dst []byte, s string) []byte {
	wide := strings.IndexFunc(s, func(r rune) bool { return r > 0xffff })
	if wide < 0 {
		return appendJSONString(dst, s)
	}
	dst = append(dst, '"')
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r > 0xffff && !shows(r, size):
			dst = appendHex(dst, 'U', r, 8)
		default:
			quoted := appendJSONString(nil, s[:size])
			dst = append(dst, quoted[1:len(quoted)-1]...)
		}
		s = s[size:]
	}
	return append(dst, '"')
}
