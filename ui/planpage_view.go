package ui

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/planpage"
	"timebound/ui/theme"
)

// roomyFrom is the height from which the parts of the Plan page stand apart.
const roomyFrom = 18

// verboseFrom is the height from which each assumption has a line of its own.
const verboseFrom = 30

// The lines of the steps view: the views, the way, the title of the hop, its
// steps.
func (p *planPage) wayAt() int {
	if p.height >= roomyFrom+6 {
		return 2
	}
	return 1
}

func (p *planPage) headAt() int {
	at := p.wayAt() + planpage.TimelineHeight
	if p.height >= roomyFrom {
		at++
	}
	return at
}

func (p *planPage) listAt() int {
	at := p.headAt() + planpage.HeadHeight
	if p.height >= verboseFrom {
		at++
	}
	return at
}

// listHeight is the number of lines for the steps.
func (p *planPage) listHeight() int { return max(1, p.height-p.listAt()) }

// viewAt is the line at which the views without a way begin.
func (p *planPage) viewAt() int {
	if p.height >= verboseFrom {
		return 2
	}
	return 1
}

// wayWidth is the room of the way.
func (p *planPage) wayWidth() int { return max(0, p.width-2) }

// split gives the widths of the steps and of the story beside them; 0 is no
// story.
func (p *planPage) split() (list, told int) {
	if p.width < splitFrom {
		return p.width, 0
	}
	const beside, margin = 3, 1 // " │ ", and what keeps text from the edge
	told = max(34, min(p.width*33/100, 84))
	return p.width - told - beside - margin, told
}

func (p *planPage) appendLine(dst []byte, line int) []byte {
	s := p.plans.sheet
	switch {
	case s == nil:
		return p.appendMissing(dst, line)
	case p.details:
		return p.appendDetails(dst, line)
	case line == 0:
		return append(dst, p.views()...)
	case p.view != viewSteps && line < p.viewAt():
		return dst
	case p.view == viewForecast:
		return p.appendForecast(dst, line-p.viewAt())
	case p.view == viewImpact:
		return p.appendImpact(dst, line-p.viewAt())
	}
	return p.appendSteps(dst, line)
}

// views names the views, and where the plan goes.
func (p *planPage) views() string {
	st := p.env.styles
	left := " "
	for _, v := range []struct {
		view      planView
		key, name string
	}{{viewSteps, "esc", "Steps"}, {viewForecast, "f", "Forecast"}, {viewImpact, "x", "Impact"}} {
		if v.view == p.view {
			left += st.Paint(theme.TabActive, " "+v.name+" ") + "  "
			continue
		}
		left += " " + st.Paint(theme.Key, v.key) + st.Paint(theme.Tab, " "+v.name+" ") + "  "
	}
	return p.between(left, p.aim())
}

// between sets a line with something at its right end. Of the two, the left
// one stays where there is little room.
func (p *planPage) between(left, right string) string {
	st := p.env.styles
	room := p.width - theme.Width(left) - 1
	right = theme.Truncate(right, max(0, room), st.Glyphs.Ellipsis)
	return theme.Truncate(left+theme.Spaces(room-theme.Width(right))+right, p.width, "")
}

// aim says where the plan goes and by which policy, or why the one that is
// seen could not be built anew.
func (p *planPage) aim() string {
	st := p.env.styles
	if p.plans.err != nil {
		return st.Paint(theme.Warn, st.Glyphs.Alert+" an older plan: "+model.Printable(p.plans.trouble()))
	}
	made := p.plans.sheet.Plan
	text := made.From.String() + " " + st.Glyphs.Arrow + " " + made.Target.String()
	if name := model.Printable(made.Policy.Name); name != "" && p.width >= 80 {
		text += "   policy " + name
	}
	return st.Paint(theme.Dim, text)
}

// appendMissing says why there is no plan.
func (p *planPage) appendMissing(dst []byte, line int) []byte {
	st := p.env.styles
	b := lines.New(st, max(0, min(p.width-6, 90)))
	if err := p.plans.err; err != nil {
		b.Say(0, 2, lines.Of(theme.Warn, st.Glyphs.Alert+" No plan: "+p.plans.trouble()+"."))
		b.Gap()
		b.Say(0, 0, lines.Dim(err.Error()))
		b.Gap()
		b.Say(0, 0, lines.Of(theme.Key, "t"), lines.Dim(" chooses another target, "), lines.Of(theme.Key, "r"), lines.Dim(" reads the cluster again."))
	} else {
		b.Say(0, 0, lines.Dim(capital(p.plans.missing())+"."))
	}
	if text := b.Lines(); line > 0 && line-1 < len(text) {
		dst = append(dst, theme.Spaces(min(3, p.width))...)
		dst = append(dst, text[line-1]...)
	}
	return dst
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

func (p *planPage) appendSteps(dst []byte, line int) []byte {
	s, st := p.plans.sheet, p.env.styles
	way, head := p.wayAt(), p.headAt()
	switch {
	case line < way:
		return dst
	case line < way+planpage.TimelineHeight:
		text := planpage.Timeline(s.Plan, s.Position(p.hop), p.station, st, p.wayWidth())
		return append(append(dst, ' '), text[line-way]...)
	case line < head:
		return dst
	}
	width, toldWidth := p.split()
	switch at := line - p.listAt(); {
	case at < 0:
		dst = append(dst, theme.Spaces(min(2, width))...)
		text := ""
		if head := planpage.Head(p.list.Hop, st, max(0, width-2)); at+p.listAt()-p.headAt() < len(head) {
			text = head[at+p.listAt()-p.headAt()]
		}
		dst = append(dst, theme.Pad(text, max(0, width-2), "")...)
	case toldWidth == 0 && line == p.height-1 && p.pos.more():
		sign := theme.Spaces(2) + p.pos.sign(st)
		percent := st.Paint(theme.Dim, p.pos.percent()+" ")
		return append(dst, theme.Truncate(theme.Pad(sign, max(0, width-theme.Width(percent)), "")+percent, width, "")...)
	case line == p.height-1 && p.pos.more():
		dst = append(dst, theme.Pad(theme.Spaces(2)+p.pos.sign(st), width, "")...)
	default:
		dst = p.list.AppendLine(dst, p.pos.offset+at, p.cursor, st, width)
	}
	if toldWidth == 0 {
		return dst
	}
	dst = append(dst, ' ')
	dst = st.Append(dst, theme.Border, st.Glyphs.Vertical)
	dst = append(dst, ' ')
	told, at, last := p.tell(toldWidth, planpage.Brief), line-head, p.height-1-head
	switch {
	case at == last && len(told) > last+1:
		dst = st.Append(dst, theme.Faint, theme.Truncate(st.Glyphs.ScrollOn+" d shows all", toldWidth, ""))
	case at < len(told):
		dst = append(dst, told[at]...)
	}
	return dst
}

// planTelling is the story of a step that was told, and what it was told for.
type planTelling struct {
	lines  []string
	sheet  *planpage.Sheet
	hop    int
	id     string
	styles *theme.Styles
	width  int
	depth  planpage.Depth
}

// tell tells the row under the cursor. While the cursor has not rested, the
// text stays that of where it was.
func (p *planPage) tell(width int, depth planpage.Depth) []string {
	row, ok := p.row()
	if !ok {
		return nil
	}
	s := p.plans.sheet
	t := planTelling{sheet: s, hop: s.Position(p.hop), id: row.ID, styles: p.env.styles, width: width, depth: depth}
	if o := &p.told; o.sheet != nil && o.styles == t.styles && o.width == width && o.depth == depth &&
		(p.resting || o.sheet == s && o.hop == t.hop && o.id == t.id) {
		return o.lines
	}
	t.lines = planpage.Story(row, p.list.Hop, t.styles, width, depth)
	p.told = t
	return t.lines
}

// appendDetails appends a line of the page that one step fills. Its first line
// says where among the steps of its hop it stands.
func (p *planPage) appendDetails(dst []byte, line int) []byte {
	const indent = 2
	st := p.env.styles
	told := p.tell(max(0, min(p.width-2*indent, 130)), planpage.Full)
	p.deep.fit(len(told), max(0, p.height-1))
	if line == 0 {
		row, _ := p.row()
		left := "  Plan " + st.Glyphs.Dot + " " + p.list.Hop.To.String() + " " + st.Glyphs.Dot + " " + row.Name() + " " +
			st.Glyphs.Dot + " " + lines.Number(p.cursor+1) + " of " + lines.Number(len(p.list.Rows))
		return append(dst, p.between(st.Paint(theme.Dim, left), st.Paint(theme.Dim, p.deep.percent()))...)
	}
	dst = append(dst, theme.Spaces(min(indent, p.width))...)
	if line == p.height-1 && p.deep.more() {
		return append(dst, theme.Truncate(p.deep.sign(st), max(0, p.width-indent), "")...)
	}
	if i := p.deep.offset + line - 1; i < len(told) {
		dst = append(dst, told[i]...)
	}
	return dst
}

// appendImpact appends a line of the table of settings.
func (p *planPage) appendImpact(dst []byte, line int) []byte {
	st := p.env.styles
	width := max(0, p.width-2*margin)
	text := p.impact.write(p.plans.sheet, st, width, func() []string { return planpage.Impact(p.plans.sheet.Plan, st, width) })
	height := max(0, p.height-p.viewAt())
	p.impacts.fit(len(text), height)
	if line == height-1 && p.impacts.more() {
		return append(dst, p.between(theme.Spaces(margin)+p.impacts.sign(st), st.Paint(theme.Dim, p.impacts.percent()))...)
	}
	dst = append(dst, theme.Spaces(min(margin, p.width))...)
	if i := p.impacts.offset + line; i < len(text) {
		dst = append(dst, text[i]...)
	}
	return dst
}
