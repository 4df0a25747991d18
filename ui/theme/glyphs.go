package theme

import "timebound/model"

// Glyphs are the signs on the screen. Every one is a single cell wide in
// every font and locale setting that terminals use by default; none is an
// emoji and none needs a patched font. (The ASCII arrow takes two cells.)
type Glyphs struct {
	verdicts [model.VerdictCount]string

	Mark      string // a marked row
	Cursor    string // the row under the cursor
	SortUp    string // ascending
	SortDown  string // descending
	Ellipsis  string // text that was cut
	Horizon   string // a horizontal line
	Vertical  string // a line between panes
	Arrow     string // from → to
	Dot       string // between small facts
	Check     string // done
	Alert     string // needs a look
	Cross     string // failed
	ScrollOn  string // there is more below
	ToDo      string // somebody has to do it
	Skipped   string // nobody has to
	Here      string // where the cluster stands on its way
	Target    string // where the way ends
	Travelled string // a way that lies behind
	Outside   string // at an address that nothing in the cluster has

	// TopLeft … BottomRight are the corners of a box.
	TopLeft, TopRight, BottomLeft, BottomRight string
	// Bars are eighths of a cell, growing from the left; the last is full.
	Bars []string
	// Columns are eighths of a cell, growing from below; the last is full.
	Columns []string
}

// Verdict gives the glyph of a verdict.
func (g Glyphs) Verdict(v model.Verdict) string {
	if int(v) >= len(g.verdicts) {
		return g.verdicts[model.VerdictUnknown]
	}
	return g.verdicts[v]
}

var unicodeGlyphs = Glyphs{
	verdicts: [model.VerdictCount]string{
		model.VerdictUnknown: "?", model.VerdictProtected: "■", model.VerdictInUse: "●",
		model.VerdictReferenced: "◆", model.VerdictQuiet: "◌", model.VerdictIdle: "○",
		model.VerdictInvalidated: "⊘", model.VerdictKnocked: "!", model.VerdictDead: "×",
	},
	Mark: "✓", Cursor: "▌", SortUp: "↑", SortDown: "↓", Ellipsis: "…",
	Horizon: "─", Vertical: "│", Arrow: "→", Dot: "·",
	Check: "✓", Alert: "!", Cross: "×", ScrollOn: "↓",
	ToDo: "○", Skipped: "–", Here: "◉", Target: "⚑", Travelled: "━", Outside: "↗",
	TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
	Bars:    []string{"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
	Columns: []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
}

var asciiGlyphs = Glyphs{
	verdicts: [model.VerdictCount]string{
		model.VerdictUnknown: "?", model.VerdictProtected: "#", model.VerdictInUse: "@",
		model.VerdictReferenced: "&", model.VerdictQuiet: "~", model.VerdictIdle: "o",
		model.VerdictInvalidated: "/", model.VerdictKnocked: "!", model.VerdictDead: "x",
	},
	Mark: "*", Cursor: ">", SortUp: "^", SortDown: "v", Ellipsis: "~",
	Horizon: "-", Vertical: "|", Arrow: "->", Dot: "-",
	Check: "+", Alert: "!", Cross: "x", ScrollOn: "v",
	ToDo: "o", Skipped: "-", Here: "@", Target: "*", Travelled: "=", Outside: "out",
	TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	Bars:    []string{"#"},
	Columns: []string{".", ":", "|", "#"},
}
