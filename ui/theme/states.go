package theme

import (
	"timebound/model"
	"timebound/plan"
)

// State gives the glyph of a step's state. The word is the state itself, or
// StateWord where it must be short: glyph and word always go together.
func (g Glyphs) State(s plan.State) string {
	switch s {
	case plan.Done:
		return g.Check
	case plan.ToDo:
		return g.ToDo
	case plan.Overdue:
		return g.Alert
	case plan.Blocked:
		return g.Cross
	case plan.NotApplicable:
		return g.Skipped
	default:
		return g.verdicts[model.VerdictUnknown]
	}
}

// StateWord gives the word of a state where there is little room.
func StateWord(s plan.State) string {
	if s == plan.NotApplicable {
		return "n/a"
	}
	return string(s)
}

// StateRole gives the role of a step's state.
func StateRole(s plan.State) Role {
	switch s {
	case plan.Done:
		return Good
	case plan.ToDo:
		return Accent
	case plan.Overdue:
		return Warn
	case plan.Blocked:
		return Bad
	case plan.NotApplicable:
		return Faint
	default:
		return Doubt
	}
}
