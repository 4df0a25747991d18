package query

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxRow bounds one row in bytes: a reader that keeps one row at a time is then
// bounded, however long the file.
const maxRow = 1 << 20

var errRowSize = fmt.Errorf("a row is longer than %d MiB, or never ends", maxRow>>20)

// guard lets its reader run ahead of what was used up by maxRow at most.
type guard struct {
	r     io.Reader
	read  int64
	limit int64
}

// allow says how much was used up.
func (g *guard) allow(used int64) { g.limit = used + maxRow }

func (g *guard) Read(p []byte) (int, error) {
	room := g.limit - g.read
	if room <= 0 {
		return 0, errRowSize
	}
	if int64(len(p)) > room {
		p = p[:room]
	}
	n, err := g.r.Read(p)
	g.read += int64(n)
	return n, err
}

// read recognises JSON by its first character; all else is CSV.
func read(r io.Reader, in *intake) error {
	b := bufio.NewReader(r)
	head, err := b.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return errors.New("the file is UTF-16, as PowerShell's > writes it; save it as UTF-8 (Out-File -Encoding utf8)")
	}
	if bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(len(head)) // it was peeked at
	}
	first, err := firstVisible(b)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: it is empty", ErrNoResult)
		}
		return err
	}
	g := &guard{r: b}
	g.allow(0)
	if first == '{' || first == '[' {
		err = readJSON(g, in)
	} else {
		err = readCSV(g, in)
	}
	if err != nil {
		return err
	}
	return in.join()
}

// firstVisible gives the first byte that is no white space, and leaves it unread.
func firstVisible(b *bufio.Reader) (byte, error) {
	for {
		c, err := b.ReadByte()
		if err != nil {
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(c)) {
			return c, b.UnreadByte()
		}
	}
}

// maxColumns is far more than any query gives.
const maxColumns = 200

func readCSV(g *guard, in *intake) error {
	in.shape("CSV")
	r := csv.NewReader(g)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("read the header: %w", err)
	}
	if len(header) > maxColumns {
		return fmt.Errorf("%w: it has %d columns", ErrNoResult, len(header))
	}
	names := make([]string, len(header))
	c := make(cells, len(header))
	for i, name := range header {
		names[i] = columnName(name)
		if c.has(names[i]) {
			return fmt.Errorf("two columns have the name %.40q; give the result as the engine wrote it", names[i])
		}
		c[names[i]] = ""
	}
	if kind(c.has) == kindNone {
		return in.take(c)
	}
	for {
		g.allow(r.InputOffset())
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("after %d rows: %w", in.report.Rows, err)
		}
		for i, s := range record {
			c[names[i]] = strings.Clone(s)
		}
		if err := in.row(c); err != nil {
			return err
		}
	}
}

// columnName makes one of the spellings of a column: engines change case, portals
// add a zone, Grafana the query's letter.
func columnName(s string) string {
	s = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(s, "\ufeff")))
	s = strings.TrimSuffix(s, " [utc]")
	if s == "value #a" {
		return "value"
	}
	return s
}
