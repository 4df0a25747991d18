package power

import (
	"cmp"
	"fmt"
	"strings"

	"timebound/model"
)

// Score puts tokens in the order in which to look at them: what could be done
// with one, and how likely it is that somebody else does it unnoticed. It is a
// sort order and no measurement: the points are chosen, not observed, and 60 is
// not twice as bad as 30.
type Score struct {
	Total int // 0 to 100, the sum of the parts
	Parts []Part
	// First says why it comes before all others, whatever its total is; "" if it
	// does not.
	First string
	// AtLeast says that the account may be able to do more than is known.
	AtLeast bool
}

// Part is one reason for a score.
type Part struct {
	Title  string
	Points int // what it adds; less than its worth where a limit is reached, and negative where it takes away
	Why    string
}

// Limits on what parts add together. Power counts for more than circumstances,
// and what ends at a namespace for less than what does not.
const (
	limitPower         = 55 // of all that is not cluster-admin
	limitNamespaces    = 40
	limitCircumstances = 40
	// manyCallers is from how many callers on a token counts as passed around.
	manyCallers = 5
	// worthALook is from how many points of power on a use from outside matters.
	worthALook = 10
)

// powerParts say what an ability is worth: everywhere, in some namespaces, and
// for some objects that are named.
var powerParts = []struct {
	ability                Ability
	everywhere, some, name int
}{
	{Everything, 60, 20, 0},
	{Escalates, 40, 20, 10},
	{ReadsSecrets, 30, 15, 5},
	{CreatesPods, 25, 10, 5},
	{Writes, 10, 5, 2},
	{Reads, 5, 2, 1},
}

// circumstances say how a token lives: what makes a theft easier, or harder to
// notice. why is "" where one does not apply.
var circumstances = []struct {
	points int
	title  string
	why    func(*token) string
}{
	{25, "idle", (*token).idle},
	{20, "used from outside", (*token).outside},
	{5, "manual", (*token).manual},
	{5, "many callers", (*token).passedAround},
}

// token is what circumstances look at.
type token struct {
	*model.Finding
	networks Networks
}

// Rate scores the power of an account in the hands of whoever has one of its
// tokens. f is what is known of that token; with nil only the power counts. The
// same input gives the same score.
func Rate(p *Power, f *model.Finding, n Networks) Score {
	s := Score{AtLeast: p.AtLeast()}
	s.power(p)
	if f == nil {
		return s
	}
	t := &token{f, n}
	switch f.Verdict {
	case model.VerdictDead:
		s.take(s.Total, "dead", "no API server accepts it any more")
		return s
	case model.VerdictInvalidated, model.VerdictKnocked:
		s.take(s.Total-s.Total/4, "switched off", "its label makes API servers refuse it, until somebody removes the label")
		return s
	}
	reached := s.Total
	left := limitCircumstances
	for _, c := range circumstances {
		if why := c.why(t); why != "" {
			left -= s.give(c.points, left, c.title, why)
		}
	}
	switch {
	case p.ClusterAdmin() && f.Verdict == model.VerdictIdle:
		s.First = "idle, and may do everything"
	case reached >= worthALook && t.outside() != "":
		s.First = "used from outside"
	}
	return s
}

// power adds what the account may do.
func (s *Score) power(p *Power) {
	left, leftLocal := limitPower, limitNamespaces
	for _, part := range powerParts {
		g := p.Grant(part.ability)
		if !g.Given() {
			continue
		}
		title, why := part.ability.String(), g.Where()+": "+g.by()
		switch {
		case part.ability == Everything && g.Everywhere == Whole:
			s.give(part.everywhere, part.everywhere, title, why)
			return // the rest is in it
		case g.Everywhere == Whole:
			left -= s.give(part.everywhere, left, title, why)
		default:
			worth := part.name
			if g.Whole.Count > 0 {
				worth = part.some
			}
			given := s.give(worth, min(left, leftLocal), title, why)
			left, leftLocal = left-given, leftLocal-given
		}
	}
}

// give adds a part as far as the limit allows, and says how far that was.
func (s *Score) give(points, left int, title, why string) int {
	points = min(points, left)
	s.Total += points
	s.Parts = append(s.Parts, Part{title, points, why})
	return points
}

func (s *Score) take(points int, title, why string) {
	s.Total -= points
	s.Parts = append(s.Parts, Part{title, -points, why})
}

// by names the bindings behind a grant.
func (g Grant) by() string {
	const told = 2
	var names []string
	for _, e := range g.By[:min(told, len(g.By))] {
		names = append(names, e.Binding.String())
	}
	s := strings.Join(names, ", ")
	if more := len(g.By) + g.More - len(names); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// uses is who presented it; oneOf says that it may have been another token of the
// account.
func (t *token) uses() (use *model.TokenUse, oneOf string) {
	if t.Use != nil {
		return t.Use, ""
	}
	if t.AccountUse != nil {
		return t.AccountUse, ", with one of the tokens of its account"
	}
	return nil, ""
}

func (t *token) outside() string {
	use, oneOf := t.uses()
	if use == nil {
		return ""
	}
	switch count, busiest := t.networks.outsiders(t.Finding, use); count {
	case 0:
		return ""
	case 1:
		return "from " + busiest + oneOf
	default:
		return fmt.Sprintf("from %s and %d more%s", busiest, count-1, oneOf)
	}
}

func (t *token) idle() string {
	if t.Verdict != model.VerdictIdle {
		return ""
	}
	return fmt.Sprintf("nobody uses it, %d days by now: nobody would notice a theft", t.UnseenDays)
}

func (t *token) manual() string {
	if t.Origin != model.OriginManual {
		return ""
	}
	return "made by hand: it never ends, and the cleaner does not touch it"
}

func (t *token) passedAround() string {
	use, oneOf := t.uses()
	if use == nil || len(use.Callers) < manyCallers {
		return ""
	}
	return fmt.Sprintf("%d callers%s", len(use.Callers), oneOf)
}

// Compare puts what to look at first in front: idle tokens that may do
// everything and strong ones that are used from outside, then by total, the
// highest first. It is 0 for equals, which whoever sorts orders by name.
func (s Score) Compare(o Score) int {
	if (s.First != "") != (o.First != "") {
		if s.First != "" {
			return -1
		}
		return 1
	}
	return cmp.Compare(o.Total, s.Total)
}
