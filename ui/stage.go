package ui

import (
	tea "charm.land/bubbletea/v2"

	"timebound/model"
	"timebound/plan"
	"timebound/plan/change"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// wish is one change that somebody wants staged.
type wish struct {
	key  any    // of the row it was marked as
	name string // for people
	// stage makes the item. override is the reason that was typed; "" if none
	// was.
	stage func(override string) (*change.Item, *change.Refusal)
}

// staging of wishes: what for, and where they come from.
type wishes struct {
	kind   plan.ActionKind // "" where they are of several
	list   []wish
	hidden int              // marked rows that a filter hides
	unmark func(keys []any) // takes the marks of what was staged away
}

// stagedMsg brings items that were made from wishes.
type stagedMsg struct {
	of      wishes
	items   []*change.Item
	done    []any // keys of what was staged
	ask     []refusal
	refused []refusal
}

// refusal is a wish with why it is not staged.
type refusal struct {
	wish
	why string
}

// stageCmd makes items. There may be as many as the cluster has tokens.
func stageCmd(w wishes) tea.Cmd {
	return func() tea.Msg {
		msg := stagedMsg{of: w}
		for _, one := range w.list {
			item, no := one.stage("")
			switch {
			case no == nil:
				msg.items, msg.done = append(msg.items, item), append(msg.done, one.key)
			case no.Overridable:
				msg.ask = append(msg.ask, refusal{one, no.Why})
			default:
				msg.refused = append(msg.refused, refusal{one, no.Why})
			}
		}
		return msg
	}
}

// onStaged takes items in, and asks for the reasons that some of them need.
func (m *Root) onStaged(msg stagedMsg) tea.Cmd {
	s := m.env.staging
	if s.missing() != "" {
		return nil
	}
	m.dirty = true
	s.batch.Add(msg.items...)
	if msg.of.unmark != nil && len(msg.done) > 0 {
		msg.of.unmark(msg.done)
	}
	cmd := m.staged()
	a := &asking{of: msg.of, left: msg.ask, all: len(msg.ask), staged: len(msg.items), refused: msg.refused}
	if len(msg.items) > 0 {
		a.first = objectName(msg.items[0].On.Kind, msg.items[0].Key())
	}
	if len(a.left) == 0 {
		return tea.Batch(cmd, m.answered(a))
	}
	if s.ask != nil { // two keys came before the first answer
		s.later = append(s.later, a)
		return cmd
	}
	s.ask = a
	return tea.Batch(cmd, m.askNext())
}

// answer says in one line what became of the wishes.
func (a *asking) answer() string {
	to := ""
	if a.of.kind != "" {
		to = " to " + string(a.of.kind)
	}
	var parts []string
	switch {
	case a.staged == 1 && len(a.of.list) == 1:
		parts = append(parts, a.first+" staged"+to)
	case a.staged > 0:
		parts = append(parts, lines.Number(a.staged)+" staged"+to)
	}
	if n := len(a.left); n > 0 {
		parts = append(parts, lines.Number(n)+plural(n, " needs a reason", " need a reason"))
	}
	if a.skipped > 0 {
		parts = append(parts, lines.Number(a.skipped)+" skipped without a reason")
	}
	if a.of.hidden > 0 {
		parts = append(parts, lines.Count(a.of.hidden, "marked row is", "marked rows are")+" hidden by the filter and "+plural(a.of.hidden, "was", "were")+" left out")
	}
	switch n := len(a.refused); {
	case n == 1:
		parts = append(parts, "refused: "+a.refused[0].name+": "+a.refused[0].why)
	case n > 1:
		parts = append(parts, lines.Number(n)+" refused: "+commonReason(a.refused))
	}
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += ", "
		}
		text += p
	}
	if text == "" {
		return "nothing was staged"
	}
	return text
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// commonReason is why all of them are refused, or that the reasons differ.
func commonReason(refused []refusal) string {
	for _, r := range refused[1:] {
		if r.why != refused[0].why {
			return "for several reasons"
		}
	}
	return refused[0].why
}

// answered says what became of the wishes: in a line, and where several were
// refused by name in a box.
func (m *Root) answered(a *asking) tea.Cmd {
	m.notice = a.answer()
	if len(a.refused) < 2 || m.overlay != nil {
		return nil
	}
	return m.openByItself(newRefusals(m, a.refused))
}

// mostRefusals is how many refusals are named.
const mostRefusals = 500

// newRefusals names what was refused, each with the reason.
func newRefusals(m *Root, refused []refusal) *overlay {
	return &overlay{title: "Not staged: " + lines.Number(len(refused)) + ", and no reason lets it be", write: func(width int) []string {
		b := lines.New(m.env.styles, width)
		for _, r := range refused[:min(len(refused), mostRefusals)] {
			b.Say(0, 2, lines.Text(r.name))
			b.Say(2, 2, lines.Of(theme.Stop, r.why))
		}
		if more := len(refused) - mostRefusals; more > 0 {
			b.Gap()
			b.Say(0, 0, lines.Dim("and "+lines.Number(more)+" more"))
		}
		return b.Lines()
	}}
}

// tokenWish wants something done to a token.
func (m *Root) tokenWish(kind plan.ActionKind, f *model.Finding) wish {
	a, policy := m.assessment, m.stagePolicy()
	return wish{key: f.Token.Key, name: f.Token.Key.String(), stage: func(override string) (*change.Item, *change.Refusal) {
		return change.StageToken(kind, f, a, policy, override)
	}}
}

// planWish wants an action of the plan.
func (m *Root) planWish(action *plan.Action, step *plan.Step) wish {
	a, policy := m.assessment, m.stagePolicy()
	k := model.Key{Namespace: action.On.Namespace, Name: action.On.Name}
	return wish{key: k, name: objectName(action.On.Kind, k), stage: func(override string) (*change.Item, *change.Refusal) {
		act := *action
		if override != "" {
			act.Override = override
		}
		return change.FromPlan(act, a, policy, step.ID)
	}}
}
