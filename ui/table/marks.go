package table

// ToggleMark marks the row under the cursor, or takes its mark away.
func (t *Table[K, R]) ToggleMark() {
	row, ok := t.Current()
	if !ok {
		return
	}
	t.hold()
	k := t.key(row)
	if _, marked := t.marks[k]; marked {
		delete(t.marks, k)
		return
	}
	t.marks[k] = struct{}{}
}

// MarkShown marks every row of the list, those that are scrolled out of sight
// too; rows that a filter hides are not touched.
func (t *Table[K, R]) MarkShown() {
	for _, r := range t.rows {
		t.marks[t.key(r)] = struct{}{}
	}
}

// Mark marks objects, among the rows or not.
func (t *Table[K, R]) Mark(keys ...K) {
	for _, k := range keys {
		t.marks[k] = struct{}{}
	}
	t.countHidden()
}

// Unmark takes the marks of objects away, among the rows or not.
func (t *Table[K, R]) Unmark(keys ...K) {
	for _, k := range keys {
		delete(t.marks, k)
	}
	t.countHidden()
}

// Marked gives the marked rows, in their order. Marked objects that are not
// among the rows are left out.
func (t *Table[K, R]) Marked() []R {
	var rows []R
	for _, r := range t.rows {
		if t.IsMarked(t.key(r)) {
			rows = append(rows, r)
		}
	}
	return rows
}

// UnmarkAll takes every mark away, hidden ones too.
func (t *Table[K, R]) UnmarkAll() {
	clear(t.marks)
	t.hiddenMarks = 0
}

// Marks gives the number of marked objects, and how many of them are not
// among the rows: hidden by a filter, or gone.
func (t *Table[K, R]) Marks() (all, hidden int) { return len(t.marks), t.hiddenMarks }

// IsMarked says whether the object is marked.
func (t *Table[K, R]) IsMarked(k K) bool {
	_, ok := t.marks[k]
	return ok
}

func (t *Table[K, R]) countHidden() {
	t.hiddenMarks = len(t.marks)
	if t.hiddenMarks == 0 {
		return
	}
	for _, r := range t.rows {
		if _, ok := t.marks[t.key(r)]; ok {
			t.hiddenMarks--
			if t.hiddenMarks == 0 {
				return
			}
		}
	}
}
