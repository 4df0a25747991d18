package table

import "timebound/ui/theme"

// gutter is the space left of the first column: cursor, mark, one space. Where
// rows can have a flag, it takes one cell more.
const gutter = 3

func (t *Table[K, R]) gutter() int {
	if t.Flag != nil {
		return gutter + 1
	}
	return gutter
}

// Table is a list of rows R that are told apart by keys K. Rows are handed in
// sorted and filtered; the table keeps cursor, marks and scroll position.
type Table[K comparable, R any] struct {
	// Highlight gives the byte offsets of matched runes in the text that
	// filters look at; nil if nothing is to be highlighted. It is called for
	// visible rows only.
	Highlight func(R) []int
	// Flag gives a letter that stands beside the mark of a row, or ""; nil if no
	// row ever has one. It is set before SetSize, and called for visible rows only.
	Flag func(R) string

	columns []Column[R]
	key     func(R) K
	styles  *theme.Styles

	rows   []R
	cursor int
	offset int // index of the first visible row
	// held is the object that the user put the cursor on. It is kept while a
	// filter hides it, so the cursor finds back to it.
	held   K
	isHeld bool

	marks       map[K]struct{}
	hiddenMarks int // marks of objects that are not among the rows

	width, height int // height counts the header
	slots         []slot
	needs         []int // by column; nil if nothing was measured
	sortID        string
	sortDesc      bool
}

// New makes an empty table.
func New[K comparable, R any](columns []Column[R], key func(R) K) *Table[K, R] {
	return &Table[K, R]{columns: columns, key: key, marks: map[K]struct{}{}}
}

// SetStyles sets how the table is painted.
func (t *Table[K, R]) SetStyles(s *theme.Styles) { t.styles = s }

// SetSize sets the size in cells; height counts the header line.
func (t *Table[K, R]) SetSize(width, height int) {
	t.width, t.height = max(0, width), max(0, height)
	t.layout()
	t.scrollToCursor()
}

func (t *Table[K, R]) layout() {
	gap := 1
	if t.width >= 110 {
		gap = 2
	}
	t.slots = place(t.columns, t.needs, t.sortID, t.width-t.gutter(), gap, t.slots)
}

// SetSort sets the column that the header marks as sorted.
func (t *Table[K, R]) SetSort(id string, desc bool) {
	t.sortID, t.sortDesc = id, desc
	t.layout()
}

// Shows says whether the column fits at the present width.
func (t *Table[K, R]) Shows(id string) bool {
	for _, s := range t.slots {
		if t.columns[s.column].ID == id {
			return true
		}
	}
	return false
}

// Len is the number of rows.
func (t *Table[K, R]) Len() int { return len(t.rows) }

// Row gives a row by index.
func (t *Table[K, R]) Row(i int) R { return t.rows[i] }

// Current gives the row under the cursor, and false if there are no rows.
func (t *Table[K, R]) Current() (R, bool) {
	if t.cursor < len(t.rows) {
		return t.rows[t.cursor], true
	}
	var none R
	return none, false
}

// Index is the index of the row under the cursor.
func (t *Table[K, R]) Index() int { return t.cursor }

// Offset is the index of the first visible row.
func (t *Table[K, R]) Offset() int { return t.offset }

// SetRows replaces the rows. The cursor stays with its object, and the object
// on its line of the screen, as far as that is possible.
func (t *Table[K, R]) SetRows(rows []R) {
	line := t.cursor - t.offset
	t.rows = rows
	t.layout() // columns come and go with what is known
	if t.isHeld {
		if i, ok := t.find(t.held); ok {
			t.cursor = i
			t.offset = i - line
		}
	}
	t.cursor = max(0, min(t.cursor, len(rows)-1))
	t.scrollToCursor()
	t.countHidden()
}

// find looks for a key, nearest to the cursor first: between two loads rows
// move little.
func (t *Table[K, R]) find(k K) (int, bool) {
	up, down := min(t.cursor, len(t.rows)-1), t.cursor+1
	for up >= 0 || down < len(t.rows) {
		if up >= 0 {
			if t.key(t.rows[up]) == k {
				return up, true
			}
			up--
		}
		if down < len(t.rows) {
			if t.key(t.rows[down]) == k {
				return down, true
			}
			down++
		}
	}
	return 0, false
}
