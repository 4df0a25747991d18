package journal

import (
	"encoding/json"
	"fmt"
	"os"

	"timebound/plan/internal/safefile"
)

// Begin makes the journal of a new run, with head as the body of its first
// record. The lock must be held. The error is fs.ErrExist if there is such a run.
func (s *Store) Begin(id string, head any) (*Journal, error) {
	if !goodID(id) {
		return nil, fmt.Errorf("%.80q is no name of a run: letters, digits and dashes are, up to 64", id)
	}
	body, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("begin run %s: encode its head: %w", id, err)
	}
	if err := s.locked(id); err != nil {
		return nil, err
	}
	first := line{Record: Record{Type: TypeRun, Body: body}, Number: 1}
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	if len(runs) > 0 && runs[0].Number > 0 {
		before := runs[0]
		if err := s.settle(before.ID); err != nil {
			return nil, err
		}
		first.Number = before.Number + 1
		first.Previous = &Previous{ID: before.ID, Seq: before.Last.Seq, Hash: before.Last.Hash}
	}
	folder, err := s.runs.New(id)
	if err != nil {
		return nil, fmt.Errorf("begin run %s: %w", id, err)
	}
	defer func() { _ = folder.Close() }() // its files stay open
	j, err := begin(folder, id, first)
	if err != nil {
		// Nothing was done yet: leave no half a run. The first error tells more.
		_ = folder.Remove(recordsName)
		_ = folder.Remove(headName)
		_ = s.runs.Remove(id)
		return nil, fmt.Errorf("begin run %s: %w", id, err)
	}
	return j, nil
}

func begin(folder *safefile.Folder, id string, first line) (*Journal, error) {
	if err := folder.Write(recordsName, nil); err != nil {
		return nil, err
	}
	records, head, err := open(folder)
	if err != nil {
		return nil, err
	}
	j := newJournal(id, folder.Join(recordsName), records, head)
	err = j.add(first)
	if err == nil {
		err = folder.Sync()
	}
	if err != nil {
		_ = j.Close() // the first error tells more
		return nil, err
	}
	return j, nil
}

// open opens the files of a run for writing.
func open(folder *safefile.Folder) (records, head *os.File, err error) {
	records, err = folder.Open(recordsName, os.O_WRONLY|os.O_APPEND)
	if err != nil {
		return nil, nil, err
	}
	head, err = folder.OpenOrCreate(headName, os.O_WRONLY)
	if err != nil {
		_ = records.Close() // the first error tells more
		return nil, nil, err
	}
	return records, head, nil
}

// settle puts what another run's journal holds on the disk, before this run
// vouches for it.
func (s *Store) settle(id string) error {
	folder, err := s.runs.Inside(id)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // it was only read
	records, err := folder.Open(recordsName, os.O_WRONLY)
	if err != nil {
		return err
	}
	err = records.Sync()
	if closing := records.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("put the journal of run %s on the disk: %w", id, err)
	}
	return nil
}
