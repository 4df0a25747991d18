// Package changes draws what is staged, reviewed and run: the story of an item,
// the text of a review, and the head of a run.
//
// It is a pure function of items, reviews and progress. It must not know where
// they come from, what the keys are, or how far somebody has scrolled.
package changes
