package usage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"timebound/model"
)

var (
	errOrder = errors.New("it is out of order, or there twice")
	errTime  = errors.New("its times are none")
	errRow   = errors.New("it has a row with too many numbers")
)

func (d *decoder) issue(doc issueDoc) error {
	if !d.last.issue.precedes(doc.ID, strings.Compare) {
		return errOrder
	}
	if !doc.At.fair() {
		return errTime
	}
	if err := fair(doc.ID, doc.Namespace, doc.Account, doc.By, doc.Agent, doc.Peer); err != nil {
		return err
	}
	d.s.takeIssue(doc.ID, Issue{model.Key{Namespace: doc.Namespace, Name: doc.Account}, doc.By, doc.Agent, doc.Peer, doc.At})
	return nil
}

func (d *decoder) source(doc sourceDoc) error {
	if !d.last.source.precedes(doc.Name, strings.Compare) {
		return errOrder
	}
	if err := fair(doc.Name); err != nil {
		return err
	}
	src := d.s.Source(doc.Name)
	switch {
	case len(doc.Spans) > d.s.bounds.spans:
		return fmt.Errorf("it has %d spans, more than the %d allowed", len(doc.Spans), d.s.bounds.spans)
	case len(doc.Files) > d.s.bounds.files:
		return fmt.Errorf("it has %d files, more than the %d allowed", len(doc.Files), d.s.bounds.files)
	case !doc.Stages.into(src.Stages[:]):
		return errRow
	}
	for i, s := range doc.Spans {
		if !s[0].known() || !fairSpell(s[0], s[1]) || i > 0 && s[0] <= doc.Spans[i-1][1]+gap {
			return fmt.Errorf("span %d is none, or out of order", i+1)
		}
		src.Cover(s[0], s[1])
	}
	if doc.Fragmented {
		src.fragment()
	}
	src.Lines, src.Bytes, src.MoreFiles = doc.Lines, doc.Bytes, doc.MoreFiles
	src.Malformed, src.Truncated, src.Oversize, src.Unsupported = doc.Malformed, doc.Truncated, doc.Oversize, doc.Unsupported
	for verb, n := range doc.Verbs {
		if _, known := slices.BinarySearch(knownVerbs, verb); !known && verb != otherVerb {
			return fmt.Errorf("no verb is called %.40q", verb)
		}
		src.sampleVerb(verb, n)
	}
	for i, f := range doc.Files {
		if err := fair(f.Name, f.First); err != nil {
			return fmt.Errorf("file %d: %w", i+1, err)
		}
		src.Read(File(f))
	}
	return nil
}

// fair says whether all texts are as short as those that are kept.
func fair(texts ...string) error {
	for _, s := range texts {
		if len(s) > maxText {
			return fmt.Errorf("a text of %d bytes is longer than the %d allowed", len(s), maxText)
		}
	}
	return nil
}

// fair says that m is an instant or none.
func (m Micros) fair() bool { return m == 0 || m.known() }

// fairSpell says that a time from first to last is one, or none.
func fairSpell(first, last Micros) bool {
	return first.fair() && last.fair() && first <= last && (first == 0) == (last == 0)
}

// ascending sees to it that a list is in order.
type ascending[T any] struct {
	last T
	any  bool
}

func (a *ascending[T]) precedes(next T, compare func(a, b T) int) bool {
	if a.any && compare(a.last, next) >= 0 {
		return false
	}
	a.last, a.any = next, true
	return true
}
