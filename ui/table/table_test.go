package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"timebound/ui/theme"
)

type fruit struct{ name, place string }

func fruitColumns() []Column[*fruit] {
	return []Column[*fruit]{
		{ID: "name", Title: "NAME", Width: 6, Flex: 2, Max: 30, Cell: func(f *fruit) Cell {
			return Cell{Text: f.name, Found: 1}
		}},
		{ID: "place", Title: "PLACE", Width: 5, Flex: 1, Priority: 2, Cell: func(f *fruit) Cell {
			return Cell{Text: f.place, Role: theme.Dim}
		}},
		{ID: "n", Title: "LEN", Width: 4, Right: true, Priority: 1, Cell: func(f *fruit) Cell {
			return Cell{Text: strconv.Itoa(len(f.name)), Role: theme.Info}
		}},
	}
}

func newFruits(rows []*fruit) *Table[string, *fruit] {
	t := New(fruitColumns(), func(f *fruit) string { return f.name })
	t.SetStyles(theme.New(theme.Options{Dark: true}))
	t.SetSize(40, 6)
	t.SetRows(rows)
	return t
}

func fruits(n int) []*fruit {
	rows := make([]*fruit, n)
	for i := range rows {
		rows[i] = &fruit{fmt.Sprintf("fruit-%05d", i), fmt.Sprintf("place-%d", i%7)}
	}
	return rows
}

func (t *Table[K, R]) text() string {
	var b strings.Builder
	for i := range t.Height() {
		b.WriteString(ansi.Strip(string(t.AppendLine(nil, i))))
		b.WriteByte('\n')
	}
	return b.String()
}

func current(t *testing.T, tb *Table[string, *fruit]) string {
	t.Helper()
	f, ok := tb.Current()
	if !ok {
		return ""
	}
	return f.name
}

func TestTheCursorStaysWithItsObject(t *testing.T) {
	rows := fruits(100)
	tb := newFruits(rows)
	tb.MoveTo(50)
	line := tb.Index() - tb.Offset()

	reversed := slices.Clone(rows)
	slices.Reverse(reversed)
	tb.SetRows(reversed)
	if got := current(t, tb); got != "fruit-00050" {
		t.Fatalf("after sorting the cursor is on %s", got)
	}
	if got := tb.Index() - tb.Offset(); got != line {
		t.Errorf("its line on the screen went from %d to %d", line, got)
	}

	tb.SetRows(rows[:20]) // a filter that hides it
	if got := current(t, tb); got == "fruit-00050" || got == "" {
		t.Fatalf("while hidden the cursor is on %q", got)
	}
	tb.SetRows(rows)
	if got := current(t, tb); got != "fruit-00050" {
		t.Fatalf("after the filter is gone the cursor is on %s", got)
	}

	grown := append(fruits(0), &fruit{name: "aaa"}, &fruit{name: "aab"})
	tb.SetRows(append(grown, rows...))
	if got := current(t, tb); got != "fruit-00050" {
		t.Fatalf("after rows came in above the cursor is on %s", got)
	}
	if got := tb.Index() - tb.Offset(); got != line {
		t.Errorf("rows above moved its line from %d to %d", line, got)
	}
}

func TestAnUntouchedCursorStaysOnTopWhileRowsArrive(t *testing.T) {
	tb := newFruits([]*fruit{{name: "m"}})
	tb.SetRows([]*fruit{{name: "a"}, {name: "m"}})
	if got := current(t, tb); got != "a" {
		t.Fatalf("the cursor is on %s", got)
	}
}

func TestSelectRemembersAnObjectThatIsNotThereYet(t *testing.T) {
	tb := newFruits(nil)
	if tb.Select("fruit-00007") {
		t.Fatal("selected a row of an empty table")
	}
	tb.SetRows(fruits(100))
	if got := current(t, tb); got != "fruit-00007" {
		t.Fatalf("the cursor is on %s", got)
	}
}

func TestMarksAreKeysAndSurviveEverything(t *testing.T) {
	rows := fruits(10)
	tb := newFruits(rows)
	tb.MoveTo(3)
	tb.ToggleMark()
	tb.MoveTo(8)
	tb.ToggleMark()
	tb.SetRows(rows[:5])
	if all, hidden := tb.Marks(); all != 2 || hidden != 1 {
		t.Fatalf("%d marked, %d hidden; want 2, 1", all, hidden)
	}
	tb.MarkShown()
	if all, hidden := tb.Marks(); all != 6 || hidden != 1 {
		t.Fatalf("%d marked, %d hidden; want 6, 1", all, hidden)
	}
	tb.SetRows(rows)
	if all, hidden := tb.Marks(); all != 6 || hidden != 0 {
		t.Fatalf("%d marked, %d hidden; want 6, 0", all, hidden)
	}
	tb.MoveTo(3)
	tb.ToggleMark()
	if tb.IsMarked("fruit-00003") {
		t.Error("the mark is still there")
	}
	tb.UnmarkAll()
	if all, _ := tb.Marks(); all != 0 {
		t.Errorf("%d marks are left", all)
	}
}

func TestMovesStayInside(t *testing.T) {
	tb := newFruits(fruits(12))
	moves := map[string]func(){
		"up": func() { tb.MoveBy(-1) }, "down": func() { tb.MoveBy(1) }, "page up": func() { tb.PageBy(-1) },
		"page down": func() { tb.PageBy(1) }, "half": func() { tb.MoveBy(tb.HalfPage()) }, "top": tb.Top, "bottom": tb.Bottom,
		"small": func() { tb.SetSize(20, 3) }, "large": func() { tb.SetSize(50, 30) }, "none": func() { tb.SetSize(0, 0) }, "usual": func() { tb.SetSize(40, 6) },
		"no rows": func() { tb.SetRows(nil) }, "some rows": func() { tb.SetRows(fruits(4)) }, "more rows": func() { tb.SetRows(fruits(30)) },
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for n := range moves {
			if !yield(n) {
				return
			}
		}
	})
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		name := names[r.IntN(len(names))]
		moves[name]()
		if n := tb.Len(); n > 0 && (tb.Index() < 0 || tb.Index() >= n) {
			t.Fatalf("after %s the cursor is at %d of %d", name, tb.Index(), n)
		}
		if tb.body() > 0 && tb.Len() > 0 && (tb.Index() < tb.Offset() || tb.Index() >= tb.Offset()+tb.body()) {
			t.Fatalf("after %s the cursor %d is out of sight (offset %d, %d lines)", name, tb.Index(), tb.Offset(), tb.body())
		}
		if tb.body() > 0 && tb.Offset() > 0 && tb.Offset()+tb.body() > tb.Len() {
			t.Fatalf("after %s there are empty lines below with rows above", name)
		}
		tb.text()
	}
}

func TestColumnsGoByPriorityWhenItGetsNarrow(t *testing.T) {
	tb := newFruits(fruits(3))
	for _, c := range []struct {
		width int
		want  []string
	}{{40, []string{"name", "place", "n"}}, {17, []string{"name", "n"}}, {11, []string{"name"}}} {
		tb.SetSize(c.width, 5)
		var got []string
		for _, id := range []string{"name", "place", "n"} {
			if tb.Shows(id) {
				got = append(got, id)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("at width %d there are %v, want %v", c.width, got, c.want)
		}
	}
}

func TestHeaderShowsTheSort(t *testing.T) {
	tb := newFruits(fruits(1))
	tb.SetSort("name", true)
	if head := strings.SplitN(tb.text(), "\n", 2)[0]; !strings.Contains(head, "NAME ↓") {
		t.Fatalf("header is %q", head)
	}
}

func TestMatchedRunesAreSetApart(t *testing.T) {
	tb := newFruits([]*fruit{{name: "ledger"}, {name: "ledgers"}})
	tb.Highlight = func(*fruit) []int { return []int{0, 1, 4} }
	st := theme.New(theme.Options{Dark: true})
	line := string(tb.AppendLine(nil, 2))
	for _, want := range []string{st.Paint(theme.Match, "le"), st.Paint(theme.Match, "e")} {
		if !strings.Contains(line, want) {
			t.Errorf("%q is not in %q", want, line)
		}
	}
}

var hostileRunes = []rune("aZ09-/. 日本語한글éeñ\u0301\u0300\u0d4e\u0e33กำ🚀👩🏽𝔘ﷺ\u1100\u1161\u11a8🇩🇪…│\x1b[]\a\n\t\r\u202e\u200d\ufeff\u00ad\u009b")

func hostile(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteRune(hostileRunes[r.IntN(len(hostileRunes))])
	}
	if r.IntN(8) == 0 {
		b.WriteString("\xff\xc0")
	}
	return b.String()
}

func TestEveryLineIsExactlyAsWideAsAsked(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 1500 {
		rows := make([]*fruit, r.IntN(12))
		for i := range rows {
			rows[i] = &fruit{hostile(r, 25), hostile(r, 12)}
		}
		tb := New(fruitColumns(), func(f *fruit) string { return f.name })
		tb.SetStyles(theme.New(theme.Options{Dark: round%2 == 0, NoColor: round%3 == 0, ASCII: round%5 == 0}))
		width := r.IntN(70)
		tb.SetSize(width, r.IntN(10))
		tb.SetRows(rows)
		tb.MarkShown()
		tb.MoveBy(r.IntN(5))
		if r.IntN(2) == 0 {
			tb.Highlight = func(*fruit) []int { return []int{0, 2, 3, 7, 9} }
		}
		for i := range tb.Height() {
			line := string(tb.AppendLine(nil, i))
			if got := ansi.StringWidth(line); got != width {
				t.Fatalf("line %d is %d cells wide, want %d: %q", i, got, width, line)
			}
			for _, c := range ansi.Strip(line) {
				if c < 0x20 || c == '\u202e' || c == '\u200d' || (c >= 0x7f && c < 0xa0) {
					t.Fatalf("line %d lets %U through: %q", i, c, line)
				}
			}
		}
	}
}

func BenchmarkKey(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			tb := newFruits(fruits(n))
			tb.SetSize(120, 40)
			buf := make([]byte, 0, 1<<16)
			b.ReportAllocs()
			for b.Loop() {
				tb.MoveBy(1)
				buf = buf[:0]
				for i := range tb.Height() {
					buf = tb.AppendLine(buf, i)
				}
			}
		})
	}
}

func TestRunsKeepTheirOwnRolesAndStandWhole(t *testing.T) {
	runs := []Run{{"● 1", theme.Warn}, {"○ 12", theme.Good}, {"⊘ 3", theme.Dim}}
	columns := []Column[*fruit]{{ID: "runs", Width: 4, Cell: func(*fruit) Cell { return Cell{Runs: runs} }}}
	st := theme.New(theme.Options{Dark: true})
	for width, want := range map[int]string{
		20: "● 1  ○ 12  ⊘ 3", 14: "● 1  ○ 12  ⊘ 3", 13: "● 1  ○ 12 …", 11: "● 1  ○ 12 …", 10: "● 1 …", 5: "● 1 …", 4: "● 1", 3: "● 1", 2: "●…",
	} {
		columns[0].Width = width
		tb := New(columns, func(f *fruit) string { return f.name })
		tb.SetStyles(st)
		tb.SetSize(width+gutter, 4)
		tb.SetRows(fruits(2))
		row := string(tb.AppendLine(nil, 2))
		if got := strings.TrimSpace(ansi.Strip(row)); got != want {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
		if got := ansi.StringWidth(row); got != width+gutter {
			t.Errorf("in %d cells the row is %d wide", width, got)
		}
		for _, r := range runs {
			if strings.Contains(ansi.Strip(row), r.Text) && !strings.Contains(row, st.Paint(r.Role, r.Text)) {
				t.Errorf("in %d cells %q is not in its own colour", width, r.Text)
			}
		}
	}
}

func TestTheArrowStandsApartAndNoColumnGoesAwayForIt(t *testing.T) {
	for width := 10; width < 60; width++ {
		tb := New(fruitColumns(), func(f *fruit) string { return f.name })
		tb.SetStyles(theme.New(theme.Options{NoColor: true}))
		tb.SetSize(width, 6)
		tb.SetRows(fruits(9))
		shown := func() (ids []string) {
			for _, c := range tb.columns {
				if tb.Shows(c.ID) {
					ids = append(ids, c.ID)
				}
			}
			return ids
		}
		before := shown()
		for _, id := range before {
			tb.SetSort(id, id == "n")
			if !slices.Equal(shown(), before) {
				t.Errorf("%d wide, sorted by %s: %v instead of %v", width, id, shown(), before)
			}
			for _, line := range strings.Split(strings.TrimSuffix(tb.text(), "\n"), "\n") {
				if ansi.StringWidth(line) != width {
					t.Fatalf("%d wide, sorted by %s: %q", width, id, line)
				}
			}
		}
		if head := tb.text(); len(before) == 3 && width > 24 && !strings.Contains(head, " ↓ LEN") {
			t.Errorf("%d wide: %q", width, head)
		}
	}
}

func TestATextThatIsCutKeepsItsTail(t *testing.T) {
	tail := func(s string) int { return len(s) - strings.LastIndexByte(s, '-') - 1 }
	for text, want := range map[string]string{
		"short-abc": "short-abc", "a-long-name-with-abc": "a-long-na…abc", "日本語日本語日本語-abc": "日本語日本語…", "a-name-with-an-endless-tail-abcdefghi": "a-name-with-…",
	} {
		if got := cut(text, 13, tail, "…"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := cut("a-long-name-with-abc", 13, nil, "…"); got != "a-long-name-…" {
		t.Errorf("without a tail: %q", got)
	}
}

func TestTheSignOfACutIsNotHighlighted(t *testing.T) {
	st := theme.New(theme.Options{Dark: true})
	columns := []Column[*fruit]{{ID: "name", Width: 12, Tail: func(string) int { return 3 }, Cell: func(f *fruit) Cell { return Cell{Text: f.name, Found: 1} }}}
	tb := New(columns, func(f *fruit) string { return f.name })
	tb.Highlight = func(*fruit) []int { return []int{4, 5, 6, 7, 8, 9} }
	tb.SetStyles(st)
	tb.SetSize(12+gutter, 4)
	tb.SetRows([]*fruit{{name: "other"}, {name: "abc-export-xyz"}})
	want := st.Paint(theme.Text, "abc-") + st.Paint(theme.Match, "expo") + st.Paint(theme.Text, "…xyz")
	if row := string(tb.AppendLine(nil, 2)); !strings.Contains(row, want) {
		t.Errorf("%q, want %q", row, want)
	}
	if n := commonPrefix("a—b", "a…"); n != 1 {
		t.Errorf("two signs that begin with the same bytes have %d bytes in common, want 1", n)
	}
}
