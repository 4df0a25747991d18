package planpage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"timebound/model"
	"timebound/plan"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

var (
	colored = theme.New(theme.Options{Dark: true})
	plain   = theme.New(theme.Options{NoColor: true})
	ascii   = theme.New(theme.Options{NoColor: true, ASCII: true})
)

func text(ls []string) string { return theme.Plain(strings.Join(ls, "\n")) }

func flat(ls []string) string { return strings.Join(strings.Fields(text(ls)), " ") }

func listText(l *List, cursor int, st *theme.Styles, width int) []string {
	var out []string
	for i := range l.Len() {
		out = append(out, string(l.AppendLine(nil, i, cursor, st, width)))
	}
	return out
}

// everything is all that the page can show of a plan.
func everything(s *Sheet, st *theme.Styles, width int) []string {
	var out []string
	n := len(s.Plan.Hops)
	for chosen := range n {
		first := FirstStation(n, chosen, 0, width)
		out = append(out, Timeline(s.Plan, chosen, first, st, width)...)
		h := &s.Plan.Hops[chosen]
		out = append(out, Head(h, st, width)...)
		l := Lay(h, 20)
		out = append(out, listText(l, 1, st, width)...)
		for _, row := range l.Rows {
			out = append(out, Story(row, h, st, width, Brief)...)
			out = append(out, Story(row, h, st, width, Full)...)
		}
	}
	for _, roomy := range []bool{true, false} {
		out = append(out, ForecastHead(s, st, width, s.Plan.Inputs.AsOf+70, roomy)...)
	}
	return append(out, Impact(s.Plan, st, width)...)
}

func TestGoldens(t *testing.T) {
	s := Make(sample.Plan())
	for _, width := range []int{60, 80, 120, 200} {
		golden.Require(t, fmt.Sprintf("plan-%d", width), text(everything(s, plain, width)))
	}
	golden.Require(t, "plan-120-dark", strings.Join(everything(s, colored, 120), "\n"))
	golden.Require(t, "plan-80-ascii", text(everything(s, ascii, 80)))
}

func TestEverythingFitsAnyWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		s, width := Make(hostilePlan(rng)), 1+rng.IntN(230)
		for _, st := range []*theme.Styles{colored, plain, ascii} {
			for _, line := range everything(s, st, width) {
				if w := theme.Width(line); w > width {
					t.Fatalf("width %d: %d cells: %q", width, w, line)
				}
				if strings.ContainsAny(theme.Plain(line), "\x1b\x07\n\u202e") {
					t.Fatalf("raw control character in %q", line)
				}
			}
		}
	}
}

// hostilePlan is the sample with days and strings that nobody expects.
func hostilePlan(rng *rand.Rand) *plan.Plan {
	p := sample.Plan()
	odd := func(s *string) {
		if rng.IntN(3) == 0 {
			*s = []string{"", sample.Hostile, strings.Repeat("漢字-", 60), "ก็็็็็", "\xff\xfe", strings.Repeat("x", 300)}[rng.IntN(6)]
		}
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		odd(&h.Name)
		for j := range h.Steps {
			s := &h.Steps[j]
			odd(&s.Title)
			odd(&s.Why)
			odd(&s.Code)
			odd(&s.Undo)
			for k := range s.Facts {
				odd(&s.Facts[k])
			}
			for k := range s.Verify {
				odd(&s.Verify[k])
			}
			for k := range s.How {
				odd(&s.How[k])
			}
			for k := range s.Ways {
				odd(&s.Ways[k].Title)
				odd(&s.Ways[k].Good)
			}
			if rng.IntN(4) == 0 {
				s.State = plan.State(sample.Hostile)
			}
		}
	}
	for i := range p.Forecast.Items {
		it := &p.Forecast.Items[i]
		switch rng.IntN(8) {
		case 0:
			it.Invalidated, it.Deleted = 0, 0
		case 1:
			it.Deleted = model.Day(rng.Int32N(200_000))
		case 2:
			it.Invalidated = -5000
		}
	}
	for i := range p.Impact.Rows {
		odd(&p.Impact.Rows[i].Title)
		odd(&p.Impact.Rows[i].Cells[1].Now)
	}
	if rng.IntN(5) == 0 {
		p.Impact, p.Forecast = plan.Impact{}, plan.Forecast{}
	}
	if rng.IntN(5) == 0 {
		p.Hops = p.Hops[:1+rng.IntN(len(p.Hops))]
	}
	return p
}

func TestEveryStationOfTheWayCanBeSeen(t *testing.T) {
	p := sample.Plan()
	for _, width := range []int{20, 40, 58, 78, 118, 198} {
		first := 0
		for _, chosen := range []int{0, 1, 2, 3, 4, 3, 2, 1, 0} {
			before := first
			first = FirstStation(len(p.Hops), chosen, first, width)
			if got := text(Timeline(p, chosen, first, plain, width)); !strings.Contains(got, p.Hops[chosen].To.String()) {
				t.Errorf("%d cells, hop %d is not seen:\n%s", width, chosen, got)
			}
			if first < before-1 || first > before+1 {
				t.Errorf("%d cells: the way jumps from %d to %d", width, before, first)
			}
		}
	}
}

func TestTheWayTellsWhereTheClusterStands(t *testing.T) {
	got := text(Timeline(sample.Plan(), 2, 0, plain, 118))
	for _, want := range []string{"✓ ━", "! ━", "◉ ─", "○ ─", "⚑", "1 overdue", "you are here", "1.30 target", "2026-12-22 assumed", "2027-04-01"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "2027-04-01 assumed") {
		t.Error("a day that was given is called assumed")
	}
}

func TestAStateIsToldByGlyphAndWord(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range plan.States() {
		mark := plain.Glyphs.State(s)
		if seen[mark] {
			t.Errorf("two states have the glyph %s", mark)
		}
		seen[mark] = true
		h := &plan.Hop{Steps: []plan.Step{{State: s, Code: "TB-999", Phase: plan.Do}}}
		if got := listText(Lay(h, 0), 0, plain, 60)[1]; !strings.Contains(got, mark+" "+theme.StateWord(s)) {
			t.Errorf("%s is told as %q", s, got)
		}
	}
}

func TestWhatBlocksStandsBelowTheStep(t *testing.T) {
	p := sample.Plan()
	got := listText(Lay(&p.Hops[3], 0), -1, plain, 90)
	if !strings.Contains(got[1], "TB-201") || !strings.Contains(got[2], "will not start on 1.28") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestTheCursorBeginsWhereSomethingBlocks(t *testing.T) {
	p := sample.Plan()
	for hop, want := range map[int]string{0: "1.24/TB-403", 1: "1.26/TB-401", 2: "1.27/TB-301", 3: "1.28/TB-201", 4: "1.30/TB-304"} {
		l := Lay(&p.Hops[hop], 0)
		if got := l.Rows[l.FirstOpen()].ID; got != want {
			t.Errorf("hop %d begins at %s, want %s", hop, got, want)
		}
	}
}

func TestSubjectsOfSteps(t *testing.T) {
	p := sample.Plan()
	s := Make(p)
	for i, want := range []Subject{Nothing, Nothing, Workloads, Tokens, Accounts, Mixed, Tokens} {
		step := &p.Hops[2].Steps[i]
		if got := s.Subject(step); got != want {
			t.Errorf("%s: %d, want %d", step.Code, got, want)
		}
	}
	if n := s.TokenCount(&p.Hops[2].Steps[3]); n != 6 {
		t.Errorf("%d tokens", n)
	}
}

func TestWhatIsWantedComesFirst(t *testing.T) {
	s := Make(sample.Plan())
	if s.Wanted != 4 {
		t.Fatalf("%d are wanted", s.Wanted)
	}
	for i := 1; i < len(s.Upcoming); i++ {
		a, b := s.Upcoming[i-1], s.Upcoming[i]
		if (a.Wanted == "") == (b.Wanted == "") && a.First() > b.First() || a.Wanted == "" && b.Wanted != "" {
			t.Errorf("%+v stands before %+v", a, b)
		}
	}
}

func TestTheCalendarCountsEveryToken(t *testing.T) {
	p := sample.Plan()
	s := Make(p)
	off, deleted := 0, 0
	for i := range s.Calendar.Months() {
		off += s.Calendar.off[i]
		deleted += s.Calendar.deleted[i]
	}
	if off != 39 || deleted != 40 { // one is switched off already
		t.Errorf("%d switched off, %d deleted", off, deleted)
	}
	got := text(ForecastHead(s, plain, 117, 0, true))
	for _, want := range []string{"Nov", "2027", "↑1.28≈", "↑1.30", "the clean-up period is 365 days (assumed)", "The cleaner takes 40 tokens, first here 4"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestALongWayIsTakenTogetherByYears(t *testing.T) {
	p := sample.Plan()
	p.Forecast.Items[5].Deleted = p.Inputs.AsOf + 365*30
	got := text(ForecastHead(Make(p), plain, 76, 0, false))
	if !strings.Contains(got, "2026") || !strings.Contains(got, "deleted") {
		t.Errorf("got\n%s", got)
	}
}

func TestNobodySaysMoreThanWasSeen(t *testing.T) {
	p := sample.Plan()
	p.Forecast.Items = nil
	if got := flat(ForecastHead(Make(p), plain, 76, 0, false)); !strings.Contains(got, "The cleaner takes no token. It leaves 327 alone.") {
		t.Errorf("got %s", got)
	}
}

func TestTheTableSaysWhatIsToldOtherwise(t *testing.T) {
	for _, width := range []int{76, 116} {
		got := flat(Impact(sample.Plan(), plain, width))
		for _, want := range []string{"auto-generated secret", "169 tokens", "from 1.30", "OFTEN TOLD OTHERWISE", "manual tokens get the label too"} {
			if !strings.Contains(got, want) {
				t.Errorf("%d: no %q in %s", width, want, got)
			}
		}
	}
}
