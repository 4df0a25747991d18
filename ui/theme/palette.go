package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// The hex values sit close to entries of the 256-colour cube, so that what a
// terminal without truecolour shows is the same picture, and not a surprise.
func darkTheme() Theme {
	return Theme{
		Dim:    lipgloss.Color("#9aa3b5"),
		Faint:  lipgloss.Color("#6b7385"),
		Accent: lipgloss.Color("#87afff"),
		Good:   lipgloss.Color("#87d787"),
		Warn:   lipgloss.Color("#ffb45f"),
		Bad:    lipgloss.Color("#ff6b6b"),
		Doubt:  lipgloss.Color("#bfb3e6"),
		Info:   lipgloss.Color("#6fd3d9"),
		Stop:   lipgloss.Color("#e08fe0"),
		Mark:   lipgloss.Color("#ffd75f"),
		Match:  lipgloss.Color("#ffd75f"),
		Border: lipgloss.Color("#4a5163"),

		SelectionBackground: lipgloss.Color("#303a54"),
		BadgeText:           lipgloss.Color("#1c1c26"),
		BadgeBackground:     lipgloss.Color("#87afff"),
		AlarmBackground:     lipgloss.Color("#ffb45f"),
	}
}

func lightTheme() Theme {
	return Theme{
		Dim:    lipgloss.Color("#586073"),
		Faint:  lipgloss.Color("#858c9b"),
		Accent: lipgloss.Color("#1f5fbf"),
		Good:   lipgloss.Color("#1b7a34"),
		Warn:   lipgloss.Color("#a35200"),
		Bad:    lipgloss.Color("#c4231b"),
		Doubt:  lipgloss.Color("#6a4ba8"),
		Info:   lipgloss.Color("#006f7a"),
		Stop:   lipgloss.Color("#96208f"),
		Mark:   lipgloss.Color("#8a5a00"),
		Match:  lipgloss.Color("#8a5a00"),
		Border: lipgloss.Color("#b9bfcc"),

		SelectionBackground: lipgloss.Color("#d7e3fa"),
		BadgeText:           lipgloss.Color("#ffffff"),
		BadgeBackground:     lipgloss.Color("#1f5fbf"),
		AlarmBackground:     lipgloss.Color("#c4231b"),
	}
}

// basicTheme uses only the terminal's own sixteen colours. Its user chose
// them for their background, whichever it is, so it needs no question to the
// terminal and is what the first frame is painted with. Black, white and the
// bright ones are left out: each is invisible on somebody's background.
func basicTheme() Theme {
	return Theme{
		Accent: lipgloss.Blue,
		Good:   lipgloss.Green,
		Warn:   lipgloss.Yellow,
		Bad:    lipgloss.Red,
		Doubt:  lipgloss.Magenta,
		Info:   lipgloss.Cyan,
		Stop:   lipgloss.Magenta,
		Mark:   lipgloss.Yellow,
		Match:  lipgloss.Yellow,
	}
}

func (t Theme) colorOf(r Role) color.Color {
	switch r {
	case Dim, Header, Tab:
		return t.Dim
	case Faint:
		return t.Faint
	case Accent, Title, Key, TabActive:
		return t.Accent
	case Good:
		return t.Good
	case Warn:
		return t.Warn
	case Bad:
		return t.Bad
	case Doubt:
		return t.Doubt
	case Info:
		return t.Info
	case Stop:
		return t.Stop
	case Border:
		return t.Border
	case Mark:
		return t.Mark
	case Match:
		return t.Match
	case Badge, Alarm:
		return t.BadgeText
	default:
		return t.Text
	}
}
