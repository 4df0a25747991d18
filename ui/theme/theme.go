// Package theme is the only place that knows colours, glyphs and cell widths.
// Everything on the screen is painted with a semantic Role ("warn", "dim"),
// never with a colour, so that one program looks right on dark, light,
// 16-colour and colourless terminals.
//
// It must not know what a page shows; of the model it knows the verdicts only,
// of the plan the states of its steps.
package theme

import "image/color"

// Theme is a palette: one colour per semantic role. A nil colour means the
// terminal's own foreground or background.
type Theme struct {
	Text   color.Color // what people read
	Dim    color.Color // what accompanies it: labels, units
	Faint  color.Color // what may be overlooked: rules, dead tokens
	Accent color.Color // the one colour of Timebound: titles, keys, cursor
	Good   color.Color // nothing stands against it
	Warn   color.Color // look before anything is done
	Bad    color.Color // wrong now
	Doubt  color.Color // something was not seen
	Info   color.Color // a plain fact that deserves a colour
	Stop   color.Color // do not touch
	Mark   color.Color // marked rows
	Match  color.Color // matched runes of a filter
	Border color.Color // lines between things

	SelectionText       color.Color // nil keeps each cell's own colour
	SelectionBackground color.Color
	BadgeText           color.Color
	BadgeBackground     color.Color
	AlarmBackground     color.Color
}

// Role names a way to paint text.
type Role uint8

// The roles.
const (
	Text Role = iota
	Dim
	Faint
	Accent
	Good
	Warn
	Bad
	Doubt
	Info
	Stop
	Title  // headings
	Header // column titles
	Border
	Mark
	Match
	Key       // keys in the footer and in help
	Badge     // a short word on a block of colour: "read-only"
	Alarm     // one that must not be overlooked: "WRITE"
	Tab       // a page that can be gone to
	TabActive // the page that is shown
	Selection // the row under the cursor
	roleCount
)
