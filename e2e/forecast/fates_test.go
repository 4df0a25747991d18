package forecast

import (
	"fmt"
	"strings"
	"time"

	"timebound/model"
	"timebound/plan/cleaner"
)

// fate is what the forecast says of a token.
func (k token) fate(c cleaner.Course) cleaner.Fate { return c.Fate(k.facts()) }

// within is a fate as far as it shows before a day.
func within(f cleaner.Fate, end model.Day) cleaner.Fate {
	if f.Invalidated >= end {
		f.Invalidated = 0
	}
	if f.Deleted >= end {
		f.Deleted = 0
	}
	return f
}

// told names a kind of fate.
func told(f cleaner.Fate, k token) string {
	_, labelled := k.labels[model.LabelInvalidSince]
	switch {
	case f.Spared != cleaner.SparedNot:
		return "spared: " + reasons[f.Spared]
	case f.Invalidated != 0 && labelled:
		return "labelled over what is no day"
	case f.Invalidated != 0 && f.Deleted != 0:
		return "labelled, then deleted"
	case f.Invalidated != 0:
		return "labelled"
	case f.Deleted != 0 && labelled:
		return "deleted, labelled before"
	case f.Deleted != 0:
		return "deleted at once"
	}
	return "left alone so far"
}

var reasons = map[cleaner.Spared]string{
	cleaner.SparedNoCleaner:  "no cleaner",
	cleaner.SparedNoTracking: "no tracking",
	cleaner.SparedDeleting:   "being deleted",
	cleaner.SparedLabelNoDay: "last-used is no day",
	cleaner.SparedNotListed:  "not listed",
	cleaner.SparedMounted:    "mounted",
}

// onDays writes out a fate, or what became of a token.
func onDays(invalidated, deleted model.Day) string {
	var parts []string
	if invalidated != 0 {
		parts = append(parts, "labelled on "+invalidated.String())
	}
	if deleted != 0 {
		parts = append(parts, "deleted on "+deleted.String())
	}
	if parts == nil {
		return "left alone"
	}
	return strings.Join(parts, ", ")
}

func describe(c cleaner.Course) string {
	text := fmt.Sprintf("today %s, passes at %s, uses recorded since %s", c.Today, c.PassAt.Round(time.Second), c.Since.Raw)
	for _, s := range c.Spans {
		text += fmt.Sprintf("; from %s it %s after %s", s.From, manners[s.Manner], s.Period)
	}
	return text
}

var manners = map[cleaner.Manner]string{cleaner.Deletes: "deletes", cleaner.Invalidates: "invalidates"}

// wanted are the kinds of fates without which a run proves too little.
func wanted(c cleaner.Course) []string {
	kinds := []string{"left alone so far", "spared: being deleted", "spared: last-used is no day", "spared: not listed", "spared: mounted"}
	for _, s := range c.Spans {
		kinds = append(kinds, "deleted, labelled before")
		if s.Manner == cleaner.Deletes {
			kinds = append(kinds, "deleted at once")
		} else {
			kinds = append(kinds, "labelled", "labelled over what is no day", "labelled, then deleted")
		}
	}
	return kinds
}
