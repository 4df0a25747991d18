package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/query"
	"timebound/ui/story"
	"timebound/ui/table"
	"timebound/ui/theme"
)

// listSpec says what the rows of a list page are.
type listSpec[K comparable, R any] struct {
	id      PageID
	one     string // "token"
	many    string // "tokens"
	columns []table.Column[R]
	key     func(R) K
	name    func(K) string
	// all gives every row; order sorts them in place.
	all func(*model.Assessment) []R
	// flag gives the letter of what is staged for a row; nil where that is
	// nothing to show.
	flag  func(R) string
	order func([]R, sortState)
	// text is what free words are looked up in; match is for the terms.
	text  func(R) string
	match func(model.Query, R, model.Day) bool
	// story tells what is known of a row.
	story func(R, *model.Assessment, *theme.Styles, int, story.Depth) []string
	// summary is what else there is to say of the whole list; nil for nothing.
	summary func(width int) string
	// none says what an empty cluster means.
	none string
	// fit says that columns are as wide as what all rows hold, since these change
	// only by keys.
	fit bool
	// start is the sort that the page begins with.
	start   sortState
	actions []Action
}

// scope narrows a list to what belongs to one object.
type scope[R any] struct {
	label  string // "of account payments/ledger"
	admits func(*model.Assessment) func(R) bool
}

// listPage is a page with a list, a filter, and the details of a row.
type listPage[K comparable, R any] struct {
	spec  *listSpec[K, R]
	env   *env
	table *table.Table[K, R]
	input *query.Bar
	scope *scope[R]
	sort  sortState

	keysList, keysDetails *keymap

	width, height int
	details       bool // one object fills the page
	told          telling[R]
	deep          scroll
	rest

	// The rows: gen counts what was asked for; busy says that a command works
	// on it, stale that newer facts wait for it to finish.
	gen         int
	cancel      context.CancelFunc
	busy, stale bool
	corpus      *corpus[R]
	basis       *model.Assessment // what corpus was made from
	total       int
	looking     bool // fuzzy matches are still looked for
}

func newListPage[K comparable, R any](e *env, spec *listSpec[K, R], shared, global []Action) *listPage[K, R] {
	p := &listPage[K, R]{spec: spec, env: e, input: query.New(), sort: spec.start, cancel: func() {}}
	p.table = table.New(spec.columns, spec.key)
	p.table.Highlight = func(r R) []int {
		if words := p.input.Query().Words; len(words) > 0 {
			return query.Offsets(words, spec.text(r))
		}
		return nil
	}
	p.table.Flag = spec.flag
	p.table.SetSort(p.sort.column, p.sort.desc)
	title := spec.id.String()
	p.keysList = newKeymap(section{title, spec.actions}, section{"Lists", shared}, section{"Everywhere", global})
	p.keysDetails = newKeymap(section{title, spec.actions}, section{"Details", detailActions()}, section{"Everywhere", global})
	p.restyle()
	return p
}

func (p *listPage[K, R]) keymap() *keymap {
	if p.details {
		return p.keysDetails
	}
	return p.keysList
}

func (p *listPage[K, R]) list() list        { return p.table }
func (p *listPage[K, R]) bar() *query.Bar   { return p.input }
func (p *listPage[K, R]) scroller() *scroll { return &p.deep }
func (p *listPage[K, R]) restyle()          { p.table.SetStyles(p.env.styles) }

func (p *listPage[K, R]) resize(width, height int) {
	p.width, p.height = width, height
	listWidth, _ := p.split()
	p.table.SetSize(listWidth, max(0, height-1))
}

func (p *listPage[K, R]) invalidate() { p.stale = true }

// changed says that the rows are others though the facts are the same.
func (p *listPage[K, R]) changed() { p.corpus, p.stale = nil, true }

// refresh takes in new facts. While a command is at work on older ones it is
// let finish: facts may come faster than they can be sorted.
func (p *listPage[K, R]) refresh() tea.Cmd {
	if !p.stale || p.busy || p.env.assessment == nil {
		return nil
	}
	p.stale = false
	return p.find(true)
}

// rebuild finds the rows anew, because the user changed sort, scope or filter.
// What matches exactly is shown first.
func (p *listPage[K, R]) rebuild() tea.Cmd { return p.find(false) }

func (p *listPage[K, R]) find(fuzzy bool) tea.Cmd {
	a := p.env.assessment
	if a == nil {
		return nil
	}
	p.cancel()
	p.gen++
	w := p.wanted(a)
	if len(w.rows) <= syncRows {
		d, _ := p.spec.derive(context.Background(), w, true)
		p.take(d)
		return nil
	}
	p.busy = true
	return p.command(w, fuzzy)
}

func (p *listPage[K, R]) command(w wanted[R], fuzzy bool) tea.Cmd {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	return rowsCmd(ctx, p.spec, p.gen, w, fuzzy)
}

func (p *listPage[K, R]) wanted(a *model.Assessment) wanted[R] {
	w := wanted[R]{assessment: a, rows: p.spec.all(a), sort: p.sort, query: p.input.Query()}
	if p.scope != nil {
		w.admits = p.scope.admits(a)
	}
	if p.corpus != nil && p.basis == a {
		w.sorted = p.corpus
	}
	return w
}

func (p *listPage[K, R]) onRows(msg rowsMsg) tea.Cmd {
	d, ok := msg.rows.(derived[R])
	if !ok || msg.gen != p.gen {
		return nil
	}
	p.take(d)
	p.busy = false
	if p.stale {
		return p.refresh()
	}
	if !d.rest {
		return nil
	}
	return p.command(p.wanted(d.basis), true)
}

func (p *listPage[K, R]) take(d derived[R]) {
	if p.spec.fit && p.corpus != d.corpus {
		p.table.Fit(d.corpus.rows)
	}
	p.corpus, p.basis, p.total, p.looking = d.corpus, d.basis, d.total, d.rest
	p.table.SetRows(d.rows)
}

func (p *listPage[K, R]) filterChanged() tea.Cmd { return p.rebuild() }

func (p *listPage[K, R]) setFilter(text string) tea.Cmd {
	if p.input.Value() == text {
		return nil
	}
	p.input.Set(text)
	return p.rebuild()
}

// narrow shows only what belongs to one object, without a filter.
func (p *listPage[K, R]) narrow(s *scope[R]) tea.Cmd {
	p.scope = s
	p.input.Set("")
	p.details = false
	return p.rebuild()
}

// show puts the cursor on an object. What would hide it is dropped.
func (p *listPage[K, R]) show(k K) tea.Cmd {
	p.details = false
	if p.table.Select(k) {
		return nil
	}
	p.scope = nil
	p.input.Set("")
	cmd := p.rebuild()
	p.table.Select(k)
	return cmd
}

func (p *listPage[K, R]) sortNext(step int) tea.Cmd {
	var ids []string
	for _, c := range p.spec.columns {
		if p.table.Shows(c.ID) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	at := slices.Index(ids, p.sort.column)
	return p.sortBy(sortState{column: ids[(at+step+len(ids))%len(ids)]})
}

func (p *listPage[K, R]) sortReverse() tea.Cmd {
	return p.sortBy(sortState{column: p.sort.column, desc: !p.sort.desc})
}

func (p *listPage[K, R]) sortBy(s sortState) tea.Cmd {
	p.sort, p.corpus = s, nil
	p.table.SetSort(s.column, s.desc)
	return p.rebuild()
}

func (p *listPage[K, R]) openDetails() tea.Cmd {
	p.details = true
	p.deep = scroll{}
	p.follow()
	return nil
}

// step goes to another row while details are shown.
func (p *listPage[K, R]) step(n int) {
	p.table.MoveBy(n)
	p.deep = scroll{}
}

// escape undoes the innermost narrowing of what is seen.
func (p *listPage[K, R]) escape() (tea.Cmd, bool) {
	p.follow()
	switch {
	case p.details:
		p.details = false
	case p.input.Value() != "":
		return p.setFilter(""), true
	case p.scope != nil:
		p.scope = nil
		return p.rebuild(), true
	default:
		return nil, false
	}
	return nil, true
}

// narrowed says that only what belongs to one object is shown.
func (p *listPage[K, R]) narrowed() bool { return p.scope != nil }

// detailed says that one object fills the page.
func (p *listPage[K, R]) detailed() bool { return p.details }

func (p *listPage[K, R]) remember() func() tea.Cmd {
	scope, filter, details, deep, sort := p.scope, p.input.Value(), p.details, p.deep, p.sort
	row, some := p.table.Current()
	return func() tea.Cmd {
		p.scope = scope
		p.input.Set(filter)
		var cmd tea.Cmd
		if p.sort != sort {
			cmd = p.sortBy(sort)
		} else {
			cmd = p.rebuild()
		}
		p.details, p.deep = details, deep
		if some {
			p.table.Select(p.spec.key(row))
		}
		return cmd
	}
}
