package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"timebound/plan/internal/safefile"
)

const (
	recordsName = "journal.jsonl"
	headName    = "head"
	tornName    = "journal.torn"
)

// longestJournal bounds the file of a run, in bytes.
const longestJournal = 2 << 30

// Log is what the journal of a run holds.
type Log struct {
	ID       string
	Number   int       // of the run in its cluster: 1, 2, 3, …
	Previous *Previous // the run before; nil for the first of a cluster
	// Records are in order, the first of type TypeRun. There are none if the run
	// was cut off while it began, before anything was done.
	Records []Record
	// Torn is what a crash left of a record that was never on the disk as a whole;
	// nobody was told that it was.
	Torn []byte
	Head Head

	size int64 // bytes of the records, without Torn
}

// Ended says whether the run is over.
func (l *Log) Ended() bool {
	return len(l.Records) > 0 && l.Records[len(l.Records)-1].Type == TypeEnd
}

// CorruptError is the error of a journal that was changed or cut, or that the
// disk damaged. Nothing can be concluded from it.
type CorruptError struct {
	Path string
	Line int // from 1; the first that is wrong or missing
	Why  string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal %s, line %d: %s; nothing is done on its word: restore the file from a copy, or look at the cluster and begin a new run", e.Path, e.Line, e.Why)
}

// Read reads all records of a run and checks that none was changed, cut off or
// left out, with what this run and later ones tell about it. The error is a
// *CorruptError if that is not so, and fs.ErrNotExist if there is no such run.
func (s *Store) Read(id string) (*Log, error) {
	if !goodID(id) {
		return nil, fmt.Errorf("%.80q is no name of a run", id)
	}
	folder, err := s.runs.Inside(id)
	if err != nil {
		return nil, fmt.Errorf("journal of run %s: %w", id, err)
	}
	defer func() { _ = folder.Close() }() // it was only read
	log, err := readFolder(folder, id)
	if err != nil {
		return nil, err
	}
	return log, s.confirm(log)
}

func readFolder(folder *safefile.Folder, id string) (*Log, error) {
	head, err := folder.Read(headName, 1024)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("journal of run %s: %w", id, err)
	}
	log := &Log{ID: id}
	path := folder.Join(recordsName)
	file, err := folder.Open(recordsName, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return log, log.checkHead(path, head)
	}
	if err != nil {
		return nil, fmt.Errorf("journal of run %s: %w", id, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := log.parse(path, file); err != nil {
		return nil, err
	}
	return log, log.checkHead(path, head)
}

// parse reads records up to the end, or up to what a crash left there.
func (l *Log) parse(path string, r io.Reader) error {
	in := bufio.NewReaderSize(io.LimitReader(r, longestJournal), 64<<10)
	for {
		text, err := readLine(in)
		if errors.Is(err, io.EOF) {
			l.Torn = text
			return nil
		}
		if err == nil {
			err = l.take(text)
		}
		if err == nil {
			continue
		}
		if _, end := in.Peek(1); errors.Is(end, io.EOF) && !json.Valid(text) {
			l.Torn = append(text, '\n')
			return nil
		}
		return &CorruptError{Path: path, Line: len(l.Records) + 1, Why: err.Error()}
	}
}

// take adds the record in a line without its newline.
func (l *Log) take(text []byte) error {
	var next line
	if err := next.decode(text); err != nil {
		return err
	}
	prev := ""
	if n := len(l.Records); n > 0 {
		prev = l.Records[n-1].Hash
	}
	first := len(l.Records) == 0
	switch {
	case next.Seq != len(l.Records)+1:
		return fmt.Errorf("it is record %d", next.Seq)
	case next.Prev != prev:
		return errors.New("it follows another record than the one before it")
	case first != (next.Type == TypeRun):
		return fmt.Errorf("a record of type %q stands in the wrong place", next.Type)
	}
	if first {
		l.Number, l.Previous = next.Number, next.Previous
	}
	l.Records = append(l.Records, next.Record)
	l.size += int64(len(text) + 1)
	return nil
}

// checkHead compares the records with the head file's text.
func (l *Log) checkHead(path string, head []byte) error {
	seq, hash, ok := decodeHead(head)
	switch {
	case ok:
		l.Head = HeadBehind
		if seq == len(l.Records) {
			l.Head = HeadLevel
		}
		return l.has(path, seq, hash, "the file "+headName+" beside it")
	case len(head) == 0:
		l.Head = HeadAbsent
	default:
		l.Head = HeadDamaged
	}
	return nil
}

// has makes sure that a record is there which somebody else knows of.
func (l *Log) has(path string, seq int, hash, who string) error {
	if seq > len(l.Records) {
		return &CorruptError{Path: path, Line: len(l.Records) + 1, Why: fmt.Sprintf("the end is missing: %s tells of %d records", who, seq)}
	}
	if seq < 1 || l.Records[seq-1].Hash != hash {
		return &CorruptError{Path: path, Line: max(seq, 1), Why: fmt.Sprintf("%s tells of another record %d", who, seq)}
	}
	return nil
}

// readLine returns the next line without its newline. At the end of the file it
// returns what is left, and io.EOF.
func readLine(in *bufio.Reader) ([]byte, error) {
	var text []byte
	for {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case err == nil:
			return text[:len(text)-1], nil
		case errors.Is(err, io.EOF):
			return text, io.EOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return text, fmt.Errorf("it cannot be read: %w", err)
		case len(text) > longestLine:
			return text, fmt.Errorf("it is longer than %d bytes", longestLine)
		}
	}
}
