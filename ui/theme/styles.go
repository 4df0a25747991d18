package theme

import (
	"strings"

	"charm.land/lipgloss/v2"

	"timebound/model"
)

// Options choose how Styles are built.
type Options struct {
	Dark bool // the terminal's background is dark; ignored with Basic
	// Basic uses the terminal's own sixteen colours only. It looks right on
	// any background, so it serves until the background is known and on
	// terminals that can show no more.
	Basic   bool
	NoColor bool // no colour at all; bold, faint, underline and reverse stay
	ASCII   bool // glyphs from ASCII only
}

// Styles is a Theme made ready for painting. It is immutable and shared.
type Styles struct {
	Options Options
	Glyphs  Glyphs

	Text, Dim, Faint, Accent     lipgloss.Style
	Good, Warn, Bad, Doubt, Info lipgloss.Style
	Stop                         lipgloss.Style
	Title, Header, Border        lipgloss.Style
	Mark, Match, Key             lipgloss.Style
	Badge, Alarm                 lipgloss.Style
	Tab, TabActive               lipgloss.Style
	// Selection is the row under the cursor where cells have no role of their
	// own; for cells that do, see AppendSelected.
	Selection lipgloss.Style

	plain    [roleCount]ink
	selected [roleCount]ink
}

// New builds Styles. It asks the terminal nothing.
func New(o Options) *Styles {
	s := &Styles{Options: o, Glyphs: unicodeGlyphs}
	if o.ASCII {
		s.Glyphs = asciiGlyphs
	}
	t := darkTheme()
	switch {
	case o.NoColor:
		t = Theme{}
	case o.Basic:
		t = basicTheme()
	case !o.Dark:
		t = lightTheme()
	}
	fields := map[Role]*lipgloss.Style{
		Text: &s.Text, Dim: &s.Dim, Faint: &s.Faint, Accent: &s.Accent,
		Good: &s.Good, Warn: &s.Warn, Bad: &s.Bad, Doubt: &s.Doubt, Info: &s.Info, Stop: &s.Stop,
		Title: &s.Title, Header: &s.Header, Border: &s.Border,
		Mark: &s.Mark, Match: &s.Match, Key: &s.Key, Badge: &s.Badge, Alarm: &s.Alarm,
		Tab: &s.Tab, TabActive: &s.TabActive, Selection: &s.Selection,
	}
	for role, field := range fields {
		*field = t.style(role)
		s.plain[role] = inkOf(*field)
		s.selected[role] = inkOf(t.selectedStyle(role))
	}
	return s
}

// style makes the style of a role. Where a theme has no colour for it, an
// attribute says what the colour would have said.
func (t Theme) style(r Role) lipgloss.Style {
	st := lipgloss.NewStyle()
	fg := t.colorOf(r)
	if fg != nil {
		st = st.Foreground(fg)
	}
	switch r {
	case Title, Header, Key, Mark:
		st = st.Bold(true)
	case TabActive:
		st = st.Bold(true)
		if fg == nil {
			st = st.Reverse(true)
		}
	case Match:
		st = st.Bold(true).Underline(true)
	case Stop, Bad:
		if fg == nil {
			st = st.Bold(true)
		}
	case Dim, Faint, Border:
		if fg == nil {
			st = st.Faint(true)
		}
	case Badge, Alarm:
		st = st.Bold(true)
		block := t.BadgeBackground
		if r == Alarm {
			block = t.AlarmBackground
		}
		if block == nil {
			st = st.Reverse(true)
		} else {
			st = st.Background(block)
		}
	case Selection:
		return t.selectedStyle(Text)
	}
	return st
}

// selectedStyle is a role inside the cursor row. Without a selection colour
// the whole row is reversed in one piece: reversing each cell's own colour
// would make a patchwork.
func (t Theme) selectedStyle(r Role) lipgloss.Style {
	if t.SelectionBackground == nil {
		st := lipgloss.NewStyle().Reverse(true)
		if r == Match {
			st = st.Underline(true)
		}
		return st
	}
	if r == Selection {
		r = Text
	}
	st := t.style(r).Background(t.SelectionBackground)
	if t.SelectionText != nil {
		st = st.Foreground(t.SelectionText)
	}
	return st
}

// Role gives the style of a role.
func (s *Styles) Role(r Role) lipgloss.Style {
	switch r {
	case Dim:
		return s.Dim
	case Faint:
		return s.Faint
	case Accent:
		return s.Accent
	case Good:
		return s.Good
	case Warn:
		return s.Warn
	case Bad:
		return s.Bad
	case Doubt:
		return s.Doubt
	case Info:
		return s.Info
	case Stop:
		return s.Stop
	case Title:
		return s.Title
	case Header:
		return s.Header
	case Border:
		return s.Border
	case Mark:
		return s.Mark
	case Match:
		return s.Match
	case Key:
		return s.Key
	case Badge:
		return s.Badge
	case Alarm:
		return s.Alarm
	case Tab:
		return s.Tab
	case TabActive:
		return s.TabActive
	case Selection:
		return s.Selection
	default:
		return s.Text
	}
}

// Verdict gives the glyph and the style of a verdict. The word is
// model.Verdict's own String: glyph, word and colour always go together.
func (s *Styles) Verdict(v model.Verdict) (glyph string, style lipgloss.Style) {
	return s.Glyphs.Verdict(v), s.Role(VerdictRole(v))
}

// VerdictRole gives the role of a verdict.
func VerdictRole(v model.Verdict) Role {
	switch v {
	case model.VerdictProtected:
		return Stop
	case model.VerdictInUse:
		return Warn
	case model.VerdictReferenced:
		return Info
	case model.VerdictIdle:
		return Good
	case model.VerdictInvalidated:
		return Dim
	case model.VerdictKnocked:
		return Bad
	case model.VerdictDead:
		return Faint
	default:
		return Doubt
	}
}

// SeverityRole gives the role of a reason's severity.
func SeverityRole(v model.Severity) Role {
	switch v {
	case model.SeverityDoubt:
		return Doubt
	case model.SeverityWarn:
		return Warn
	case model.SeverityStop:
		return Stop
	default:
		return Text
	}
}

// Paint paints plain text (no escapes, no newline) with a role. It is what
// lists use for each cell: the escapes were made once, in New.
func (s *Styles) Paint(r Role, text string) string { return s.plain[r].paint(text) }

// AppendPaint is Paint into a builder, without a string in between.
func (s *Styles) AppendPaint(b *strings.Builder, r Role, text string) { s.plain[r].appendTo(b, text) }

// Append is Paint onto bytes.
func (s *Styles) Append(dst []byte, r Role, text string) []byte {
	return s.plain[r].append(dst, text)
}

// AppendSelected paints text of a role inside the cursor row.
func (s *Styles) AppendSelected(dst []byte, r Role, text string) []byte {
	return s.selected[r].append(dst, text)
}

// ink is a style taken apart: what to write before and after the text.
type ink struct{ on, off string }

func inkOf(st lipgloss.Style) ink {
	const probe = "x"
	on, off, _ := strings.Cut(st.Render(probe), probe)
	return ink{on: on, off: off}
}

func (i ink) paint(text string) string {
	if text == "" || i.on == "" {
		return text
	}
	return i.on + text + i.off
}

func (i ink) appendTo(b *strings.Builder, text string) {
	if text == "" {
		return
	}
	b.WriteString(i.on)
	b.WriteString(text)
	b.WriteString(i.off)
}

func (i ink) append(dst []byte, text string) []byte {
	if text == "" {
		return dst
	}
	dst = append(dst, i.on...)
	dst = append(dst, text...)
	return append(dst, i.off...)
}
