package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/ui/theme"
)

// textPage is a page of text: overview and cluster.
type textPage struct {
	env   *env
	keys  *keymap
	write func(a *model.Assessment, st *theme.Styles, width, height int) []string
	// more asks for what else the page shows; nil where the assessment is all.
	more func() tea.Cmd

	width, height int
	pos           scroll
	lines         []string
	fresh         bool // lines are those of the present facts, size and styles
}

func newTextPage(e *env, id PageID, global []Action, write func(*model.Assessment, *theme.Styles, int, int) []string) *textPage {
	p := &textPage{env: e, write: write}
	actions := append(scrollActions("text", (*Root).scroller),
		Action{ID: "text.escape", Keys: bind("esc", "back", "esc"), Title: "Go back to where you came from", Run: (*Root).escape})
	p.keys = newKeymap(section{id.String(), actions}, section{"Everywhere", global})
	return p
}

func (p *textPage) keymap() *keymap   { return p.keys }
func (p *textPage) scroller() *scroll { return &p.pos }
func (p *textPage) restyle()          { p.fresh = false }
func (p *textPage) invalidate()       { p.fresh = false }

func (p *textPage) refresh() tea.Cmd {
	if p.more == nil {
		return nil
	}
	return p.more()
}

func (p *textPage) resize(width, height int) {
	if p.width != width || p.height != height {
		p.width, p.height, p.fresh = width, height, false
	}
}

// margin is the space left and right of the text.
const margin = 2

func (p *textPage) appendLine(dst []byte, line int) []byte {
	if !p.fresh {
		p.lines = p.write(p.env.assessment, p.env.styles, max(0, p.width-2*margin), p.height)
		p.fresh = true
	}
	p.pos.fit(len(p.lines), p.height)
	if line == p.height-1 && p.pos.more() {
		sign := theme.Spaces(margin) + p.pos.sign(p.env.styles)
		percent := p.env.styles.Paint(theme.Dim, p.pos.percent()+" ")
		room := max(0, p.width-theme.Width(percent))
		return append(dst, theme.Truncate(theme.Pad(sign, room, "")+percent, p.width, "")...)
	}
	if i := p.pos.offset + line; i < len(p.lines) {
		dst = append(dst, theme.Spaces(min(margin, p.width))...)
		dst = append(dst, p.lines[i]...)
	}
	return dst
}

func (p *textPage) remember() func() tea.Cmd {
	pos := p.pos
	return func() tea.Cmd {
		p.pos = pos
		return nil
	}
}
