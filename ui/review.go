package ui

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan/change"
	"timebound/plan/run"
	"timebound/ui/changes"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// reviewing is a review under way, or the one that is looked at.
type reviewing struct {
	gen    int
	order  run.Order
	staged bool // the items are those of the batch, and leave it when they run
	away   bool // it was come to from another page
	cancel context.CancelFunc
	so     *tried // how far it is
	busy   bool
	result *run.Review
	err    error
	// moved counts the items that moved since, by the facts in basis.
	moved int
	basis *model.Assessment

	kubectl bool // the commands are shown
	pos     scroll
	text    []string
	laid    laying
	laying  bool
}

// tried is how many items the server tried out. It is written by a command.
type tried struct{ done, of atomic.Int64 }

// laying is what the text of a review was made for.
type laying struct {
	review  *run.Review
	options run.Options
	styles  *theme.Styles
	width   int
	kubectl bool
}

// reviewedMsg brings a review.
type reviewedMsg struct {
	gen    int
	review *run.Review
	err    error
}

// reviewTickMsg says that it is time to show how far the review is.
type reviewTickMsg struct{ gen int }

const reviewTick = 150 * time.Millisecond

// reviewLaidMsg brings the text of a review.
type reviewLaidMsg struct {
	gen  int
	laid laying
	text []string
}

func reviewCmd(ctx context.Context, c Changer, gen int, o run.Order, so *tried) tea.Cmd {
	return func() tea.Msg {
		v, err := c.Review(ctx, o, func(done, of int) {
			so.done.Store(int64(done))
			so.of.Store(int64(of))
		})
		return reviewedMsg{gen, v, err}
	}
}

// startReview has an order tried out, and shows how that goes.
func (m *Root) startReview(o run.Order, staged bool) tea.Cmd {
	p := m.stagedPage
	if p.review != nil {
		p.review.cancel()
	}
	m.reviewGen++
	ctx, cancel := context.WithCancel(m.ctx)
	r := &reviewing{gen: m.reviewGen, order: o, staged: staged, cancel: cancel, so: &tried{}, busy: true}
	r.so.of.Store(int64(len(o.Items)))
	m.dirty = true
	show := func() tea.Cmd {
		p.review = r
		return nil
	}
	var shown tea.Cmd
	if m.current == PageStaged {
		shown = show()
	} else {
		r.away = true
		shown = m.visit(PageStaged, show)
	}
	return tea.Batch(shown, reviewCmd(ctx, m.options.Changes, r.gen, o, r.so), m.after(reviewTick, reviewTickMsg{r.gen}))
}

// reviewAgain tries the same order out once more.
func (m *Root) reviewAgain() tea.Cmd {
	r := m.stagedPage.review
	o := r.order
	o.Options = m.runOptionsFor(o)
	if r.staged {
		o.Items = m.env.staging.batch.Items()
	}
	again := m.startReview(o, r.staged)
	m.stagedPage.review.away, m.stagedPage.review.kubectl = r.away, r.kubectl
	return again
}

func (m *Root) onReviewed(msg reviewedMsg) tea.Cmd {
	r := m.stagedPage.review
	if r == nil || r.gen != msg.gen {
		return nil
	}
	m.dirty = true
	r.busy, r.result, r.err, r.basis = false, msg.review, msg.err, m.assessment
	if nothingToUndo(r.order, r.result) {
		return tea.Batch(m.stagedPage.refresh(), endRunCmd(m.ctx, m.options.Changes, r.order.Undoes, true))
	}
	return m.stagedPage.refresh()
}

func (m *Root) onReviewTick(msg reviewTickMsg) tea.Cmd {
	r := m.stagedPage.review
	if r == nil || r.gen != msg.gen || !r.busy {
		return nil
	}
	m.dirty = m.dirty || m.current == PageStaged
	return m.after(reviewTick, msg)
}

func (m *Root) onReviewLaid(msg reviewLaidMsg) tea.Cmd {
	r := m.stagedPage.review
	if r == nil || r.gen != msg.gen {
		return nil
	}
	m.dirty = true
	r.text, r.laid, r.laying = msg.text, msg.laid, false
	return m.stagedPage.refresh() // the window may have changed meanwhile
}

// closeReview leaves the review: one that is under way is stopped.
func (m *Root) closeReview() tea.Cmd {
	r := m.stagedPage.review
	r.cancel()
	m.stagedPage.review = nil
	if r.away {
		return m.goBack()
	}
	return m.stagedPage.refresh()
}

// wanted gives what the text has to be made for now.
func (r *reviewing) wanted(e *env, width int) laying {
	return laying{r.result, r.order.Options, e.styles, width, r.kubectl}
}

// lay has the text made, off the screen's thread: there may be thousands of
// changes in it.
func (r *reviewing) lay(e *env, width int) tea.Cmd {
	w := r.wanted(e, width)
	if r.result == nil || r.laying || sameLaying(r.laid, w) {
		return nil
	}
	r.laying = true
	gen, order := r.gen, r.order
	return func() tea.Msg {
		return reviewLaidMsg{gen, w, changes.Review(order, w.review, w.styles, w.width, w.kubectl)}
	}
}

func sameLaying(a, b laying) bool {
	return a.review == b.review && a.styles == b.styles && a.width == b.width && a.kubectl == b.kubectl &&
		changes.OptionsText(a.options, true) == changes.OptionsText(b.options, true)
}

// recheck counts what moved since the review.
func (r *reviewing) recheck(a *model.Assessment) {
	if r.result == nil || a == nil || a == r.basis {
		return
	}
	r.basis, r.moved = a, 0
	for i := range r.result.Items {
		if v := &r.result.Items[i]; v.Problem == "" && change.Recheck(v.Item, a) != nil {
			r.moved++
		}
	}
}

// shown says that the review is over and its text made.
func (r *reviewing) shown() bool { return r.result != nil && r.err == nil && r.text != nil }

// ready gives the items that nothing stands against.
func (r *reviewing) ready() []*change.Item {
	var items []*change.Item
	ok := make(map[*change.Item]bool, len(r.result.Items))
	for i := range r.result.Items {
		if v := &r.result.Items[i]; v.Problem == "" {
			ok[v.Item] = true
		}
	}
	for _, i := range r.order.Items { // in the order in which they are to be done
		if ok[i] {
			items = append(items, i)
		}
	}
	return items
}

// appendReview appends a line of the review. Its first line says what is
// reviewed and what came out.
func (p *stagedPage) appendReview(dst []byte, line int) []byte {
	r, st := p.review, p.env.styles
	r.pos.fit(len(r.text), max(0, p.height-1)) // before the head, which says how far down it is
	switch {
	case line == 0:
		return append(dst, p.reviewHead()...)
	case !r.shown() && r.err == nil:
		return p.appendTrying(dst, line)
	case r.err != nil:
		b := lines.New(st, max(0, min(p.width-6, 90)))
		b.Item(0, lines.Of(theme.Bad, st.Glyphs.Cross+" "), lines.Text("The review was not finished: "+r.err.Error()))
		b.Gap()
		b.Say(0, 0, lines.Dim("Nothing was changed. "), lines.Of(theme.Key, "v"), lines.Dim(" tries again, "), lines.Of(theme.Key, "esc"), lines.Dim(" goes back."))
		return appendAt(dst, b.Lines(), line-2, 3, p.width)
	}
	dst = append(dst, theme.Spaces(min(margin, p.width))...)
	if line == p.height-1 && r.pos.more() {
		return append(dst, theme.Truncate(r.pos.sign(st), max(0, p.width-margin), "")...)
	}
	if i := r.pos.offset + line - 1; i < len(r.text) {
		dst = append(dst, theme.Truncate(r.text[i], max(0, p.width-margin), "")...)
	}
	return dst
}

// appendAt appends a line of a text that is indented.
func appendAt(dst []byte, text []string, line, indent, width int) []byte {
	if line < 0 || line >= len(text) {
		return dst
	}
	dst = append(dst, theme.Spaces(min(indent, width))...)
	return append(dst, theme.Truncate(text[line], max(0, width-indent), "")...)
}

// reviewHead says what is reviewed, and whether what it stands on still holds.
func (p *stagedPage) reviewHead() string {
	r, st := p.review, p.env.styles
	dot := " " + st.Glyphs.Dot + " "
	left := "  " + st.Paint(theme.Title, "Review") + st.Paint(theme.Dim, dot+model.Printable(r.order.Name)+dot+lines.Count(len(r.order.Items), "change", "changes"))
	right := ""
	for _, since := range []string{" since it was tried out", ""} {
		right = p.reviewState(since)
		if theme.Width(left)+theme.Width(right) < p.width {
			break
		}
	}
	room := max(0, p.width-theme.Width(right)-1)
	return theme.Truncate(theme.Pad(left, room, st.Glyphs.Ellipsis)+right, p.width, "")
}

// reviewState says what moved since, and how much of the text was seen.
func (p *stagedPage) reviewState(since string) string {
	r, st := p.review, p.env.styles
	if !r.shown() {
		return ""
	}
	text := st.Paint(theme.Dim, "evidence unchanged"+since)
	if r.moved > 0 {
		text = st.Paint(theme.Warn, st.Glyphs.Alert+" "+lines.Number(r.moved)+" moved"+since+": v reviews again")
	}
	percent := cmp.Or(r.pos.percent(), "100%") // always there: what stands before it must not move
	return text + "  " + st.Paint(theme.Dim, theme.PadLeft(percent, 4, ""))
}

// appendTrying appends a line of the page while the review is under way.
func (p *stagedPage) appendTrying(dst []byte, line int) []byte {
	st := p.env.styles
	done, of := int(p.review.so.done.Load()), int(p.review.so.of.Load())
	room := max(0, min(60, p.width-2*3))
	text := []string{
		st.Paint(theme.Text, "The server tries every change out. Nothing is changed."),
		"",
		changes.Bar(st, done, of, room),
		st.Paint(theme.Dim, lines.Number(done)+" of "+lines.Number(of)+"   esc stops"),
	}
	return appendAt(dst, text, line-2, 3, p.width)
}
