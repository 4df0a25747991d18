package journal

import (
	"errors"
	"fmt"
	"os"

	"timebound/plan/internal/safefile"
)

// Continue opens the journal of a run to add records to it, also of one that has
// ended. The lock must be held. What a crash left of a last record is moved to the
// file journal.torn. A journal that is corrupt, or of a run that never began, is
// refused.
func (s *Store) Continue(id string) (*Journal, error) {
	if !goodID(id) {
		return nil, fmt.Errorf("%.80q is no name of a run", id)
	}
	if err := s.locked(id); err != nil {
		return nil, err
	}
	log, err := s.Read(id)
	if err != nil {
		return nil, err
	}
	if len(log.Records) == 0 {
		return nil, fmt.Errorf("run %s was cut off while it began, and nothing was done: begin a new run", id)
	}
	folder, err := s.runs.Inside(id)
	if err != nil {
		return nil, fmt.Errorf("continue run %s: %w", id, err)
	}
	defer func() { _ = folder.Close() }() // its files stay open
	records, head, err := open(folder)
	if err != nil {
		return nil, fmt.Errorf("continue run %s: %w", id, err)
	}
	j := newJournal(id, folder.Join(recordsName), records, head)
	err = cut(folder, records, log)
	if err == nil {
		last := log.Records[len(log.Records)-1]
		j.last, j.durable, j.size = line{Record: last}, last.Seq, log.size
		_, err = head.WriteAt(encodeHead(last.Seq, last.Hash), 0)
	}
	if err != nil {
		_ = j.Close() // the first error tells more
		return nil, fmt.Errorf("continue run %s: %w", id, err)
	}
	return j, nil
}

// cut makes the file end with the last record of the log, on the disk: those
// that were read may have been in memory only.
func cut(folder *safefile.Folder, records *os.File, log *Log) error {
	info, err := records.Stat()
	if err != nil {
		return err
	}
	if info.Size() != log.size+int64(len(log.Torn)) {
		return errors.New("its journal was written to while it was read")
	}
	if len(log.Torn) > 0 {
		if err := keepTorn(folder, log.Torn); err != nil {
			return err
		}
		if err := records.Truncate(log.size); err != nil {
			return fmt.Errorf("cut off a torn record: %w", err)
		}
	}
	return records.Sync()
}

// keepTorn puts the bytes aside, for people.
func keepTorn(folder *safefile.Folder, torn []byte) error {
	file, err := folder.OpenOrCreate(tornName, os.O_WRONLY|os.O_APPEND)
	if err != nil {
		return err
	}
	_, err = file.Write(torn)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = folder.Sync()
	}
	if err != nil {
		return fmt.Errorf("keep a torn record in %s: %w", folder.Join(tornName), err)
	}
	return nil
}
