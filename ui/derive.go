package ui

import (
	"context"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/query"
)

// syncRows is the number of rows up to which sorting and filtering is done at
// once, in Update: it takes less than a frame there. Longer lists are worked
// on in commands.
const syncRows = 1000

// corpus is everything a list can show, sorted, with the text that words are
// looked up in. It is immutable but for the text, which is made when somebody
// first types a word.
type corpus[R any] struct {
	rows   []R
	textOf func(R) string
	once   sync.Once
	texts  []string
}

func (c *corpus[R]) lowered() []string {
	c.once.Do(func() {
		c.texts = make([]string, len(c.rows))
		for i, r := range c.rows {
			c.texts[i] = strings.ToLower(c.textOf(r))
		}
	})
	return c.texts
}

// sortState is the column that a list is sorted by.
type sortState struct {
	column string
	desc   bool
}

// wanted is everything that decides which rows a list shows.
type wanted[R any] struct {
	assessment *model.Assessment
	rows       []R // all rows
	sort       sortState
	query      model.Query
	admits     func(R) bool // nil admits all
	// sorted is reused if it is the corpus of this assessment and sort.
	sorted *corpus[R]
}

// derived is what came out.
type derived[R any] struct {
	basis  *model.Assessment
	corpus *corpus[R]
	rows   []R
	// total is the number of rows without the query.
	total int
	// rest says that fuzzy matches are still looked for.
	rest bool
}

// rowsMsg brings the rows of a list page, computed in a command.
type rowsMsg struct {
	page PageID
	gen  int
	rows any // derived[R] of the page's row
}

// derive sorts and filters. Words match as substrings; with fuzzy also
// loosely, and then the loose ones come after the others, so that nothing
// that was there already moves. ok is false if ctx ended first.
func (s *listSpec[K, R]) derive(ctx context.Context, w wanted[R], fuzzy bool) (d derived[R], ok bool) {
	d.basis, d.corpus = w.assessment, w.sorted
	if d.corpus == nil {
		rows := slices.Clone(w.rows)
		s.order(rows, w.sort)
		d.corpus = &corpus[R]{rows: rows, textOf: s.text}
	}
	if w.query.Empty() && w.admits == nil {
		d.rows, d.total = d.corpus.rows, len(d.corpus.rows)
		return d, true
	}
	var texts []string
	if len(w.query.Words) > 0 {
		texts = d.corpus.lowered()
	}
	var looseRows []R
	var looseTexts []string
	for i, r := range d.corpus.rows {
		if i%4096 == 0 && ctx.Err() != nil {
			return d, false
		}
		if w.admits != nil && !w.admits(r) {
			continue
		}
		d.total++
		if !s.match(w.query, r, w.assessment.Policy.AsOf) {
			continue
		}
		if texts == nil || query.Contains(w.query.Words, texts[i]) {
			d.rows = append(d.rows, r)
		} else {
			looseRows, looseTexts = append(looseRows, r), append(looseTexts, texts[i])
		}
	}
	if !fuzzy {
		d.rest = len(looseRows) > 0
		return d, true
	}
	for from := 0; from < len(looseRows); from += 4096 {
		if ctx.Err() != nil {
			return d, false
		}
		to := min(from+4096, len(looseRows))
		for _, i := range query.Fuzzy(w.query.Words, looseTexts[from:to]) {
			d.rows = append(d.rows, looseRows[from+i])
		}
	}
	return d, true
}

// rowsCmd derives off the screen's thread. A result that came too late is a
// nil message.
func rowsCmd[K comparable, R any](ctx context.Context, s *listSpec[K, R], gen int, w wanted[R], fuzzy bool) tea.Cmd {
	return func() tea.Msg {
		d, ok := s.derive(ctx, w, fuzzy)
		if !ok {
			return nil
		}
		return rowsMsg{page: s.id, gen: gen, rows: d}
	}
}
