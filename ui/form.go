package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// form is a list of values in an overlay, each of which is turned up or down.
type form struct {
	items []formItem
	at    int
	done  func() tea.Cmd
}

// formItem is one value.
type formItem struct {
	name, note string
	value      func() string
	turn       func(by int)
}

func newForm(m *Root, title string, f *form) *overlay {
	return &overlay{title: title, form: f, width: 72, write: func(width int) []string {
		st := m.env.styles
		var out []string
		for i, item := range f.items {
			value := "  " + item.value() + "  "
			if i == f.at {
				value = "< " + item.value() + " >"
			}
			out = append(out, entry(st, item.name, value, theme.Text, i == f.at, width)[0])
		}
		b := lines.New(st, width)
		b.Gap()
		b.Say(2, 2, lines.Dim(f.items[f.at].note))
		text := append(append(out, ""), b.Lines()...)
		for len(text) < len(out)+3 { // the note takes as many lines for every value
			text = append(text, "")
		}
		return text
	}}
}

// turnIn goes to the next of some values, from one that may lie between them.
func turnIn[V interface{ ~int | ~int64 | ~float64 }](values []V, now V, by int) V {
	at := slices.IndexFunc(values, func(v V) bool { return v >= now })
	switch {
	case at < 0:
		at = len(values) - 1
	case values[at] != now && by > 0:
		at--
	}
	return values[max(0, min(at+by, len(values)-1))]
}

// Rates are the paces that can be chosen. The last stands for no limit, which
// options write as 0.
var rates = []float64{0.5, 1, 2, 5, 10, 20, 50, 100, noLimit}

const noLimit = 1 << 20

// turnRate goes to the next pace.
func turnRate(now float64, by int) float64 {
	if now <= 0 {
		now = noLimit
	}
	if next := turnIn(rates, now, by); next < noLimit {
		return next
	}
	return 0
}

// classChoices are the undo classes that may be deleted.
var classChoices = []string{"A", "AB", "ABC", "ABCD"}

// openOptions lets somebody choose how a run goes about.
func (m *Root) openOptions() tea.Cmd {
	o := &m.stagedPage.review.order.Options
	classes := o.Classes
	count := func(n int, zero string) string {
		if n == 0 {
			return zero
		}
		return lines.Number(n)
	}
	f := &form{items: []formItem{
		{"canary", "How many changes are made first, before the rest.",
			func() string { return count(o.Canary, "none") }, func(by int) { o.Canary = turnIn([]int{0, 1, 2, 5, 10, 20, 50}, o.Canary, by) }},
		{"wait", "How long the rest waits after the canary. Time enough to see an alarm.",
			func() string {
				if o.CanaryWait == 0 {
					return "not at all"
				}
				return changes.WaitText(o.CanaryWait)
			}, func(by int) {
				o.CanaryWait = turnIn([]time.Duration{0, 5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}, o.CanaryWait, by)
			}},
		{"at once", "How many changes are under way at the same time.",
			func() string { return lines.Number(o.Parallel) }, func(by int) { o.Parallel = turnIn([]int{1, 2, 4, 8, 16, 32}, o.Parallel, by) }},
		{"pace", "The most changes in a second.",
			func() string { return changes.RateText(o.Rate) }, func(by int) { o.Rate = turnRate(o.Rate, by) }},
		{"stop after", "After how many failures nothing more is begun.",
			func() string { return count(o.StopAfter, "never") }, func(by int) { o.StopAfter = turnIn([]int{0, 1, 2, 3, 5, 10, 20, 100}, o.StopAfter, by) }},
		{"may delete", "Undo classes. A and B come back as they were; C comes back as another token, D never.",
			func() string { return changes.ClassesText(o.Classes) }, func(by int) {
				at := max(0, slices.Index(classChoices, o.Classes))
				o.Classes = classChoices[max(0, min(at+by, len(classChoices)-1))]
			}},
	}}
	f.done = func() tea.Cmd {
		m.keepOptions()
		if o.Classes != classes {
			return m.reviewAgain() // what may be deleted decides what is left out
		}
		return m.stagedPage.refresh()
	}
	return m.open(newForm(m, "How the run goes about", f))
}

// keepOptions lets the next review begin with the options of this one. That an
// undo has no canary is not meant for what comes after it.
func (m *Root) keepOptions() {
	canary := m.runOptions.Canary
	r := m.stagedPage.review
	m.runOptions = r.order.Options
	if r.order.Purpose != "" && r.order.Purpose != "apply" {
		m.runOptions.Canary = canary
	}
}

// formActions can be called while a form is in front.
func formActions() []Action {
	move := func(n int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			f := m.overlay.form
			f.at = max(0, min(f.at+n, len(f.items)-1))
			return nil
		}
	}
	turn := func(by int) func(*Root) tea.Cmd {
		return func(m *Root) tea.Cmd {
			f := m.overlay.form
			f.items[f.at].turn(by)
			return nil
		}
	}
	return []Action{
		{ID: "form.more", Keys: bind("→ +", "more", "right", "l", "+"), Title: "Turn the value up", Footer: 1, Run: turn(1)},
		{ID: "form.less", Keys: bind("← -", "less", "left", "h", "-"), Title: "Turn the value down", Footer: 2, Run: turn(-1)},
		{ID: "form.down", Keys: bind("↓ j", "next", "down", "j", "tab"), Title: "The next value", Footer: 3, Run: move(1)},
		{ID: "form.up", Keys: bind("↑ k", "previous", "up", "k", "shift+tab"), Title: "The previous value", Footer: 4, Run: move(-1)},
		{ID: "form.close", Keys: bind("esc", "done", "esc", "enter", "q"), Title: "Done", Footer: 5,
			Run: func(m *Root) tea.Cmd {
				f := m.overlay.form
				m.overlay = nil
				return f.done()
			}},
	}
}
