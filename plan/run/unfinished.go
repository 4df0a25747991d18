package run

import (
	"fmt"

	"timebound/plan/journal"
)

// Unfinished gives the newest run of a cluster that was cut off; "" if there is
// none. A journal that cannot be read may be one: that is an error.
func Unfinished(s *journal.Store) (string, error) {
	runs, err := s.Runs()
	if err != nil {
		return "", err
	}
	for _, r := range runs {
		if r.Problem == "" && r.Ended {
			continue
		}
		if r.Problem == "" {
			return r.ID, nil
		}
		h, err := Read(s, r.ID)
		switch {
		case err != nil:
			return "", fmt.Errorf("what run %s did cannot be read: %w; look at it, then move its folder away", r.ID, err)
		case !h.Ended && len(h.Log.Records) > 0:
			return r.ID, nil
		}
	}
	return "", nil
}

// free says why an order has to wait for a run that was cut off: it has to be
// finished or put back first.
func (e *Engine) free(o Order) error {
	id, err := Unfinished(e.Store)
	if err != nil || id == "" || o.Purpose == Undo && o.Undoes == id {
		return err
	}
	return fmt.Errorf("run %s was cut off: finish it or put it back first", id)
}
