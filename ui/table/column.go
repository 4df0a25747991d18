package table

import "timebound/ui/theme"

// Column says how one value of a row is shown.
type Column[R any] struct {
	// ID names the column for sorting.
	ID    string
	Title string
	// Width is the width in cells. For a flexible column it is the least.
	Width int
	// Flex is the share of the space left over; 0 is a fixed width.
	Flex int
	// Max is the widest that a flexible column gets; 0 is no limit.
	Max int
	// Priority decides which columns go when there is too little space: the
	// highest number first; 0 never goes.
	Priority int
	// From is the least width of the table at which the column is shown at
	// all: further columns should not squeeze the names.
	From int
	// When says whether the column is there at all; nil is always. It is asked when
	// rows or the size change.
	When func() bool
	// Varied leaves the column out where Fit finds the same text in every row.
	Varied bool
	// Right aligns to the right, for numbers.
	Right bool
	// Tail says how many characters at the end of a text must stay when it is
	// cut: some names differ there. nil cuts at the end.
	Tail func(text string) int
	// Cell gives what is shown. It is called for visible rows only, and its
	// text may hold anything: it is made printable here.
	Cell func(R) Cell
}

// Cell is the text of one cell and how it is painted.
type Cell struct {
	Text string
	Role theme.Role
	// Found is where Text begins in the text that filters look at, plus one;
	// 0 if filters do not look at it. See Table.Highlight.
	Found int
	// Runs, if there are any, are shown in place of Text, each in its own role,
	// set apart. Filters do not look at them.
	Runs []Run
}

// Run is a part of a cell with a role of its own.
type Run struct {
	Text string
	Role theme.Role
}

// slot is a column that has its place on the line.
type slot struct {
	column int
	lead   int // cells between the column before and this one
	width  int
}

// arrowWidth is what the arrow of a sorted column takes, with the space
// between it and the title.
const arrowWidth = 2

// place chooses the columns that fit and gives each its width; the sorted one
// has room for its arrow. The result takes width cells or fewer, whatever the
// rows hold, so nothing moves when rows change; it goes by needs where Fit has
// measured them.
func place[R any](columns []Column[R], needs []int, sorted string, width, gap int, into []slot) []slot {
	into = into[:0]
	for i := range columns {
		if width >= columns[i].From && !left(needs, i) && (columns[i].When == nil || columns[i].When()) {
			into = append(into, slot{column: i, width: least(columns, needs, i)})
		}
	}
	leads(columns, into, gap)
	for total(into) > width && len(into) > 1 {
		worst := -1
		for i, s := range into {
			p := columns[s.column].Priority
			if p > 0 && (worst < 0 || p >= columns[into[worst].column].Priority) {
				worst = i
			}
		}
		if worst < 0 {
			worst = len(into) - 1
		}
		into = append(into[:worst], into[worst+1:]...)
		leads(columns, into, gap)
	}
	makeRoomForArrow(columns, sorted, into, width-total(into))
	for _, widest := range shares(columns, needs) {
		spread(columns, into, width-total(into), widest)
	}
	if len(into) == 1 {
		into[0].width = max(0, min(into[0].width, width))
	}
	return into
}

// makeRoomForArrow widens the sorted column for its arrow. What is missing is
// taken from the widest flexible column: no column should go away because
// somebody sorts.
func makeRoomForArrow[R any](columns []Column[R], sorted string, slots []slot, left int) {
	for i, s := range slots {
		need := theme.Width(columns[s.column].Title) + arrowWidth - s.width
		if columns[s.column].ID != sorted || sorted == "" || need <= 0 {
			continue
		}
		if missing := need - max(0, left); missing > 0 {
			widest := -1
			for j, o := range slots {
				if j != i && columns[o.column].Flex > 0 && o.width > 2*missing && (widest < 0 || o.width > slots[widest].width) {
					widest = j
				}
			}
			if widest < 0 {
				return
			}
			slots[widest].width -= missing
		}
		slots[i].width += need
	}
}

// spread gives the space left over to the flexible columns, by their shares;
// widest says how wide each may get.
func spread[R any](columns []Column[R], slots []slot, left int, widest func(column int) int) {
	room := func(s slot) int {
		if columns[s.column].Flex == 0 {
			return 0
		}
		return max(0, widest(s.column)-s.width)
	}
	for left > 0 {
		shares := 0
		for _, s := range slots {
			if room(s) > 0 {
				shares += columns[s.column].Flex
			}
		}
		if shares == 0 {
			return
		}
		given := 0
		for i, s := range slots {
			more := min(left*columns[s.column].Flex/shares, room(s))
			slots[i].width += more
			given += more
		}
		if given == 0 {
			// Less than one cell per share: the greatest shares get it.
			for ; left > 0; left-- {
				most := -1
				for i, s := range slots {
					if room(s) > 0 && (most < 0 || columns[s.column].Flex > columns[slots[most].column].Flex) {
						most = i
					}
				}
				if most < 0 {
					return
				}
				slots[most].width++
			}
			return
		}
		left -= given
	}
}

// leads sets the space before each column. Behind a number it is two cells at
// least, so that the number does not seem to count what follows.
func leads[R any](columns []Column[R], slots []slot, gap int) {
	for i := range slots {
		switch {
		case i == 0:
			slots[i].lead = 0
		case columns[slots[i-1].column].Right:
			slots[i].lead = max(gap, 2)
		default:
			slots[i].lead = gap
		}
	}
}

func total(slots []slot) int {
	n := 0
	for _, s := range slots {
		n += s.lead + s.width
	}
	return n
}
