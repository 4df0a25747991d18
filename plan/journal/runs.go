package journal

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// Summary is what the first and the last record of a run tell. What is between
// them was not read: Read does that.
type Summary struct {
	ID       string
	Number   int       // of the run in its cluster; 0 if not readable
	Previous *Previous // the run before
	First    Record    // zero if not readable
	Last     Record    // zero if not readable; it may be the first
	Size     int64     // bytes of the journal
	Ended    bool      // the run is over; else it was cut off, left, or goes on
	Problem  string    // "" or what is wrong with the journal
}

// Runs lists the runs of the cluster, newest first; those that cannot be read
// come last, with their Problem.
func (s *Store) Runs() ([]Summary, error) {
	names, err := s.runs.Names()
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	var runs []Summary
	for _, name := range names {
		if !goodID(name) {
			continue // whatever it is, no run is named so
		}
		one := Summary{ID: name}
		if err := s.summarize(&one); err != nil {
			one.Problem = err.Error()
		}
		runs = append(runs, one)
	}
	slices.SortFunc(runs, func(a, b Summary) int {
		return cmp.Or(cmp.Compare(b.Number, a.Number), cmp.Compare(b.ID, a.ID))
	})
	return runs, nil
}

func (s *Store) summarize(one *Summary) error {
	folder, err := s.runs.Inside(one.ID)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // it was only read
	// The head first: the run may go on meanwhile, and its head is never ahead.
	head, err := folder.Read(headName, 1024)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := folder.Open(recordsName, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("the run was cut off while it began; nothing was done")
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return err
	}
	one.Size = info.Size()
	first, err := firstLine(file)
	if err != nil {
		return err
	}
	one.First, one.Number, one.Previous = first.Record, first.Number, first.Previous
	last, err := lastLine(file, one.Size)
	if err != nil {
		return err
	}
	one.Last, one.Ended = last.Record, last.Type == TypeEnd
	if seq, _, ok := decodeHead(head); ok && seq > last.Seq {
		return fmt.Errorf("the end is missing: the file %s tells of %d records, %d are there", headName, seq, last.Seq)
	}
	return nil
}

func firstLine(file io.ReaderAt) (line, error) {
	var first line
	text, err := readLine(bufio.NewReader(io.NewSectionReader(file, 0, longestLine)))
	switch {
	case errors.Is(err, io.EOF):
		return line{}, errors.New("the run was cut off while it began; nothing was done")
	case err != nil:
		return line{}, err
	}
	if err := first.decode(text); err != nil {
		return line{}, fmt.Errorf("line 1: %w", err)
	}
	if first.Type != TypeRun || first.Seq != 1 {
		return line{}, errors.New("line 1: it is not the first record of a run")
	}
	return first, nil
}

// lastLine reads the last line that has an end.
func lastLine(file io.ReaderAt, size int64) (line, error) {
	for tail := int64(64 << 10); ; tail *= 8 {
		tail = min(tail, size)
		text := make([]byte, tail)
		if _, err := file.ReadAt(text, size-tail); err != nil && !errors.Is(err, io.EOF) {
			return line{}, fmt.Errorf("it cannot be read: %w", err)
		}
		end := bytes.LastIndexByte(text, '\n')
		begin := bytes.LastIndexByte(text[:max(end, 0)], '\n') + 1
		if tail < size && tail <= longestLine && begin == 0 {
			continue // the line begins further ahead
		}
		if end < 0 {
			return line{}, fmt.Errorf("it has no line of less than %d bytes at its end", longestLine)
		}
		var last line
		if err := last.decode(text[begin:end]); err != nil {
			return line{}, fmt.Errorf("its last line: %w", err)
		}
		return last, nil
	}
}

// confirm makes sure that the log has the records that later runs know of.
func (s *Store) confirm(log *Log) error {
	names, err := s.runs.Names()
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for _, name := range names {
		if !goodID(name) || name == log.ID {
			continue
		}
		first, err := s.first(name)
		if err != nil {
			continue // it cannot vouch for others; Runs tells of it
		}
		if p := first.Previous; p != nil && p.ID == log.ID && p.Seq > 0 {
			if err := log.has(s.runs.Join(log.ID), p.Seq, p.Hash, "run "+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// first reads the first line of a run.
func (s *Store) first(id string) (line, error) {
	folder, err := s.runs.Inside(id)
	if err != nil {
		return line{}, err
	}
	defer func() { _ = folder.Close() }() // it was only read
	file, err := folder.Open(recordsName, os.O_RDONLY)
	if err != nil {
		return line{}, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return firstLine(file)
}
