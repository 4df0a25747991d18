package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// The types of record that the package writes itself.
const (
	TypeRun = "run" // the first of a run; its body is the head given to Begin
	TypeEnd = "end" // the last of a run that is over; its body is given to End
)

// Record is one line of a journal.
type Record struct {
	Seq  int             `json:"seq"`  // 1, 2, 3, …; given by the journal
	Time time.Time       `json:"time"` // in UTC; the time of Append if not set
	Type string          `json:"type"`
	Item string          `json:"item,omitempty"` // what it is about; "" for the whole run
	Body json.RawMessage `json:"body,omitempty"`
	Prev string          `json:"prev"` // Hash of the line before; "" in the first
	Hash string          `json:"-"`    // SHA-256 of this line up to the hash, in hex
}

// Previous is the run before, as it stood when this one began.
type Previous struct {
	ID   string `json:"id"`
	Seq  int    `json:"seq,omitempty"`  // of its last record; 0 if not readable
	Hash string `json:"hash,omitempty"` // of its last record
}

// line is a record as it is written; the first of a run says more.
type line struct {
	Record
	Number   int       `json:"number,omitempty"` // of the run in its cluster: 1, 2, 3, …
	Previous *Previous `json:"previous,omitempty"`
}

// A line ends with its own hash. Everything before is hashed, with prev in it.
const (
	hashOpens  = `,"hash":"`
	hashCloses = `"}`
	hashLen    = 2 * sha256.Size
	hashTail   = len(hashOpens) + hashLen + len(hashCloses)
)

// longestLine bounds a record, in bytes with the newline.
const longestLine = 1 << 20

// encode adds a line to buf and sets its hash.
func (l *line) encode(buf *bytes.Buffer) error {
	begin := buf.Len()
	out := json.NewEncoder(buf)
	out.SetEscapeHTML(false)
	err := out.Encode(l)
	if err == nil && buf.Len()-begin+hashTail > longestLine {
		err = fmt.Errorf("it is longer than %d bytes", longestLine)
	}
	if err != nil {
		buf.Truncate(begin)
		return fmt.Errorf("record %q of %q: %w", l.Type, l.Item, err)
	}
	buf.Truncate(buf.Len() - len("}\n"))
	l.Hash = hashOf(buf.Bytes()[begin:])
	buf.WriteString(hashOpens + l.Hash + hashCloses + "\n")
	return nil
}

// decode reads a line without its newline.
func (l *line) decode(text []byte) error {
	cut := len(text) - hashTail
	if cut < 0 || string(text[cut:cut+len(hashOpens)]) != hashOpens || string(text[len(text)-len(hashCloses):]) != hashCloses {
		return errors.New("the line does not end with its hash")
	}
	hash := string(text[cut+len(hashOpens) : len(text)-len(hashCloses)])
	if hash != hashOf(text[:cut]) {
		return errors.New("the line was changed: its hash is another")
	}
	if err := json.Unmarshal(text, l); err != nil {
		return fmt.Errorf("the line is no record: %w", err)
	}
	l.Hash = hash
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// check says why a record of a caller cannot be written.
func (r Record) check() error {
	switch {
	case r.Type == "":
		return errors.New("a record needs a type")
	case r.Type == TypeRun || r.Type == TypeEnd:
		return fmt.Errorf("records of type %q are written by Begin and End", r.Type)
	case !utf8.ValidString(r.Type) || !utf8.ValidString(r.Item):
		return fmt.Errorf("record %q of %q: not valid UTF-8", r.Type, r.Item)
	}
	return nil
}
