package wrap

import (
	"bytes"
	"strconv"
	"time"
)

// canon spells an event of another form as the API server would, so that what
// events mean is decided in one place. Values are taken over as they were
// spelled, after a look that each is one whole value: a cell of a table could
// otherwise end the object and begin keys of its own.
type canon struct{ b []byte }

func (c *canon) start(buf []byte) {
	c.b = append(buf[:0], `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"`...)
}

func (c *canon) done() []byte {
	c.b = append(c.b, '}')
	return c.b
}

func (c *canon) key(key string) {
	c.b = append(append(append(c.b, ',', '"'), key...), '"', ':')
}

// put takes over a value of a kind, told by its first byte: a string, object or
// array. There is no key for what is absent or of another kind.
func (c *canon) put(key string, value []byte, kind byte) {
	if isWhole(value, kind) {
		c.key(key)
		c.b = append(c.b, value...)
	}
}

// text puts a string in our own spelling.
func (c *canon) text(key string, text []byte) {
	c.key(key)
	c.quote(text)
}

func (c *canon) quote(text []byte) {
	c.b = append(c.b, '"')
	for _, b := range text {
		switch {
		case b == '"' || b == '\\':
			c.b = append(c.b, '\\', b)
		case b < ' ':
			c.b = append(c.b, `\u00`...)
			c.b = append(c.b, hexDigits[b>>4], hexDigits[b&15])
		default:
			c.b = append(c.b, b)
		}
	}
	c.b = append(c.b, '"')
}

const hexDigits = "0123456789abcdef"

// status puts the answer.
func (c *canon) status(code int, message []byte) {
	c.key("responseStatus")
	c.b = append(c.b, `{"code":`...)
	c.b = strconv.AppendInt(c.b, int64(code), 10)
	if len(message) > 0 {
		c.text("message", message)
	}
	c.b = append(c.b, '}')
}

// time puts an instant that another system wrote, in microseconds as the API
// server does. What is no time is left out.
func (c *canon) time(key string, value []byte) {
	if !isWhole(value, '"') || len(value) > 64 {
		return
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, string(value[1:len(value)-1])); err == nil {
			c.key(key)
			c.b = t.UTC().AppendFormat(c.b, `"2006-01-02T15:04:05.000000Z"`)
			return
		}
	}
}

// timeLayouts are those of Google and Azure, then of Azure's portal when it
// exports a table.
var timeLayouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "1/2/2006, 3:04:05.999999999 PM"}

func isWhole(value []byte, kind byte) bool {
	if len(value) == 0 || value[0] != kind {
		return false
	}
	n, err := end(value)
	return err == nil && n == len(value)
}

// said is what a string says; nothing if value is no string.
func said(value []byte) []byte {
	if !isWhole(value, '"') {
		return nil
	}
	text, _, _ := unquote(value, nil)
	return text
}

// dynamic is a value of a dynamic column: exports spell it as JSON, or as a
// string that holds JSON.
func dynamic(value []byte) []byte {
	if !isWhole(value, '"') {
		return value
	}
	text, _, ok := unquote(value, nil)
	if !ok {
		return nil
	}
	return bytes.TrimSpace(text)
}
