package table

// body is the number of lines for rows.
func (t *Table[K, R]) body() int { return max(0, t.height-1) }

// MoveBy moves the cursor by n rows.
func (t *Table[K, R]) MoveBy(n int) { t.MoveTo(t.cursor + n) }

// MoveTo puts the cursor on a row.
func (t *Table[K, R]) MoveTo(i int) {
	if len(t.rows) == 0 {
		t.cursor, t.offset = 0, 0
		return
	}
	t.cursor = max(0, min(i, len(t.rows)-1))
	t.hold()
	t.scrollToCursor()
}

// PageBy moves by n screens, half screens with MoveBy and HalfPage.
func (t *Table[K, R]) PageBy(n int) {
	step := n * max(1, t.body()-1)
	t.offset += step
	t.MoveBy(step)
}

// HalfPage is the number of rows in half a screen.
func (t *Table[K, R]) HalfPage() int { return max(1, t.body()/2) }

// Top goes to the first row.
func (t *Table[K, R]) Top() { t.MoveTo(0) }

// Bottom goes to the last row.
func (t *Table[K, R]) Bottom() { t.MoveTo(len(t.rows) - 1) }

// Select puts the cursor on the object with that key. If no row has it, the
// key is remembered and the cursor goes there once a row does.
func (t *Table[K, R]) Select(k K) bool {
	t.held, t.isHeld = k, true
	i, ok := t.find(k)
	if ok {
		if i < t.offset || i >= t.offset+t.body() {
			t.offset = i - t.body()/3
		}
		t.cursor = i
		t.scrollToCursor()
	}
	return ok
}

func (t *Table[K, R]) hold() {
	if t.cursor < len(t.rows) {
		t.held, t.isHeld = t.key(t.rows[t.cursor]), true
	}
}

// scrollToCursor makes the cursor visible and leaves no empty lines at the
// end if there are rows to fill them.
func (t *Table[K, R]) scrollToCursor() {
	body := t.body()
	if body == 0 {
		t.offset = t.cursor
		return
	}
	if t.cursor < t.offset {
		t.offset = t.cursor
	}
	if t.cursor >= t.offset+body {
		t.offset = t.cursor - body + 1
	}
	t.offset = t.clampOffset(t.offset)
}

func (t *Table[K, R]) clampOffset(offset int) int {
	return max(0, min(offset, len(t.rows)-t.body()))
}
