package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/query"
	"timebound/ui/theme"
)

// PageID names a page.
type PageID uint8

// The pages, in the order of their number keys.
const (
	PageOverview PageID = iota
	PageTokens
	PageAccounts
	PageWorkloads
	PageCluster
	PagePlan
	PageStaged
	PageActivity
	pageCount
)

// String gives the title of the page.
func (p PageID) String() string {
	return [...]string{"Overview", "Tokens", "Accounts", "Workloads", "Cluster", "Plan", "Staged", "Activity"}[p]
}

// env is what pages share: how to paint, and the facts. Root changes it.
type env struct {
	styles     *theme.Styles
	assessment *model.Assessment // nil before the first data
	problems   bool              // something went wrong; "!" tells it
	loading    bool              // lists are still being read
	staging    *staging
}

// asOf is the day that counts as today.
func (e *env) asOf() model.Day {
	if e.assessment == nil {
		return 0
	}
	return e.assessment.Policy.AsOf
}

// page is one page. It is a struct with methods, not a tea.Model.
type page interface {
	// keymap gives the actions of the page in its present state.
	keymap() *keymap
	resize(width, height int)
	// restyle says that env.styles changed.
	restyle()
	// invalidate says that env.assessment changed; refresh takes it in and
	// is called when the page is seen.
	invalidate()
	refresh() tea.Cmd
	// appendLine appends one line of the page, no wider than the page.
	appendLine(dst []byte, line int) []byte
	// remember gives a function that brings the page back to how it is now.
	remember() func() tea.Cmd
	scroller() *scroll
}

// list is what every list can do, whatever its rows are.
type list interface {
	Len() int
	MoveBy(n int)
	PageBy(n int)
	HalfPage() int
	Top()
	Bottom()
	ToggleMark()
	MarkShown()
	UnmarkAll()
	Marks() (all, hidden int)
}

// lister is a page with a list.
type lister interface {
	page
	rester
	list() list
	bar() *query.Bar
	setFilter(text string) tea.Cmd
	filterChanged() tea.Cmd
	onRows(msg rowsMsg) tea.Cmd
	sortNext(step int) tea.Cmd
	sortReverse() tea.Cmd
	openDetails() tea.Cmd
	step(n int)
	escape() (cmd tea.Cmd, done bool)
	narrowed() bool
	detailed() bool
	cursorColumn() (int, bool)
}
