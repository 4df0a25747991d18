package wrap

import "bytes"

// Form is what the beginning of some input looks like.
type Form uint8

// The forms.
const (
	Unknown  Form = iota // nothing that holds audit events
	Empty                // nothing at all
	Lines                // one record per line, for Decoder.Record
	Document             // for Split
	Legacy               // kube-apiserver's plain text format
)

// Sniff tells the form of what starts with head; whole says that this is all of it.
func Sniff(head []byte, whole bool) Form {
	b := bytes.TrimLeft(trim(head), ",")
	line, _, _ := bytes.Cut(b, []byte{'\n'})
	switch {
	case len(b) == 0:
		return Empty
	case LegacyText(line):
		return Legacy
	case b[0] == '[' && !bytes.HasPrefix(b, podPrefix):
		return Document
	case bytes.HasPrefix(b, gzipInBase64), !bytes.HasPrefix(b, canonicalHead) && holdsPacked(b):
		// In lines or not, a search of the text for words would find none.
		return Document
	case b[0] == '{':
		return sniffObject(b, whole)
	}
	start := bytes.IndexByte(line, '{')
	if start <= 0 || start > maxPrefix {
		return Unknown
	}
	if _, ok := serverOf(bytes.Fields(line[:start])); !ok {
		return Unknown
	}
	return Lines
}

// holdsPacked says whether a member is base64 of gzip. What a client had logged
// in an event is behind a backslash if the event is a string.
func holdsPacked(b []byte) bool {
	return bytes.Contains(b, []byte(`:"H4sI`)) || bytes.Contains(b, []byte(`: "H4sI`))
}

// sniffObject looks at the first object: what it holds, and how it ends.
func sniffObject(b []byte, whole bool) Form {
	n, err := end(b)
	if err != nil {
		n = len(b)
	}
	if bytes.IndexByte(b[:n], '\n') >= 0 {
		if err == nil || !linesAnyway(b) {
			return Document
		}
		return Lines // its first line is broken
	}
	if err == nil {
		if next := bytes.TrimLeft(b[n:], " \t\r\x00"); len(next) > 0 && next[0] != '\n' {
			return Document
		}
		return Lines
	}
	if !whole && listStarts(b) {
		return Document
	}
	return Lines
}

// linesAnyway says whether what is not closed in its first line is followed by
// lines that are objects.
func linesAnyway(b []byte) bool {
	for range 16 {
		_, rest, found := bytes.Cut(b, []byte{'\n'})
		if !found {
			return false
		}
		if b = rest; len(b) > 1 && b[0] == '{' && b[1] == '"' {
			return true
		}
	}
	return false
}

// listStarts says whether a list of records begins in an object that is longer
// than what is seen of it.
func listStarts(b []byte) bool {
	c := open(b)
	for {
		key, ok, err := c.key()
		if !ok || err != nil {
			return false
		}
		name := fieldNamed(key)
		if b[c.at] == '[' && isList(name) {
			return true
		}
		if b[c.at] == '{' && (name == keyData || name == keyHits) {
			c = open(b[c.at:])
			b = c.b
			continue
		}
		if _, err := c.value(); err != nil {
			return false
		}
	}
}

// marks are what some part of every form that holds audit events is spelled with.
var marks = [...]string{"audit.k8s.io", "auditID", "AuditId", "kube-audit", "cloudaudit.googleapis.com", `"logEvents"`, "H4sI"}

// Looks says whether the beginning of a file that nobody named looks like it
// held audit events.
func Looks(head []byte) bool {
	for _, mark := range marks {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}
