package run

import (
	"encoding/json"
	"fmt"
	"strings"

	"timebound/model"
	"timebound/plan/change"
	"timebound/plan/journal"
)

// History is a run as its journal tells it.
type History struct {
	ID      string
	Head    Head
	Log     *journal.Log
	Results []Result
	Notes   []string
	// Ready says that all items were written down. Otherwise the run was cut off
	// before anything was sent.
	Ready bool
	// Ended says that every item has an outcome; Why is how it ended or stopped.
	Ended bool
	Why   string

	items []*tracked
}

// Read reads a run from its journal. A journal that does not hold together is
// refused with a *journal.CorruptError.
func Read(s *journal.Store, id string) (*History, error) {
	log, err := s.Read(id)
	if err != nil {
		return nil, err
	}
	h := &History{ID: id, Log: log}
	byID := map[string]*tracked{}
	for i, rec := range log.Records {
		if err := h.take(rec, byID); err != nil {
			return nil, fmt.Errorf("run %s: record %d: %w", id, i+1, err)
		}
	}
	h.Results = resultsOf(h.items)
	return h, nil
}

// take takes one record in.
func (h *History) take(rec journal.Record, byID map[string]*tracked) error {
	switch rec.Type {
	case journal.TypeRun:
		return decode(rec, &h.Head)
	case typeReady:
		h.Ready = true
	case typeStaged:
		item := &change.Item{}
		if err := decode(rec, item); err != nil {
			return err
		}
		t := &tracked{item: item, outcome: Outcome{State: Pending}}
		h.items = append(h.items, t)
		byID[item.ID()] = t
	case typeNote:
		var n Note
		if err := decode(rec, &n); err != nil {
			return err
		}
		h.Notes = append(h.Notes, rec.Time.UTC().Format("15:04:05 ")+n.Text)
	case typeStopped, journal.TypeEnd:
		var end End
		if err := decode(rec, &end); err != nil {
			return err
		}
		h.Ended, h.Why = rec.Type == journal.TypeEnd, end.Why
	default:
		t := byID[rec.Item]
		if t == nil {
			return nil // of a part of an item, such as its place in .secrets
		}
		return t.take(rec)
	}
	return nil
}

func (t *tracked) take(rec journal.Record) error {
	switch rec.Type {
	case typeIntent:
		in := &Intent{}
		if err := decode(rec, in); err != nil {
			return err
		}
		t.intent, t.outcome = in, Outcome{State: Doing}
	case typeOutcome:
		t.outcome = Outcome{}
		if err := decode(rec, &t.outcome); err != nil {
			return err
		}
		t.changed = rec.Time
	case typeCheck:
		t.check = &Outcome{}
		return decode(rec, t.check)
	}
	return nil
}

func decode(rec journal.Record, into any) error {
	if err := json.Unmarshal(rec.Body, into); err != nil {
		return fmt.Errorf("%s of %q: %w", rec.Type, model.Printable(rec.Item), err)
	}
	return nil
}

// Counts counts the items by state.
func (h *History) Counts() map[State]int {
	counts := map[State]int{}
	for _, t := range h.items {
		counts[t.outcome.State]++
	}
	return counts
}

// Find gives the items whose id, or object, is named: all for "".
func (h *History) Find(name string) []Result {
	var found []Result
	for _, r := range h.Results {
		on := r.Item.On
		if name == "" || name == r.Item.ID() || name == on.Namespace+"/"+on.Name || strings.EqualFold(name, on.Kind+" "+on.Namespace+"/"+on.Name) {
			found = append(found, r)
		}
	}
	return found
}

// HeadOf reads what a summary tells: the head of the run, and how it ended or
// stopped; what is not there stays empty.
func HeadOf(s journal.Summary) (head Head, end End) {
	_ = json.Unmarshal(s.First.Body, &head)
	if s.Last.Type == journal.TypeEnd || s.Last.Type == typeStopped {
		_ = json.Unmarshal(s.Last.Body, &end)
	}
	return head, end
}
